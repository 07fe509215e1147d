/**
 * The service's quotas. The defaults are the published ones ("Quotas for Amazon Bedrock AgentCore", gateway and identity
 * tables); a quota that is not published is unlimited here.
 */
export interface Quotas {
  readonly gatewaysPerAccount: number;
  readonly targetsPerGateway: number;
  /** Create, update and delete operations in progress on one gateway at the same time. */
  readonly concurrentOperationsPerGateway: number;
  readonly oauth2CredentialProvidersPerAccount: number;
  readonly apiKeyCredentialProvidersPerAccount: number;
  readonly registriesPerAccount: number;
  readonly agentRuntimesPerAccount: number;
  readonly harnessesPerAccount: number;
  /** Of a harness, too: the quotas of runtimes hold for it. */
  readonly endpointsPerAgentRuntime: number;
  readonly recordsPerRegistry: number;
  readonly tagsPerResource: number;
  /** Bytes. */
  readonly inlineSchema: number;
  readonly s3Schema: number;
  readonly toolsPerTarget: number;
  /** Milliseconds until an authorization link expires. */
  readonly authorizationLinkLifetime: number;
  /** Milliseconds until a client token expires; not published. */
  readonly clientTokenLifetime: number;
  /** Items of a page if the request names no size; not published. */
  readonly defaultPageSize: number;
  /** Requests per simulated second by operation; an operation that is not listed has no limit. */
  readonly ratePerSecond: Readonly<Record<string, number>>;
}

export const DEFAULT_QUOTAS: Quotas = {
  gatewaysPerAccount: 1000,
  targetsPerGateway: 100,
  concurrentOperationsPerGateway: 5,
  oauth2CredentialProvidersPerAccount: 50,
  apiKeyCredentialProvidersPerAccount: 50,
  registriesPerAccount: 5,
  agentRuntimesPerAccount: Infinity,
  harnessesPerAccount: Infinity,
  endpointsPerAgentRuntime: 10,
  recordsPerRegistry: Infinity,
  tagsPerResource: 50,
  inlineSchema: 1024 * 1024,
  s3Schema: 10 * 1024 * 1024,
  toolsPerTarget: 1000,
  authorizationLinkLifetime: 10 * 60_000,
  clientTokenLifetime: 24 * 3_600_000,
  defaultPageSize: 100,
  ratePerSecond: {
    CreateGateway: 5,
    UpdateGateway: 5,
    DeleteGateway: 5,
    GetGateway: 10,
    ListGateways: 10,
    CreateGatewayTarget: 5,
    UpdateGatewayTarget: 5,
    DeleteGatewayTarget: 5,
    GetGatewayTarget: 10,
    ListGatewayTargets: 10,
    CompleteResourceTokenAuth: 100,
  },
};
