import type { DesiredResource } from '../desired/desired.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ConsentReason, ConsentSubject } from './requestSubject.ts';

/** What a person is asked when a target needs consent: taken from the manifest, so that nothing secret is in it. */
export function consentSubject({ name, config }: DesiredResource, reason: ConsentReason): ConsentSubject {
  const [gateway = '', target = ''] = name.split('/');
  const server = memberOf(memberOf(config.targetConfiguration, 'mcp'), 'mcpServer');
  const endpoint = memberOf(server, 'endpoint');
  const oauth = authorizationCodeProvider(config);
  const scopes = memberOf(oauth, 'scopes');
  const provider = providerName(memberOf(oauth, 'providerArn'));
  return {
    kind: 'consent',
    gateway,
    target,
    ...(typeof endpoint === 'string' && { endpoint }),
    ...(provider !== undefined && { provider }),
    scopes: Array.isArray(scopes) ? scopes.map(String) : [],
    reason,
  };
}

function authorizationCodeProvider(config: JsonObject): JsonValue | undefined {
  const configurations = config.credentialProviderConfigurations;
  const list: readonly JsonValue[] = Array.isArray(configurations) ? configurations : [];
  return list
    .map((each) => memberOf(memberOf(each, 'credentialProvider'), 'oauthCredentialProvider'))
    .find((oauth) => memberOf(oauth, 'grantType') === 'AUTHORIZATION_CODE');
}

/** The name that the team gave the provider: of a reference `${oauth2CredentialProviders.github.…}`, or at an ARN's end. */
function providerName(arn: JsonValue | undefined): string | undefined {
  if (typeof arn !== 'string') return undefined;
  const [, referenced] = /^\$\{oauth2CredentialProviders\.([^.}]+)\./.exec(arn) ?? [];
  return referenced ?? arn.slice(arn.lastIndexOf('/') + 1);
}

function memberOf(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? value[name] : undefined;
}
