import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../core/objects.ts';
import type { AgentCoreOptions } from '../../local/agentcore/options.ts';
import { s3Reader } from '../../local/agentcore/s3Reader.ts';
import { startAgentCore } from '../../local/agentcore/server.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import { clockCheckpoint } from '../../local/simulation/clockCheckpoint.ts';
import { type DataLock, lockDataDirectory } from '../../local/simulation/dataDirectoryLock.ts';
import { Store } from '../../local/simulation/store.ts';

export interface EmulatorOptions
  extends Pick<AgentCoreOptions, 'latencies' | 'quotas' | 'faults'>,
    Required<Pick<AgentCoreOptions, 'port' | 'seed' | 'behaviors' | 'endpoints' | 'allowedHosts'>> {
  /** The directory for the state; in memory when absent. */
  readonly data?: string;
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** The S3 endpoint to read `s3://` schemas from. */
  readonly s3Endpoint?: string;
  readonly json: boolean;
}

/** Runs the emulator until Ctrl-C. @param onReady receives the URL of the emulator */
export async function runEmulator(options: EmulatorOptions, onReady: (url: string) => void): Promise<void> {
  const { data, speed, behaviors, latencies, quotas, faults, s3Endpoint } = options;
  const { port, seed, endpoints, allowedHosts } = options;
  const ended = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
  const lock: DataLock | undefined = data === undefined ? undefined : lockDataDirectory(data);
  const store = openStore(data);
  const checkpoint = clockCheckpoint(store);
  // Simulated time continues after the time of the stored state.
  const clock = new ScaledClock(speed, Math.max(Date.now(), checkpoint.savedTime ?? 0));
  const stopCheckpoints = checkpoint.startSaving(clock);
  const agentCore = await startAgentCore({
    clock,
    store,
    port,
    seed,
    behaviors,
    ...defined({ latencies, quotas, faults }),
    endpoints,
    allowedHosts,
    ...(s3Endpoint !== undefined && { readObject: s3Reader(s3Endpoint) }),
  });
  onReady(agentCore.url);
  await ended.promise;
  await agentCore.close();
  stopCheckpoints();
  store.close();
  lock?.release();
}

function openStore(directory: string | undefined): Store {
  if (directory === undefined) return new Store(':memory:');
  mkdirSync(directory, { recursive: true });
  return new Store(join(directory, 'agentcore.sqlite'));
}
