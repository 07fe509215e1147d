import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';
import { CREDENTIALS_MEMBER, credentialsOf } from './credentialRules.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, type PlanRule, type RuleFinding } from './planRule.ts';
import { referencesIn } from './reference.ts';

/** Rules on credential providers, and on the credentials of targets that name one. */
export const providerRules: readonly PlanRule[] = [
  {
    id: 'api-key-provider-needs-key',
    kind: 'apiKeyCredentialProvider',
    severity: 'error',
    source:
      'API reference, CreateApiKeyCredentialProvider: apiKeySecretConfig is required if apiKeySecretSource is EXTERNAL; otherwise the service stores apiKey',
    find: ({ config }) =>
      externalWithoutSecret(config, [], 'apiKeySecretSource', 'apiKeySecretConfig') ??
      (config.apiKeySecretSource !== 'EXTERNAL' && config.apiKey === undefined
        ? finding([], 'An API key credential provider needs a key.', 'apiKey: { secretsManager: <name> }')
        : noFindings),
  },
  {
    id: 'oauth2-provider-external-secret',
    kind: 'oauth2CredentialProvider',
    severity: 'error',
    source:
      'API reference, configurations of each vendor: clientSecretConfig is required if clientSecretSource is EXTERNAL',
    find: ({ config: { oauth2ProviderConfigInput: vendors } }) =>
      Object.entries(isJsonObject(vendors) ? vendors : {}).flatMap(([vendor, given]) =>
        isJsonObject(given)
          ? (externalWithoutSecret(
              given,
              ['oauth2ProviderConfigInput', vendor],
              'clientSecretSource',
              'clientSecretConfig',
            ) ?? noFindings)
          : noFindings,
      ),
  },
  {
    id: 'payment-provider-needs-secrets',
    kind: 'paymentCredentialProvider',
    severity: 'error',
    source:
      'API reference, CoinbaseCdpConfigurationInput and StripePrivyConfigurationInput: the secretConfig of each secret is required if its source is EXTERNAL; otherwise the service stores the secret',
    find: ({ config: { providerConfigurationInput: vendors } }) =>
      Object.entries(isJsonObject(vendors) ? vendors : {}).flatMap(([vendor, given]) =>
        (Object.hasOwn(PAYMENT_SECRETS, vendor) ? (PAYMENT_SECRETS[vendor] ?? []) : []).flatMap((secret) =>
          isJsonObject(given)
            ? missingSecret(given, ['providerConfigurationInput', vendor], secret)
            : noFindings,
        ),
      ),
  },
  {
    id: 'credentials-name-provider-of-their-type',
    kind: 'gatewayTarget',
    severity: 'error',
    source:
      'API reference, ApiKeyCredentialProvider and OAuthCredentialProvider: providerArn is the ARN of a provider of this type',
    find: ({ config }) =>
      credentialsOf(config).flatMap((credential, index) =>
        PROVIDERS.flatMap((provider) => wrongProvider(credential, index, provider)),
      ),
  },
];

/** The providers that a member of `credentialProvider` may name. */
const PROVIDERS = [
  {
    member: 'apiKeyCredentialProvider',
    kind: 'apiKeyCredentialProvider',
    section: 'apiKeyCredentialProviders',
    arnPath: '/apikeycredentialprovider/',
    article: 'an API key',
  },
  {
    member: 'oauthCredentialProvider',
    kind: 'oauth2CredentialProvider',
    section: 'oauth2CredentialProviders',
    arnPath: '/oauth2credentialprovider/',
    article: 'an OAuth2',
  },
] as const;

function wrongProvider(
  credential: JsonObject,
  index: number,
  { member, kind, section, article }: (typeof PROVIDERS)[number],
): readonly RuleFinding[] {
  const path: Path = ['credentialProvider', member, 'providerArn'];
  const named = kindNamedBy(memberAt(credential, path));
  return named === undefined || named === kind
    ? noFindings
    : finding(
        [CREDENTIALS_MEMBER, index, ...path],
        `${member} needs ${article} credential provider, not a resource of the kind ${named}.`,
        `\${${section}.<name>.credentialProviderArn}`,
      );
}

/** The kind of the provider that a reference or an ARN names; undefined where the text does not tell. */
function kindNamedBy(arn: JsonValue | undefined): string | undefined {
  if (typeof arn !== 'string') return undefined;
  const [reference] = referencesIn(arn);
  return reference ? reference.kind : PROVIDERS.find(({ arnPath }) => arn.includes(arnPath))?.kind;
}

/** The secrets of each payment vendor. */
const PAYMENT_SECRETS: Readonly<Record<string, readonly string[]>> = {
  coinbaseCdpConfiguration: ['apiKeySecret', 'walletSecret'],
  stripePrivyConfiguration: ['appSecret', 'authorizationPrivateKey'],
};

function missingSecret(config: JsonObject, path: Path, secret: string): readonly RuleFinding[] {
  const source = `${secret}Source`;
  const external = externalWithoutSecret(config, path, source, `${secret}Config`);
  if (external) return external;
  return config[source] !== 'EXTERNAL' && config[secret] === undefined
    ? finding(path, `A payment credential provider needs ${secret}.`, `${secret}: { secretsManager: <name> }`)
    : noFindings;
}

function externalWithoutSecret(
  config: JsonObject,
  path: Path,
  source: string,
  secret: string,
): readonly RuleFinding[] | undefined {
  if (config[source] !== 'EXTERNAL' || config[secret] !== undefined) return undefined;
  return finding(
    [...path, source],
    `${source} EXTERNAL needs the name of the secret.`,
    `${secret}: { secretId: <name>, jsonKey: <key> }`,
  );
}
