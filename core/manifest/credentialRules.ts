import { isJsonObject, type JsonObject } from './json.ts';
import { memberAt } from './memberAt.ts';
import { broken, fulfilled, objects, type PlanRule, type RuleFinding } from './planRule.ts';
import type { Path } from './problem.ts';

export const credentialsMember = 'credentialProviderConfigurations';
const MCP_SERVER: Path = ['targetConfiguration', 'mcp', 'mcpServer'];
const LAMBDA: Path = ['targetConfiguration', 'mcp', 'lambda'];

/** How a gateway may authenticate itself to a target. */
export const credentialRules: readonly PlanRule[] = [
  {
    id: 'lambda-needs-credentials',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'service error: CredentialProviderConfigurations is required for Lambda targets',
    find: ({ config }) =>
      memberAt(config, LAMBDA) !== undefined && credentials(config).length === 0
        ? broken(
            [],
            'A Lambda target needs credentials.',
            `${credentialsMember}: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`,
          )
        : fulfilled,
  },
  {
    id: 'lambda-without-oauth',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'user reports: the service refuses OAuth on a Lambda target',
    find: ({ config }) =>
      memberAt(config, LAMBDA) === undefined
        ? fulfilled
        : credentials(config).flatMap((credential, index) =>
            credential.credentialProviderType === 'OAUTH'
              ? broken(
                  [credentialsMember, index, 'credentialProviderType'],
                  'A Lambda target cannot use OAuth: the gateway invokes the function with its role.',
                  'GATEWAY_IAM_ROLE',
                )
              : fulfilled,
          ),
  },
  {
    id: 'credential-provider-matches-type',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'API reference, CredentialProviderConfiguration: credentialProvider holds the configuration of the type',
    find: ({ config }) => credentials(config).flatMap(providerMismatch),
  },
  {
    id: 'mcp-server-iam-provider',
    kind: 'gatewayTarget',
    severity: 'error',
    source: 'service error: IamCredentialProvider is required for mcpServer targets using IAM authentication',
    find: ({ config }) =>
      memberAt(config, MCP_SERVER) === undefined
        ? fulfilled
        : credentials(config).flatMap((credential, index) =>
            credential.credentialProviderType === 'GATEWAY_IAM_ROLE' &&
            memberAt(credential, ['credentialProvider', 'iamCredentialProvider']) === undefined
              ? broken(
                  [credentialsMember, index],
                  'An MCP server behind IAM needs an iamCredentialProvider.',
                  'credentialProvider: { iamCredentialProvider: { service: <service to sign for> } }',
                )
              : fulfilled,
          ),
  },
];

/** Which member of `credentialProvider` a type needs. Types that need none, and types yet unknown, are not here. */
const PROVIDER_OF_TYPE: Readonly<Record<string, string>> = {
  OAUTH: 'oauthCredentialProvider',
  API_KEY: 'apiKeyCredentialProvider',
};

function providerMismatch(credential: JsonObject, index: number): readonly RuleFinding[] {
  const type = credential.credentialProviderType;
  const needed =
    typeof type === 'string' && Object.hasOwn(PROVIDER_OF_TYPE, type) ? PROVIDER_OF_TYPE[type] : undefined;
  const given = credential.credentialProvider;
  if (needed === undefined || typeof given === 'string') return fulfilled;
  if (isJsonObject(given) && given[needed] !== undefined) return fulfilled;
  return broken(
    [credentialsMember, index],
    `Credentials of type ${String(type)} need an ${needed}.`,
    `credentialProvider: { ${needed}: … }`,
  );
}

/** @returns the credentials of a target */
export function credentials(config: JsonObject): readonly JsonObject[] {
  return objects(config[credentialsMember]);
}
