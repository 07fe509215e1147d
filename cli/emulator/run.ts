import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentCoreOptions } from '../../local/agentcore/options.ts';
import { s3Reader } from '../../local/agentcore/s3Reader.ts';
import { startAgentCore } from '../../local/agentcore/server.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import { clockCheckpoint } from '../../local/simulation/clockCheckpoint.ts';
import { type DataLock, lockDataDirectory } from '../../local/simulation/dataDirectoryLock.ts';
import { Store } from '../../local/simulation/store.ts';

export interface EmulatorOptions
  extends Pick<AgentCoreOptions, 'quotas' | 'faults'>,
    Required<Pick<AgentCoreOptions, 'port' | 'seed' | 'behaviors' | 'endpoints'>> {
  /** Keeps the state there; in memory where absent. */
  readonly data?: string;
  /** Simulated seconds per real second. */
  readonly speed: number;
  /** Where `s3://` schemas are read from. */
  readonly s3Endpoint?: string;
  readonly json: boolean;
}

/** Runs until Ctrl-C. @param onReady is given the URL of the emulator */
export async function runEmulator(options: EmulatorOptions, onReady: (url: string) => void): Promise<void> {
  const { data, speed, port, seed, behaviors, quotas, faults, endpoints, s3Endpoint } = options;
  const ended = Promise.withResolvers<void>();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
  const lock: DataLock | undefined = data === undefined ? undefined : lockDataDirectory(data);
  const store = openStore(data);
  const checkpoint = clockCheckpoint(store);
  // Simulated time never runs backwards over the state that is already there.
  const clock = new ScaledClock(speed, Math.max(Date.now(), checkpoint.savedTime ?? 0));
  const stopCheckpoints = checkpoint.startSaving(clock);
  const agentCore = await startAgentCore({
    clock,
    store,
    port,
    seed,
    behaviors,
    ...(quotas && { quotas }),
    ...(faults && { faults }),
    endpoints,
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
