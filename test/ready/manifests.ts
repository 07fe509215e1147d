import { type Address, addressOf } from '../../core/address.ts';
import type { JsonObject } from '../../core/json.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';

/** The resource under test is called so in every manifest. */
const NAME = 'subject';

const GATEWAY = { roleArn: 'arn:aws:iam::123456789012:role/front', authorizerType: 'AWS_IAM' };
const SECRET = { secretsManager: 'payments/secret' };

/** The providers that targets refer to. */
const PROVIDERS = {
  oauth2CredentialProviders: {
    github: {
      credentialProviderVendor: 'GithubOauth2',
      oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: SECRET } },
    },
  },
  apiKeyCredentialProviders: { key: { apiKey: SECRET } },
};

/** A manifest with one resource under test, and with what that resource refers to. */
export function manifestFor(row: ResourceKind, config: JsonObject, settings: JsonObject = {}): JsonObject {
  if (row.kind !== 'gatewayTarget') return { settings, [row.section]: { [NAME]: config } };
  return { settings, ...PROVIDERS, gateways: { front: { ...GATEWAY, targets: { [NAME]: config } } } };
}

export function subjectOf(row: ResourceKind): Address {
  return addressOf(row.kind, row.parent ? `front/${NAME}` : NAME);
}
