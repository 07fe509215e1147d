import { AsyncLocalStorage } from 'node:async_hooks';
import {
  type BedrockAgentCoreControlClient,
  ListGatewaysCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { InMemoryLedger } from '../adapters/inMemory/inMemoryLedger.ts';
import { openGuardrailsFile } from '../core/guardrails/guardrailsFile.ts';
import { type FunctionName, functionCatalog } from '../functions/functionCatalog.ts';
import type { IncomingRequest } from '../local/agentcore/dispatcher.ts';
import type { Latencies } from '../local/agentcore/settings/latencies.ts';
import { createRandom } from '../local/agentcore/settings/random.ts';
import { directAgentCoreClients } from '../local/agentcore/testing/directClients.ts';
import { sleepInHandler } from '../local/aws/lambda/inProcessSandbox.ts';
import type { Handler } from '../local/aws/lambda/runHandler.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../local/gateloop.ts';
import { SimulatedClock, sleep } from '../local/simulation/clock.ts';
import { createHandlers } from '../local/testing/createHandlers.ts';
import { directPorts } from '../local/testing/directPorts.ts';
import { sum } from './statistics.ts';

/** What AWS takes besides the work itself, in ms. */
export interface Overheads {
  /** From the end of a state until the next one begins. */
  readonly transition: number;
  /** From the start of an invocation until its handler runs, and the calls that it makes to DynamoDB, S3 and EventBridge. */
  readonly invocation: number;
  /** A call to AgentCore's control plane, half of it on the way there. */
  readonly call: number;
}

/**
 * Assumed of AWS: Standard workflows take some 25 to 50 ms from state to state; a warm Node function with a few calls to
 * DynamoDB and S3 of 5 to 30 ms each takes 150 ms; AgentCore's recorded answers took 60 to 200 ms.
 */
export const awsOverheads: Overheads = { transition: 40, invocation: 150, call: 100 };

export interface ModeledAwsOptions {
  readonly overheads: Overheads;
  /** How long operations take. */
  readonly latencies: Latencies;
  readonly seed: number;
  /** Whether the drift pass and due synchronizations run by schedule. Off by default. */
  readonly schedules?: boolean;
}

/** What was used and paid for between two points in time. */
export interface Usage {
  readonly transitions: number;
  /** By function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** From the start of each invocation to its end, its waits included. */
  readonly gigabyteSeconds: number;
  /** Calls to the control plane by operation, throttled ones included. */
  readonly calls: Readonly<Record<string, number>>;
  readonly throttled: number;
  readonly microUsd: number;
}

/** Prices of us-east-1 on arm64 in USD: a transition of a Standard workflow, a GB-second, an invocation. */
const PRICES = { transition: 25e-6, gigabyteSecond: 13.3334e-6, invocation: 0.2e-6 };
const PAGES_URL = 'https://pages.example.com';

interface ResourceDuration {
  readonly kind: string;
  readonly ms: number;
}

interface Invocation {
  readonly name: FunctionName;
  readonly startedAt: number;
}

/** The calls of an invocation that begin at the same time take their time together, as those of `Promise.all` do. */
const invocationPause = new AsyncLocalStorage<{ current: Promise<void> | undefined }>();

/**
 * Gateloop's own handlers and workflows on the embedded AWS and the emulator of AgentCore, in simulated time, with the time
 * that AWS would take for each state, invocation and call.
 */
export class ModeledAws {
  readonly clock: SimulatedClock;
  readonly gateloop: Gateloop;
  /** A client of the control plane for the scripts that Gateloop is compared with. Its calls take their time, too. */
  readonly control: BedrockAgentCoreControlClient;
  readonly #running = new Map<string, Invocation>();
  readonly #invocations: Record<string, number> = {};
  #gigabyteSeconds = 0;
  #throttled: () => number;
  /** When `poll` last began and last ended. */
  #polls: { first: number | undefined; last: number } = { first: undefined, last: 0 };
  /** The operations that ended since the last `forget`, by the id of the resource. */
  readonly #durations: Map<string, ResourceDuration>;

  private constructor(
    clock: SimulatedClock,
    gateloop: Gateloop,
    control: BedrockAgentCoreControlClient,
    throttled: () => number,
    durations: Map<string, ResourceDuration>,
  ) {
    this.clock = clock;
    this.gateloop = gateloop;
    this.control = control;
    this.#throttled = throttled;
    this.#durations = durations;
    gateloop.aws.onActivity((activity) => {
      if (activity.kind !== 'invocation') return;
      const { function: name, requestId, phase, at } = activity;
      if (phase === 'started') this.#started(name as FunctionName, requestId, at);
      else this.#ended(requestId, at);
    });
  }

  static async start({
    overheads,
    latencies,
    seed,
    schedules = false,
  }: ModeledAwsOptions): Promise<ModeledAws> {
    const clock = new SimulatedClock();
    const ledger = new InMemoryLedger();
    const counts = { throttled: 0 };
    const begun = new Map<string, number>();
    const durations = new Map<string, ResourceDuration>();
    const random = createRandom(String(seed), 'steps').next;
    /** Adds the time of a call, and counts the throttled ones. */
    const withTime = (pause: (ms: number) => Promise<void>) => async (request: IncomingRequest) => {
      await pause(overheads.call / 2);
      const result = gateloop.agentCore.handle(request);
      if (typeof result === 'object' && result.status === 429) counts.throttled += 1;
      await pause(overheads.call / 2);
      return result;
    };
    const gateloop: Gateloop = await startGateloop({
      clock: () => clock,
      authorizationUrl: PAGES_URL,
      schedules,
      trail: false,
      guardrails: openGuardrailsFile,
      transitionMs: overheads.transition,
      agentCore: {
        latencies,
        seed,
        onChange: ({ kind, id, at, status }) => {
          if (status === 'CREATING' || status === 'UPDATING') begun.set(id, at);
          if (status === 'READY') durations.set(id, { kind, ms: at - (begun.get(id) ?? at) });
        },
      },
      createHandler: (name, environment) => {
        const agentCore = { url: gateloop.agentCore.url, handle: withTime(pauseOfInvocation) };
        const ports = directPorts(environment, { aws: gateloop.aws, agentCore, clock, ledger });
        const handler: Handler = createHandlers[name]({ ...ports, random });
        return (...given) =>
          invocationPause.run({ current: undefined }, async () => {
            await pauseOfInvocation(overheads.invocation);
            return handler(...given);
          });
      },
    });
    const { url } = gateloop.agentCore;
    // The first call of an SDK client loads modules, for which simulated time would not wait.
    const { control: first } = directAgentCoreClients(
      (request) => gateloop.agentCore.handle(request),
      url,
      'A',
    );
    await first.send(new ListGatewaysCommand({}));
    first.destroy();
    const { control } = directAgentCoreClients(
      withTime((ms) => sleep(clock, ms)),
      url,
      'ASIASCRIPT',
    );
    return new ModeledAws(clock, gateloop, control, () => counts.throttled, durations);
  }

  upload(workspace: string, manifest: string): void {
    this.gateloop.aws.buckets.put(SPEC_BUCKET, `workspaces/${workspace}/manifest.yaml`, manifest);
  }

  /** Asks for a reconciliation, as an operator does. */
  reconcile(workspace: string): void {
    this.gateloop.aws.bus.publish({
      ...{ source: 'bench', detailType: 'Reconcile Requested', detail: { workspace } },
    });
  }

  /** Lets time pass until nothing is left to do. */
  settle(): Promise<void> {
    return this.gateloop.aws.idle();
  }

  /** Lets time pass until a script has ended. */
  async runScript(script: Promise<void>): Promise<void> {
    let isRunning = true;
    const ended = script.finally(() => {
      isRunning = false;
    });
    await this.clock.until(() => !isRunning);
    await ended;
  }

  /** @returns what the work uses */
  async measure(work: () => Promise<void>): Promise<Usage> {
    const before = this.#totals();
    await work();
    const after = this.#totals();
    const transitions = after.transitions - before.transitions;
    const gigabyteSeconds = after.gigabyteSeconds - before.gigabyteSeconds;
    const invocations = added(before.invocations, after.invocations);
    const usd =
      transitions * PRICES.transition +
      gigabyteSeconds * PRICES.gigabyteSecond +
      sum(Object.values(invocations)) * PRICES.invocation;
    return {
      transitions,
      invocations,
      gigabyteSeconds,
      calls: added(before.calls, after.calls),
      throttled: after.throttled - before.throttled,
      microUsd: usd * 1e6,
    };
  }

  /** Forgets when polls ran and how long operations took. */
  forget(): void {
    this.#polls = { first: undefined, last: 0 };
    this.#durations.clear();
  }

  /** The time from the start of the first poll since `forget` until the end of the last one, which finds all ready, in ms. */
  pollingTime(): number {
    return this.#polls.last - (this.#polls.first ?? this.#polls.last);
  }

  lastPollEnd(): number {
    return this.#polls.last;
  }

  /** The durations of the operations of targets since `forget`, in ms. */
  targetDurations(): readonly number[] {
    return this.#durationsOf('target');
  }

  /** The duration of the operation of a gateway since `forget`, in ms; 0 if there was none. */
  gatewayDuration(): number {
    return Math.max(0, ...this.#durationsOf('gateway'));
  }

  #durationsOf(kind: string): number[] {
    return [...this.#durations.values()].filter((each) => each.kind === kind).map(({ ms }) => ms);
  }

  async close(): Promise<void> {
    this.control.destroy();
    await this.gateloop.close();
  }

  #started(name: FunctionName, requestId: string, startedAt: number): void {
    this.#running.set(requestId, { name, startedAt });
    if (name === 'poll') this.#polls.first ??= startedAt;
  }

  #ended(requestId: string, at: number): void {
    const invocation = this.#running.get(requestId);
    if (!invocation) return;
    this.#running.delete(requestId);
    const { name, startedAt } = invocation;
    this.#invocations[name] = (this.#invocations[name] ?? 0) + 1;
    this.#gigabyteSeconds += ((at - startedAt) / 1000) * (functionCatalog[name].memory / 1024);
    if (name === 'poll') this.#polls.last = at;
  }

  #totals() {
    const { aws, agentCore } = this.gateloop;
    return {
      transitions: aws.stateMachines.transitions,
      invocations: { ...this.#invocations },
      gigabyteSeconds: this.#gigabyteSeconds,
      calls: agentCore.calls(),
      throttled: this.#throttled(),
    };
  }
}

type Counts = Readonly<Record<string, number>>;

/** @returns what was counted between two moments, without zeros */
function added(before: Counts, after: Counts): Counts {
  return Object.fromEntries(
    Object.entries(after)
      .map(([name, count]): [string, number] => [name, count - (before[name] ?? 0)])
      .filter(([, count]) => count > 0),
  );
}

function pauseOfInvocation(ms: number): Promise<void> {
  const invocation = invocationPause.getStore();
  if (invocation === undefined || ms <= 0) return Promise.resolve();
  invocation.current ??= sleepInHandler(ms).finally(() => {
    invocation.current = undefined;
  });
  return invocation.current;
}

/** @returns the calls that read */
export function readsIn(calls: Readonly<Record<string, number>>): number {
  return sum(Object.entries(calls).flatMap(([name, count]) => (/^(Get|List)/.test(name) ? [count] : [])));
}

/** @returns the calls that write */
export function writesIn(calls: Readonly<Record<string, number>>): number {
  return sum(Object.values(calls)) - readsIn(calls);
}
