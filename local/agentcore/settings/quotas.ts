/**
 * The service's quotas. The defaults are the published ones ("Quotas for Amazon Bedrock AgentCore", as of 2026-09-26); a quota
 * that is not published is unlimited here, and so are workload identities, whose creation has no error for a quota.
 */
export interface Quotas {
  readonly gatewaysPerAccount: number;
  readonly targetsPerGateway: number;
  /** Create, update and delete operations in progress on one gateway at the same time. */
  readonly concurrentOperationsPerGateway: number;
  readonly oauth2CredentialProvidersPerAccount: number;
  readonly apiKeyCredentialProvidersPerAccount: number;
  readonly paymentCredentialProvidersPerAccount: number;
  readonly registriesPerAccount: number;
  readonly policyEnginesPerAccount: number;
  readonly policiesPerEngine: number;
  readonly configurationBundlesPerAccount: number;
  readonly capacityProvidersPerAccount: number;
  readonly browsersPerAccount: number;
  readonly browserProfilesPerAccount: number;
  readonly codeInterpretersPerAccount: number;
  readonly onlineEvaluationConfigsPerAccount: number;
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
  paymentCredentialProvidersPerAccount: 50,
  registriesPerAccount: 5,
  policyEnginesPerAccount: 1000,
  policiesPerEngine: 1000,
  configurationBundlesPerAccount: 1000,
  capacityProvidersPerAccount: 1000,
  browsersPerAccount: 1000,
  browserProfilesPerAccount: 100,
  codeInterpretersPerAccount: 1000,
  onlineEvaluationConfigsPerAccount: 1000,
  agentRuntimesPerAccount: 1000,
  // "Each harness you create is backed by a managed AgentCore Runtime", whose quotas hold for it.
  harnessesPerAccount: 1000,
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
