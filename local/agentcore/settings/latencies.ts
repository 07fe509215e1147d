import type { Random } from './random.ts';

/**
 * The time from an accepted request until the resource settles, in simulated milliseconds: uniformly distributed between
 * two bounds, or log-normally with a long tail, which is typical of remote services.
 */
export type Latency =
  | { readonly min: number; readonly max: number }
  | { readonly median: number; readonly p99: number };

/** By operation. `CompleteResourceTokenAuth` is the time from the completed consent until the target settles. */
export type Latencies = Readonly<Record<string, Latency>>;

/** Observed on AWS for targets and gateways; estimates for the others. */
export const DEFAULT_LATENCIES: Latencies = {
  CreateGateway: { min: 2000, max: 5000 },
  UpdateGateway: { min: 2000, max: 5000 },
  DeleteGateway: { min: 2000, max: 5000 },
  CreateGatewayTarget: { min: 4000, max: 12_000 },
  UpdateGatewayTarget: { min: 4000, max: 12_000 },
  DeleteGatewayTarget: { min: 4000, max: 12_000 },
  SynchronizeGatewayTargets: { min: 4000, max: 12_000 },
  CompleteResourceTokenAuth: { min: 2000, max: 5000 },
  CreateAgentRuntime: { min: 15_000, max: 45_000 },
  UpdateAgentRuntime: { min: 10_000, max: 30_000 },
  DeleteAgentRuntime: { min: 5000, max: 15_000 },
  CreateHarness: { min: 15_000, max: 45_000 },
  UpdateHarness: { min: 10_000, max: 30_000 },
  DeleteHarness: { min: 5000, max: 15_000 },
  CreateOauth2CredentialProvider: { min: 0, max: 0 },
  UpdateOauth2CredentialProvider: { min: 0, max: 0 },
  CreateRegistry: { min: 2000, max: 8000 },
  UpdateRegistry: { min: 1000, max: 4000 },
  DeleteRegistry: { min: 2000, max: 8000 },
  CreateRegistryRecord: { min: 1000, max: 4000 },
  UpdateRegistryRecord: { min: 1000, max: 4000 },
  DeleteRegistryRecord: { min: 500, max: 2000 },
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
