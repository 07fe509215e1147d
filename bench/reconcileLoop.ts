import { defaultQuotas } from '../core/reconcile/concurrency.ts';
import {
  appliedRecord,
  desiredOf,
  gateway,
  NOW,
  observedAs,
  resolvedConfig,
  target,
} from '../core/reconcile/testing/inputs.ts';
import { ModelControlPlane } from '../core/reconcile/testing/modelControlPlane.ts';
import { ModelLoop } from '../core/reconcile/testing/modelLoop.ts';
import { type Random, seededRandom, uniform } from '../core/reconcile/testing/random.ts';

/** What it took to bring the targets of one gateway in step, or to find that they are. */
export interface LoopRun {
  /** Makespan as a ratio to the least that the quotas allow. */
  readonly makespanRatio: number;
  /** State transitions per target. */
  readonly transitions: number;
  /** Lists and Gets per target. */
  readonly reads: number;
}

export interface LoopBench {
  readonly runner: 'gateloop' | 'script';
  readonly targets: number;
  readonly mean: LoopRun;
  readonly worst: LoopRun;
}

/** A pass over a hundred targets that are in step already. */
export interface NoOpBench {
  readonly writes: number;
  readonly transitions: number;
  readonly reads: number;
}

const SIZES = [1, 20, 100];
const SEEDS = 40;

/** Four states a turn that acts (look, choose, do, wait), three one that only waits, and six at the end. */
const TRANSITIONS = { acting: 4, waiting: 3, ending: 6 };

/** Every 5 s, as people write it. */
const SCRIPT_INTERVAL = 5000;
/** As a state machine, the script would create, and then wait, get and choose until READY. */
const SCRIPT_TRANSITIONS = { creating: 1, looking: 3 };

/** Targets that take 4 to 12 s each to create, simulated, and nothing known of that beforehand. */
export function benchLoop(): readonly LoopBench[] {
  return SIZES.flatMap((targets) => [
    summarize('gateloop', targets, runLoop),
    summarize('script', targets, runScript),
  ]);
}

export function benchNoOp(): NoOpBench {
  const { loop, service } = loopWithNewTargets(100, latencies(100, seededRandom(1)));
  loop.pass();
  const before = { writes: service.calls.length, lists: service.lists, gets: service.gets };
  const pass = loop.pass();
  return {
    writes: service.calls.length - before.writes,
    transitions: countTransitions(pass),
    reads: service.lists - before.lists + service.gets - before.gets,
  };
}

function summarize(
  runner: LoopBench['runner'],
  targets: number,
  run: (targets: number, random: Random) => LoopRun,
): LoopBench {
  const runs = Array.from({ length: SEEDS }, (_, index) => run(targets, seededRandom(index + 1)));
  const aggregate = (of: (run: LoopRun) => number, combine: (values: number[]) => number) =>
    combine(runs.map(of));
  const each = (combine: (values: number[]) => number): LoopRun => ({
    makespanRatio: aggregate(({ makespanRatio }) => makespanRatio, combine),
    transitions: aggregate(({ transitions }) => transitions, combine),
    reads: aggregate(({ reads }) => reads, combine),
  });
  return { runner, targets, mean: each(mean), worst: each((values) => Math.max(...values)) };
}

function runLoop(targets: number, random: Random): LoopRun {
  const times = latencies(targets, random);
  const { loop, service } = loopWithNewTargets(targets, times);
  const pass = loop.pass();
  return {
    makespanRatio: (service.now - NOW) / minimumMakespan(times),
    transitions: countTransitions(pass) / targets,
    reads: (service.lists + service.gets) / targets,
  };
}

/** A gateway that is READY and remembered, whose targets are all still to be created. */
function loopWithNewTargets(targets: number, durations: readonly number[]) {
  const payments = gateway();
  const resources = Array.from({ length: targets }, (_, index) => target(`payments/target-${index}`));
  let created = 0;
  const service = new ModelControlPlane({
    random: seededRandom(0),
    now: NOW,
    latency: () => durations[created++] ?? 0,
  });
  service.seed({ ...observedAs(payments, 'READY'), config: resolvedConfig(payments) });
  const loop = new ModelLoop(desiredOf([payments, ...resources]), service);
  loop.recorded.set(payments.address, appliedRecord(payments));
  return { loop, service };
}

function countTransitions({ turns, acts }: { turns: number; acts: number }): number {
  const { acting, waiting, ending } = TRANSITIONS;
  return acts * acting + (turns - 1 - acts) * waiting + ending;
}

/** Five at a time: create, and then Get every 5 s until READY. */
function runScript(targets: number, random: Random): LoopRun {
  const times = latencies(targets, random);
  const slots = Array.from({ length: defaultQuotas.concurrencyLimit }, () => 0);
  let polls = 0;
  for (const time of times) {
    const needed = Math.ceil(time / SCRIPT_INTERVAL);
    polls += needed;
    const slot = slots.indexOf(Math.min(...slots));
    slots[slot] = (slots[slot] ?? 0) + needed * SCRIPT_INTERVAL;
  }
  return {
    makespanRatio: Math.max(...slots) / minimumMakespan(times),
    transitions: SCRIPT_TRANSITIONS.creating + (SCRIPT_TRANSITIONS.looking * polls) / targets,
    reads: polls / targets,
  };
}

function latencies(targets: number, random: Random): number[] {
  return Array.from({ length: targets }, () => uniform(random, 4000, 12_000));
}

/** The least time, in ms, in which five slots can do the work, five writes a second be made, and the longest one end. */
function minimumMakespan(times: readonly number[]): number {
  const work = times.reduce((sum, time) => sum + time, 0);
  const writes = ((times.length - 1) / defaultQuotas.writesPerTurn) * 1000;
  return Math.max(work / defaultQuotas.concurrencyLimit, writes, ...times);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
