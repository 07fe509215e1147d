import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';

/**
 * The outer bounds of what manifests may say. The policies of the deployment deny everything else through condition keys of
 * AgentCore, whatever the guardrails say. A bound that is absent allows everything.
 */
export type Bounds = Readonly<Partial<Record<BoundName, readonly string[]>>>;

export type BoundName =
  | 'gatewayAuthorizerTypes'
  | 'discoveryUrls'
  | 'mcpTargetTypes'
  | 'httpTargetTypes'
  | 'inferenceTargetTypes'
  | 'credentialProviderTypes'
  | 'runtimeAuthorizerTypes'
  | 'subnets'
  | 'securityGroups';

/** Where a configuration says what a bound is about. */
interface BoundedMember {
  readonly kind: KindName;
  readonly path: Path;
  /** The values at the path: the value itself, every item of a list, or the names of the members of a mapping. */
  readonly values: (value: JsonValue) => readonly string[];
}

export interface Bound {
  readonly conditionKey: string;
  /** The operations whose requests have the key. */
  readonly operations: readonly string[];
  /** Whether a request has several values of the key. */
  readonly hasManyValues: boolean;
  readonly members: readonly BoundedMember[];
  /** Completes "the setting must be …". */
  readonly expected: string;
}

const text = (value: JsonValue) => (typeof value === 'string' ? [value] : []);
const texts = (value: JsonValue) => (Array.isArray(value) ? value.flatMap(text) : []);
const memberNames = (value: JsonValue) => (isJsonObject(value) ? Object.keys(value) : []);
const credentialTypes = (value: JsonValue) =>
  Array.isArray(value)
    ? value.flatMap((item: JsonValue) =>
        isJsonObject(item) ? text(item.credentialProviderType ?? null) : [],
      )
    : [];

const GATEWAY_CHANGES = ['CreateGateway', 'UpdateGateway'];
const TARGET_CHANGES = ['CreateGatewayTarget', 'UpdateGatewayTarget'];
const TOOL_CREATIONS = ['CreateBrowser', 'CreateCodeInterpreter'];
const RUNTIME_CHANGES = ['CreateAgentRuntime', 'UpdateAgentRuntime'];

const ofGateway = (...path: Path) => ({ kind: 'gateway', path }) as const;
const ofTarget = (...path: Path) => ({ kind: 'gatewayTarget', path }) as const;
const ofRuntime = (...path: Path) => ({ kind: 'agentRuntime', path }) as const;
const ofBrowser = (...path: Path) => ({ kind: 'browser', path }) as const;
const ofInterpreter = (...path: Path) => ({ kind: 'codeInterpreter', path }) as const;
const ofInstances = (...path: Path) =>
  ({ kind: 'capacityProvider', path: ['computeConfiguration', 'ec2Configuration', ...path] }) as const;
const ofHarness = (...path: Path) => ({ kind: 'harness', path }) as const;

/** The places of subnets, and, under the same paths, of security groups. */
const network = (member: string, managedMember: string): readonly BoundedMember[] => [
  { ...ofRuntime('networkConfiguration', 'networkModeConfig', member), values: texts },
  {
    ...ofHarness(
      'environment',
      'agentCoreRuntimeEnvironment',
      'networkConfiguration',
      'networkModeConfig',
      member,
    ),
    values: texts,
  },
  { ...ofTarget('privateEndpoint', 'managedVpcResource', managedMember), values: texts },
  { ...ofBrowser('networkConfiguration', 'vpcConfig', member), values: texts },
  { ...ofInterpreter('networkConfiguration', 'vpcConfig', member), values: texts },
  { ...ofInstances('vpcConfiguration', member), values: texts },
];

/**
 * The bounds with their condition keys. Source: "Use IAM condition keys with Amazon Bedrock AgentCore Gateway" and the
 * service authorization reference. The reference does not connect the keys of gateways with an operation, so that policies
 * deny other values where a request has the key, and never demand the key.
 */
export const bounds: Readonly<Record<BoundName, Bound>> = {
  gatewayAuthorizerTypes: {
    conditionKey: 'bedrock-agentcore:GatewayAuthorizerType',
    operations: GATEWAY_CHANGES,
    hasManyValues: false,
    members: [{ ...ofGateway('authorizerType'), values: text }],
    expected: 'a list of types of authorizers, such as AWS_IAM and CUSTOM_JWT',
  },
  discoveryUrls: {
    conditionKey: 'bedrock-agentcore:DiscoveryUrl',
    operations: GATEWAY_CHANGES,
    hasManyValues: false,
    members: [
      { ...ofGateway('authorizerConfiguration', 'customJWTAuthorizer', 'discoveryUrl'), values: text },
    ],
    expected: 'a list of discovery URLs of identity providers',
  },
  mcpTargetTypes: {
    conditionKey: 'bedrock-agentcore:McpTargetConfigurationType',
    operations: TARGET_CHANGES,
    hasManyValues: false,
    members: [{ ...ofTarget('targetConfiguration', 'mcp'), values: memberNames }],
    expected: 'a list of apiGateway, connector, lambda, mcpServer, openApiSchema and smithyModel',
  },
  httpTargetTypes: {
    conditionKey: 'bedrock-agentcore:HttpTargetConfigurationType',
    operations: TARGET_CHANGES,
    hasManyValues: false,
    members: [{ ...ofTarget('targetConfiguration', 'http'), values: memberNames }],
    expected: 'a list of agentcoreRuntime and passthrough',
  },
  inferenceTargetTypes: {
    conditionKey: 'bedrock-agentcore:InferenceTargetConfigurationType',
    operations: TARGET_CHANGES,
    hasManyValues: false,
    members: [{ ...ofTarget('targetConfiguration', 'inference'), values: memberNames }],
    expected: 'a list of connector and provider',
  },
  credentialProviderTypes: {
    conditionKey: 'bedrock-agentcore:CredentialProviderType',
    operations: TARGET_CHANGES,
    hasManyValues: false,
    members: [{ ...ofTarget('credentialProviderConfigurations'), values: credentialTypes }],
    expected: 'a list of types of credentials, such as GATEWAY_IAM_ROLE and OAUTH',
  },
  runtimeAuthorizerTypes: {
    conditionKey: 'bedrock-agentcore:RuntimeAuthorizerType',
    operations: RUNTIME_CHANGES,
    hasManyValues: false,
    // A configuration does not name the type: the service derives it from the authorizer.
    members: [],
    expected: 'a list of types of authorizers, such as AWS_IAM and CUSTOM_JWT',
  },
  subnets: {
    conditionKey: 'bedrock-agentcore:subnets',
    operations: [...RUNTIME_CHANGES, ...TOOL_CREATIONS, ...TARGET_CHANGES],
    hasManyValues: true,
    members: network('subnets', 'subnetIds'),
    expected: 'a list of ids of subnets',
  },
  securityGroups: {
    conditionKey: 'bedrock-agentcore:securityGroups',
    operations: [...RUNTIME_CHANGES, ...TOOL_CREATIONS, ...TARGET_CHANGES],
    hasManyValues: true,
    members: network('securityGroups', 'securityGroupIds'),
    expected: 'a list of ids of security groups',
  },
};

export const boundNames = Object.keys(bounds) as readonly BoundName[]; // The keys of the table are its names.

/** A value of a configuration that a bound does not allow. */
export interface ExceededBound {
  readonly bound: BoundName;
  readonly path: Path;
  readonly value: string;
  readonly allowed: readonly string[];
}

/** @returns the values of a configuration that IAM would deny */
export function exceededBounds(kind: KindName, config: JsonObject, given: Bounds): readonly ExceededBound[] {
  return boundNames.flatMap((bound) => {
    const allowed = given[bound];
    if (!allowed) return [];
    return bounds[bound].members
      .filter((member) => member.kind === kind)
      .flatMap(({ path, values }) =>
        values(memberAt(config, path) ?? null)
          .filter((value) => !allowed.includes(value))
          .map((value) => ({ bound, path, value, allowed })),
      );
  });
}
