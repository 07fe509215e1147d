import { isJsonObject, type JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import { memberAt } from './memberAt.ts';
import { finding, MCP_SERVER, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

export const CREDENTIALS_MEMBER = 'credentialProviderConfigurations';
const LAMBDA: Path = ['targetConfiguration', 'mcp', 'lambda'];

/** Rules on the credentials with which a gateway calls a target. */
export const credentialRules: readonly PlanRule[] = [
  {
    id: 'lambda-needs-credentials',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'service error: CredentialProviderConfigurations is required for Lambda targets',
    find: ({ config }) =>
      memberAt(config, LAMBDA) !== undefined && credentialsOf(config).length === 0
        ? finding(
            [],
            'A Lambda target needs credentials.',
            `${CREDENTIALS_MEMBER}: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`,
          )
        : noFindings,
  },
  {
    id: 'lambda-without-oauth',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'user reports: the service rejects OAuth on a Lambda target',
    find: ({ config }) =>
      memberAt(config, LAMBDA) === undefined
        ? noFindings
        : credentialsOf(config).flatMap((credential, index) =>
            credential.credentialProviderType === 'OAUTH'
              ? finding(
                  [CREDENTIALS_MEMBER, index, 'credentialProviderType'],
                  'A Lambda target cannot use OAuth: the gateway invokes the function with its own role.',
                  'GATEWAY_IAM_ROLE',
                )
              : noFindings,
          ),
  },
  {
    id: 'credential-provider-matches-type',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'API reference, CredentialProviderConfiguration: credentialProvider holds the configuration of the type',
    find: ({ config }) => credentialsOf(config).flatMap(providerMismatch),
  },
  {
    id: 'mcp-server-iam-provider',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'service error: IamCredentialProvider is required for mcpServer targets using IAM authentication',
    find: ({ config }) =>
      memberAt(config, MCP_SERVER) === undefined
        ? noFindings
        : credentialsOf(config).flatMap((credential, index) =>
            credential.credentialProviderType === 'GATEWAY_IAM_ROLE' &&
            memberAt(credential, ['credentialProvider', 'iamCredentialProvider']) === undefined
              ? finding(
                  [CREDENTIALS_MEMBER, index],
                  'An MCP server target with GATEWAY_IAM_ROLE needs an iamCredentialProvider.',
                  'credentialProvider: { iamCredentialProvider: { service: <service to sign for> } }',
                )
              : noFindings,
          ),
  },
];

/** The member of `credentialProvider` that each type needs. Types that need none, and future types, are not listed. */
const PROVIDER_MEMBER_BY_TYPE: Readonly<Record<string, string>> = {
  OAUTH: 'oauthCredentialProvider',
  API_KEY: 'apiKeyCredentialProvider',
};

function providerMismatch(credential: JsonObject, index: number): readonly RuleFinding[] {
  const type = credential.credentialProviderType;
  const needed =
    typeof type === 'string' && Object.hasOwn(PROVIDER_MEMBER_BY_TYPE, type)
      ? PROVIDER_MEMBER_BY_TYPE[type]
      : undefined;
  const given = credential.credentialProvider;
  if (needed === undefined || typeof given === 'string') return noFindings;
  if (isJsonObject(given) && given[needed] !== undefined) return noFindings;
  return finding(
    [CREDENTIALS_MEMBER, index],
    `Credentials of type ${String(type)} need an ${needed}.`,
    `credentialProvider: { ${needed}: … }`,
  );
}

/** @returns the credentials of a target */
export function credentialsOf(config: JsonObject): readonly JsonObject[] {
  return objectItems(config[CREDENTIALS_MEMBER]);
}
