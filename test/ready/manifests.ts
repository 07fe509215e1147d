import { type Address, addressOf } from '../../core/address.ts';
import type { JsonObject } from '../../core/json.ts';
import type { KindName, ResourceKind } from '../../core/resources/resourceKind.ts';
import { ONLY_NAME, resourceKinds } from '../../core/resources/resourceKinds.ts';

/** The resource under test is called so in every manifest. */
const NAME = 'subject';

const ROLE = 'arn:aws:iam::123456789012:role/front';
const IMAGE = '123456789012.dkr.ecr.us-east-1.amazonaws.com/agent:1';
/** What the resources under test are parts of. */
const PARENTS: Readonly<Partial<Record<KindName, JsonObject>>> = {
  gateway: { roleArn: ROLE, authorizerType: 'AWS_IAM' },
  agentRuntime: {
    roleArn: ROLE,
    networkConfiguration: { networkMode: 'PUBLIC' },
    agentRuntimeArtifact: { containerConfiguration: { containerUri: IMAGE } },
  },
  harness: { executionRoleArn: ROLE },
  policyEngine: {},
};
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

/** What the resources under test are in. What is submitted to this registry is approved at once. */
const CONTAINERS = {
  registries: { front: { approvalConfiguration: { autoApprovalRules: ['APPROVE_ALL'] } } },
};

/** A manifest with one resource under test, and with what that resource refers to. */
export function manifestFor(row: ResourceKind, config: JsonObject, settings: JsonObject = {}): JsonObject {
  if (row.container) return { settings, ...PROVIDERS, ...CONTAINERS, [row.section]: { [NAME]: config } };
  // What is protected from its own update is told apart in core/resources/memory.test.ts.
  const protection = row.holdsData ? { protect: false } : {};
  if (!row.parent) return { settings, [row.section]: { [nameOf(row)]: { ...config, ...protection } } };
  const parent = { ...PARENTS[row.parent], [row.section]: row.isOnly ? config : { [NAME]: config } };
  return { settings, ...PROVIDERS, [resourceKinds[row.parent].section]: { front: parent } };
}

function nameOf({ isOnly, setting }: ResourceKind): string {
  return isOnly ? ONLY_NAME : (setting?.name ?? NAME);
}

export function subjectOf(row: ResourceKind): Address {
  const name = nameOf(row);
  return addressOf(row.kind, row.parent ? `front/${name}` : name);
}
