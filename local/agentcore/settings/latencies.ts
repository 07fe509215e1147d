import type { Random } from './random.ts';

/**
 * The time from an accepted request until the resource settles, in simulated milliseconds: uniformly distributed between
 * two bounds, or log-normally with a long tail, which is typical of remote services.
 */
export type Latency =
  | { readonly min: number; readonly max: number }
  | { readonly median: number; readonly p99: number };

/**
 * By operation, or by operation and variant: `CreateGatewayTarget/MCP_SERVER`. The variant of a target is its type,
 * that of a gateway with semantic search is `SEMANTIC`, and that of the runtime of a harness is `HARNESS`. A variant that is not listed has the latency of the operation.
 * `CompleteResourceTokenAuth` is the time from the completed consent until the target settles.
 */
export type Latencies = Readonly<Record<string, Latency>>;

/**
 * *Measured* values are the differences between `createdAt` or `updatedAt` and the time of READY in answers of AWS that
 * the fixtures of AWS's AgentCore CLI recorded. The others are guesses: the nearest measured value, or an estimate.
 */
export const DEFAULT_LATENCIES: Latencies = {
  // Measured: 0.562, 0.578, 0.556 and 0.813 s.
  CreateGateway: { min: 560, max: 810 },
  // Measured: 0.367 s, once.
  UpdateGateway: { min: 350, max: 390 },
  DeleteGateway: { min: 560, max: 810 },
  // An index of tools takes longer. Estimates.
  'CreateGateway/SEMANTIC': { min: 2000, max: 5000 },
  'UpdateGateway/SEMANTIC': { min: 2000, max: 5000 },
  // Measured for passthrough and connector targets: 0.669, 0.716, 0.582 and 0.766 s.
  CreateGatewayTarget: { min: 580, max: 770 },
  // Measured: 3.022 and 3.830 s. The service contacts the server.
  'CreateGatewayTarget/MCP_SERVER': { min: 3000, max: 3800 },
  UpdateGatewayTarget: { min: 580, max: 770 },
  'UpdateGatewayTarget/MCP_SERVER': { min: 3000, max: 3800 },
  DeleteGatewayTarget: { min: 580, max: 770 },
  SynchronizeGatewayTargets: { min: 3000, max: 3800 },
  CompleteResourceTokenAuth: { min: 3000, max: 3800 },
  CreateAgentRuntime: { min: 15_000, max: 45_000 },
  UpdateAgentRuntime: { min: 10_000, max: 30_000 },
  DeleteAgentRuntime: { min: 5000, max: 15_000 },
  // The runtime of a harness is made and deleted during the operation of the harness.
  'CreateAgentRuntime/HARNESS': { min: 5000, max: 15_000 },
  'DeleteAgentRuntime/HARNESS': { min: 2000, max: 5000 },
  CreateHarness: { min: 15_000, max: 45_000 },
  UpdateHarness: { min: 10_000, max: 30_000 },
  DeleteHarness: { min: 5000, max: 15_000 },
  // Estimates: no recording has an endpoint.
  CreateAgentRuntimeEndpoint: { min: 2000, max: 8000 },
  UpdateAgentRuntimeEndpoint: { min: 2000, max: 8000 },
  DeleteAgentRuntimeEndpoint: { min: 1000, max: 4000 },
  CreateHarnessEndpoint: { min: 2000, max: 8000 },
  UpdateHarnessEndpoint: { min: 2000, max: 8000 },
  DeleteHarnessEndpoint: { min: 1000, max: 4000 },
  // Estimates: no recording has one of these.
  CreatePolicyEngine: { min: 1000, max: 4000 },
  UpdatePolicyEngine: { min: 500, max: 2000 },
  DeletePolicyEngine: { min: 500, max: 2000 },
  CreatePolicy: { min: 1000, max: 4000 },
  UpdatePolicy: { min: 1000, max: 4000 },
  DeletePolicy: { min: 500, max: 2000 },
  CreateGatewayRule: { min: 300, max: 800 },
  UpdateGatewayRule: { min: 300, max: 800 },
  DeleteGatewayRule: { min: 300, max: 800 },
  CreateGatewayRateLimit: { min: 300, max: 800 },
  UpdateGatewayRateLimit: { min: 300, max: 800 },
  DeleteGatewayRateLimit: { min: 300, max: 800 },
  CreatePaymentManager: { min: 1000, max: 4000 },
  UpdatePaymentManager: { min: 1000, max: 4000 },
  DeletePaymentManager: { min: 1000, max: 4000 },
  CreateConsentPortal: { min: 2000, max: 8000 },
  UpdateConsentPortal: { min: 1000, max: 4000 },
  DeleteConsentPortal: { min: 1000, max: 4000 },
  CreateDataset: { min: 1000, max: 4000 },
  // The model: "Synchronous operation".
  UpdateDataset: { min: 0, max: 0 },
  DeleteDataset: { min: 500, max: 2000 },
  // No response but that to its deletion has a status of a bundle.
  CreateConfigurationBundle: { min: 0, max: 0 },
  UpdateConfigurationBundle: { min: 0, max: 0 },
  DeleteConfigurationBundle: { min: 0, max: 0 },
  CreateCapacityProvider: { min: 2000, max: 8000 },
  UpdateCapacityProvider: { min: 500, max: 2000 },
  DeleteCapacityProvider: { min: 2000, max: 8000 },
  CreateBrowser: { min: 1000, max: 4000 },
  DeleteBrowser: { min: 1000, max: 4000 },
  DeleteBrowserProfile: { min: 500, max: 2000 },
  CreateCodeInterpreter: { min: 1000, max: 4000 },
  DeleteCodeInterpreter: { min: 1000, max: 4000 },
  CreateEvaluator: { min: 1000, max: 4000 },
  UpdateEvaluator: { min: 1000, max: 4000 },
  DeleteEvaluator: { min: 500, max: 2000 },
  CreateOnlineEvaluationConfig: { min: 1000, max: 4000 },
  UpdateOnlineEvaluationConfig: { min: 1000, max: 4000 },
  DeleteOnlineEvaluationConfig: { min: 500, max: 2000 },
  CreateMemory: { min: 2000, max: 8000 },
  UpdateMemory: { min: 1000, max: 4000 },
  DeleteMemory: { min: 1000, max: 4000 },
  // Recorded: READY in the answer to the request.
  CreateOauth2CredentialProvider: { min: 0, max: 0 },
  UpdateOauth2CredentialProvider: { min: 0, max: 0 },
  DeleteOauth2CredentialProvider: { min: 0, max: 0 },
  CreateRegistry: { min: 2000, max: 8000 },
  UpdateRegistry: { min: 1000, max: 4000 },
  DeleteRegistry: { min: 2000, max: 8000 },
  CreateRegistryRecord: { min: 1000, max: 4000 },
  UpdateRegistryRecord: { min: 1000, max: 4000 },
  DeleteRegistryRecord: { min: 500, max: 2000 },
  // Estimates, as for the registries of AgentCore before.
  'AgentRegistry.CreateRegistry': { min: 2000, max: 8000 },
  'AgentRegistry.UpdateRegistry': { min: 1000, max: 4000 },
  'AgentRegistry.DeleteRegistry': { min: 2000, max: 8000 },
  'AgentRegistry.CreateRegistryRecord': { min: 1000, max: 4000 },
  'AgentRegistry.UpdateRegistryRecord': { min: 1000, max: 4000 },
  'AgentRegistry.DeleteRegistryRecord': { min: 500, max: 2000 },
};

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263;

/** @returns whole milliseconds */
export function sampleLatency(latency: Latency, random: Random): number {
  if ('min' in latency) return Math.round(latency.min + (latency.max - latency.min) * random.next());
  const sigma = Math.log(latency.p99 / latency.median) / Z99;
  // Box-Muller transform; 1 − next() is in (0, 1], where the logarithm is finite.
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.round(latency.median * Math.exp(sigma * normal));
}
