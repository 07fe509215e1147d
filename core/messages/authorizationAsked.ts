import type { DesiredResource } from '../desired/desired.ts';
import { isJsonObject, type JsonValue } from '../manifest/json.ts';
import type { AuthorizationAsked } from './authorizationMessage.ts';

/** What a person is asked for when a target waits for consent: taken from the manifest, so that nothing secret is in it. */
export function authorizationAsked(
  workspace: string,
  { name, config }: DesiredResource,
  link: string,
): AuthorizationAsked {
  const [gateway = '', target = ''] = name.split('/');
  const endpoint = memberAt(config, ['targetConfiguration', 'mcp', 'mcpServer', 'endpoint']);
  const scopes = memberAt(config, [
    'credentialProviderConfigurations',
    0,
    'credentialProvider',
    'oauthCredentialProvider',
    'scopes',
  ]);
  return {
    workspace,
    gateway,
    target,
    ...(typeof endpoint === 'string' && { endpoint }),
    scopes: Array.isArray(scopes) ? scopes.map(String) : [],
    link,
  };
}

function memberAt(value: JsonValue, path: readonly (string | number)[]): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of path) {
    if (typeof step === 'number') found = Array.isArray(found) ? found[step] : undefined;
    else found = isJsonObject(found) ? found[step] : undefined;
  }
  return found;
}
