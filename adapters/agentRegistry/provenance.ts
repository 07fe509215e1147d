import type { StaticListSchema, StaticStructureSchema, StaticUnionSchema } from '@smithy/types';
import { type AuthorizerConfiguration, AuthorizerConfiguration$ } from './authorizers.ts';
import { n0 } from './namespace.ts';

export type AgentCoreGatewayProtocolType = 'MCP';

export interface AgentCoreGatewaySourceDetails {
  protocolType?: AgentCoreGatewayProtocolType | undefined;
  authorizerType?: string | undefined;
  authorizerConfiguration?: AuthorizerConfiguration | undefined;
  workloadIdentityDetails?: WorkloadIdentityDetails | undefined;
}
export const AgentCoreGatewaySourceDetails$: StaticStructureSchema = [
  3,
  n0,
  'AgentCoreGatewaySourceDetails',
  0,
  ['protocolType', 'authorizerType', 'authorizerConfiguration', 'workloadIdentityDetails'],
  [0, 0, () => AuthorizerConfiguration$, () => WorkloadIdentityDetails$],
];

export interface AgentCoreRuntimeProtocolConfiguration {
  serverProtocol?: AgentCoreRuntimeServerProtocol | undefined;
}
export const AgentCoreRuntimeProtocolConfiguration$: StaticStructureSchema = [
  3,
  n0,
  'AgentCoreRuntimeProtocolConfiguration',
  0,
  ['serverProtocol'],
  [0],
];

export type AgentCoreRuntimeServerProtocol = 'A2A' | 'AGUI' | 'HTTP' | 'MCP';

export interface AgentCoreRuntimeSourceDetails {
  protocolConfiguration?: AgentCoreRuntimeProtocolConfiguration | undefined;
  authorizerConfiguration?: AuthorizerConfiguration | undefined;
  workloadIdentityDetails?: WorkloadIdentityDetails | undefined;
}
export const AgentCoreRuntimeSourceDetails$: StaticStructureSchema = [
  3,
  n0,
  'AgentCoreRuntimeSourceDetails',
  0,
  ['protocolConfiguration', 'authorizerConfiguration', 'workloadIdentityDetails'],
  [
    () => AgentCoreRuntimeProtocolConfiguration$,
    () => AuthorizerConfiguration$,
    () => WorkloadIdentityDetails$,
  ],
];

export interface Provenance {
  relation: ProvenanceRelation | undefined;
  sourceId: string | undefined;
  sourceType?: SourceType | undefined;
  sourceDetails?: SourceDetails | undefined;
}
export const Provenance$: StaticStructureSchema = [
  3,
  n0,
  'Provenance',
  0,
  ['relation', 'sourceId', 'sourceType', 'sourceDetails'],
  [0, 0, 0, () => SourceDetails$],
  2,
];

export const ProvenanceList: StaticListSchema = [1, n0, 'ProvenanceList', 0, () => Provenance$];

export type ProvenanceRelation = 'DETECTED_FROM';

export interface ProvenanceSummary {
  relation: ProvenanceRelation | undefined;
  sourceId: string | undefined;
  sourceType?: SourceType | undefined;
}
export const ProvenanceSummary$: StaticStructureSchema = [
  3,
  n0,
  'ProvenanceSummary',
  0,
  ['relation', 'sourceId', 'sourceType'],
  [0, 0, 0],
  2,
];

export const ProvenanceSummaryList: StaticListSchema = [
  1,
  n0,
  'ProvenanceSummaryList',
  0,
  () => ProvenanceSummary$,
];

export type SourceDetails =
  | SourceDetails.AgentcoreRuntimeMember
  | SourceDetails.AgentcoreGatewayMember
  | SourceDetails.$UnknownMember;
export declare namespace SourceDetails {
  interface AgentcoreRuntimeMember {
    agentcoreRuntime: AgentCoreRuntimeSourceDetails;
    agentcoreGateway?: never;
    $unknown?: never;
  }
  interface AgentcoreGatewayMember {
    agentcoreRuntime?: never;
    agentcoreGateway: AgentCoreGatewaySourceDetails;
    $unknown?: never;
  }
  interface $UnknownMember {
    agentcoreRuntime?: never;
    agentcoreGateway?: never;
    $unknown: [string, unknown];
  }
}
export const SourceDetails$: StaticUnionSchema = [
  4,
  n0,
  'SourceDetails',
  0,
  ['agentcoreRuntime', 'agentcoreGateway'],
  [() => AgentCoreRuntimeSourceDetails$, () => AgentCoreGatewaySourceDetails$],
];

export type SourceType = 'AWS::BedrockAgentCore::Gateway' | 'AWS::BedrockAgentCore::Runtime';

export interface WorkloadIdentityDetails {
  workloadIdentityArn: string | undefined;
}
export const WorkloadIdentityDetails$: StaticStructureSchema = [
  3,
  n0,
  'WorkloadIdentityDetails',
  0,
  ['workloadIdentityArn'],
  [0],
  1,
];
