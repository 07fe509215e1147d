import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BedrockAgentCoreControlClient,
  ListGatewaysCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { openGuardrailsFile } from '../core/guardrails/guardrailsFile.ts';
import { DEFAULT_LATENCIES } from '../local/agentcore/settings/latencies.ts';
import type { Activity } from '../local/aws/activity.ts';
import type { InvocationActivity } from '../local/aws/lambda/functions.ts';
import type { StateActivity } from '../local/aws/stepFunctions/executionRun.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../local/gateloop.ts';
import { ScaledClock } from '../local/simulation/clock.ts';
import { measuredManifest } from './manifests.ts';
import { ModeledAws, type Overheads } from './modeledAws.ts';
import { mean, median, sum } from './statistics.ts';

/** The creation of a gateway and its targets on the embedded AWS, in real time, and what the model says about it. */
export interface EmbeddedCreation {
  readonly targets: number;
  /** From the start of the first poll until the end of the last. */
  readonly seconds: number;
  /** The same in simulated time, with the overheads that were measured. */
  readonly modeledSeconds: number;
  readonly difference: number;
}

export interface Embedded {
  readonly overheads: Overheads;
  readonly creations: readonly EmbeddedCreation[];
}

const CALLS = 21;

interface Measured {
  readonly targets: number;
  readonly seconds: number;
  readonly transitions: readonly number[];
  readonly invocations: readonly number[];
}

/**
 * Creates targets as `npm start` does: functions in threads, HTTP between all parts, DynamoDB and SQLite on disk, in real
 * time, with the durations that were recorded of AWS.
 */
export async function measureEmbedded(sizes: readonly number[]): Promise<Embedded> {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-bench-'));
  const gateloop = await startGateloop({
    clock: (lastSeen) => new ScaledClock(1, Math.max(Date.now(), lastSeen ?? 0)),
    dataDirectory: directory,
    authorizationUrl: 'https://pages.example.com',
    guardrails: openGuardrailsFile,
    schedules: false,
    trail: false,
  });
  try {
    // The first reconciliation starts the threads of the functions.
    await measureCreation(gateloop, 1);
    const call = await measureCall(gateloop);
    const measured: Measured[] = [];
    for (const targets of sizes) measured.push(await measureCreation(gateloop, targets));
    const overheads = {
      call,
      transition: mean(measured.flatMap(({ transitions }) => transitions)),
      invocation: median(measured.flatMap(({ invocations }) => invocations)),
    };
    const creations: EmbeddedCreation[] = [];
    for (const { targets, seconds } of measured) {
      const modeledSeconds = await modelCreation(overheads, targets);
      creations.push({ targets, seconds, modeledSeconds, difference: modeledSeconds / seconds - 1 });
    }
    return { overheads, creations };
  } finally {
    await gateloop.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @returns the time of a call to the emulator over HTTP, in ms */
async function measureCall({ agentCore }: Gateloop): Promise<number> {
  const control = new BedrockAgentCoreControlClient({
    ...{ endpoint: agentCore.url, region: 'us-east-1' },
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const times: number[] = [];
  for (let index = 0; index < CALLS; index += 1) {
    const startedAt = performance.now();
    await control.send(new ListGatewaysCommand({}));
    times.push(performance.now() - startedAt);
  }
  control.destroy();
  return median(times);
}

async function measureCreation({ aws, agentCore }: Gateloop, targets: number): Promise<Measured> {
  const workspace = `measured-${targets}-${agentCore.writes().length}`;
  const timer = new LoopTimer();
  const stop = aws.onActivity((activity) => timer.take(activity));
  aws.buckets.put(
    SPEC_BUCKET,
    `workspaces/${workspace}/manifest.yaml`,
    measuredManifest({ gateway: workspace, targets }),
  );
  await aws.idle();
  stop();
  return { targets, seconds: timer.pollingTime / 1000, ...timer };
}

/** Takes the real times of a loop from the activities of the embedded AWS, in ms. */
class LoopTimer {
  /** From the end of a state until the next one has begun. */
  readonly transitions: number[] = [];
  /** Of `poll` only: an invocation of `provision` contains its writes and waits. */
  readonly invocations: number[] = [];
  readonly #started = new Map<string, number>();
  #firstPoll: number | undefined;
  #lastPoll = 0;
  #exited: number | undefined;

  get pollingTime(): number {
    return this.#lastPoll - (this.#firstPoll ?? this.#lastPoll);
  }

  take(activity: Activity): void {
    const now = performance.now();
    if (activity.kind === 'invocation') this.#invocation(activity, now);
    else if (activity.kind === 'state' && activity.machine === 'reconcile') this.#state(activity, now);
  }

  #state({ phase }: StateActivity, now: number): void {
    if (phase === 'exited') this.#exited = now;
    if (phase !== 'entered' || this.#exited === undefined) return;
    this.transitions.push(now - this.#exited);
    this.#exited = undefined;
  }

  #invocation({ function: name, requestId, phase }: InvocationActivity, now: number): void {
    if (name !== 'poll') return;
    if (phase === 'started') {
      this.#firstPoll ??= now;
      this.#started.set(requestId, now);
      return;
    }
    this.#lastPoll = now;
    this.invocations.push(now - (this.#started.get(requestId) ?? now));
  }
}

async function modelCreation(overheads: Overheads, targets: number): Promise<number> {
  const runs: number[] = [];
  for (const seed of [1, 2, 3]) {
    const aws = await ModeledAws.start({ overheads, latencies: DEFAULT_LATENCIES, seed });
    aws.upload('modeled', measuredManifest({ gateway: 'modeled', targets }));
    await aws.settle();
    runs.push(aws.pollingTime() / 1000);
    await aws.close();
  }
  return sum(runs) / runs.length;
}
