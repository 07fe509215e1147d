/** A rule of planRules, as its tests need it. */
export interface RuleCase {
  /** The key of the resource; `a` if absent. */
  readonly name?: string;
  /** The path of the field that has to change, within the resource. */
  readonly at: string;
  /** Parts of the problem's message, and of what it says is valid. */
  readonly message: string;
  readonly expected: string;
  readonly violating: readonly string[];
  readonly conforming: readonly string[];
}

export const jwt =
  'authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl: https://a.example.com/.well-known/openid-configuration } }';

/** A manifest with one gateway. */
export const gateway = (line: string) =>
  `gateways:\n  a:\n    roleArn: arn:aws:iam::123456789012:role/a\n    authorizerType: CUSTOM_JWT\n    ${line}`;

const agentRuntime = (more: string) =>
  `agentRuntimes: { a: { roleArn: 'arn:aws:iam::123456789012:role/a', networkConfiguration: { networkMode: PUBLIC }, agentRuntimeArtifact: { containerConfiguration: { containerUri: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1' } }, ${more} } }`;
const harness = (more: string) =>
  `harnesses: { a: { executionRoleArn: 'arn:aws:iam::123456789012:role/a', ${more} } }`;
const lifetimes = (idle: number, maximum: number) =>
  `lifecycleConfiguration: { idleRuntimeSessionTimeout: ${idle}, maxLifetime: ${maximum} }`;
const harnessLifetimes = (idle: number, maximum: number) =>
  harness(`environment: { agentCoreRuntimeEnvironment: { ${lifetimes(idle, maximum)} } }`);
const CAPACITY =
  "capacityProviderConfiguration: { capacityProviderArn: 'arn:aws:bedrock-agentcore:eu-west-1:123456789012:capacity-provider/a-AbCdEf1234' }";
const LIFETIMES = 'lifecycleConfiguration';
const HARNESS_LIFETIMES = `environment.agentCoreRuntimeEnvironment.${LIFETIMES}`;

/** A JWT authorizer with one custom claim. */
export const claims = (type: string, operator: string, value = 'matchValueString: admin') =>
  `${jwt.slice(0, -3)}, customClaims: [{ inboundTokenClaimName: role, inboundTokenClaimValueType: ${type}, authorizingClaimMatchValue: { claimMatchOperator: ${operator}, claimMatchValue: { ${value} } } }] } }`;
export const LIST = 'matchValueStringList: [admin, owner]';

/** The case of the rule on custom claims of one kind. @param resource makes a manifest with an authorizer */
const customClaimCase = (resource: (authorizer: string) => string, within = ''): RuleCase => ({
  at: `${within}authorizerConfiguration.customJWTAuthorizer.customClaims[0].authorizingClaimMatchValue.claimMatchOperator`,
  message: 'does not compare claims of type STRING',
  expected: '',
  violating: [
    resource(claims('STRING', 'CONTAINS')),
    resource(claims('STRING', 'CONTAINS_ANY', LIST)),
    resource(claims('STRING_ARRAY', 'EQUALS')),
  ],
  conforming: [
    resource(claims('STRING', 'EQUALS')),
    resource(claims('STRING_ARRAY', 'CONTAINS')),
    resource(claims('STRING_ARRAY', 'CONTAINS', LIST)),
    resource(claims('STRING_ARRAY', 'CONTAINS_ANY', LIST)),
  ],
});

/** The cases of sessionLifetimeRules and customClaimRules. */
export const sessionAndClaimCases: Readonly<Record<string, RuleCase>> = {
  'agent-runtime-session-maximum': {
    at: `${LIFETIMES}.maxLifetime`,
    message: '"maxLifetime" is longer than the eight hours',
    expected: '60 to 28800, or a capacityProviderConfiguration',
    violating: [agentRuntime(lifetimes(900, 28_801))],
    conforming: [
      agentRuntime(lifetimes(900, 28_800)),
      agentRuntime(`${lifetimes(900, 1_209_600)}, ${CAPACITY}`),
    ],
  },
  'agent-runtime-session-order': {
    at: `${LIFETIMES}.idleRuntimeSessionTimeout`,
    message: 'is 901, which is longer than "maxLifetime", 900.',
    expected: 'at most 900',
    violating: [agentRuntime(lifetimes(901, 900)), agentRuntime(`${lifetimes(901, 900)}, ${CAPACITY}`)],
    conforming: [
      agentRuntime(lifetimes(900, 900)),
      agentRuntime(`${LIFETIMES}: { maxLifetime: 60 }`),
      agentRuntime(`${LIFETIMES}: { idleRuntimeSessionTimeout: 28800 }`),
    ],
  },
  'harness-session-maximum': {
    at: `${HARNESS_LIFETIMES}.idleRuntimeSessionTimeout`,
    message: '"idleRuntimeSessionTimeout" is longer than the eight hours',
    expected: '60 to 28800',
    violating: [harnessLifetimes(28_801, 28_800)],
    conforming: [harnessLifetimes(28_800, 28_800)],
  },
  'harness-session-order': {
    at: `${HARNESS_LIFETIMES}.idleRuntimeSessionTimeout`,
    message: 'is 901, which is longer than "maxLifetime", 900.',
    expected: 'at most 900',
    violating: [harnessLifetimes(901, 900)],
    conforming: [harnessLifetimes(900, 901)],
  },
  'gateway-custom-claims': customClaimCase(gateway),
  'agent-runtime-custom-claims': customClaimCase(agentRuntime),
  'harness-custom-claims': customClaimCase(harness),
  'registry-custom-claims': customClaimCase(
    (authorizer) =>
      `registries: { a: { discoveryConfiguration: { authorizerType: CUSTOM_JWT, ${authorizer} } } }`,
    'discoveryConfiguration.',
  ),
};
