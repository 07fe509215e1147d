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
import { mean, sum } from './statistics.ts';

/** The measurements of one run that creates the targets of one gateway. */
export interface LoopRun {
  /** The makespan divided by the minimum that the quotas allow. */
  readonly makespanRatio: number;
  /** State transitions per target. */
  readonly transitions: number;
  /** List and Get calls per target. */
  readonly reads: number;
}

export interface LoopBench {
  readonly runner: 'gateloop' | 'script';
  readonly targets: number;
  readonly mean: LoopRun;
  readonly worst: LoopRun;
}

/** The measurements of a reconciliation of 100 targets without changes. */
export interface NoOpBench {
  readonly writes: number;
  readonly transitions: number;
  readonly reads: number;
}

const SIZES = [1, 20, 100];
const SEEDS = 40;

/** State transitions: 4 in a turn with calls (poll, choice, call, wait), 3 in a turn that only waits, 6 at the end. */
const TRANSITIONS = { calling: 4, waiting: 3, ending: 6 };

/** The poll interval of the script in ms; a usual choice in scripts. */
const SCRIPT_INTERVAL_MS = 5000;
/** The script as a state machine: one create call, then wait, get and choice until READY. */
const SCRIPT_TRANSITIONS = { creating: 1, polling: 3 };

/** Creates targets whose creation takes 4 to 12 s each, simulated, without recorded latencies. */
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
  const aggregate = (combine: (values: number[]) => number): LoopRun => ({
    makespanRatio: combine(runs.map(({ makespanRatio }) => makespanRatio)),
    transitions: combine(runs.map(({ transitions }) => transitions)),
    reads: combine(runs.map(({ reads }) => reads)),
  });
  return { runner, targets, mean: aggregate(mean), worst: aggregate((values) => Math.max(...values)) };
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

/** A loop with a gateway that is READY and in the ledger, and targets that do not exist yet. */
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
  const { calling, waiting, ending } = TRANSITIONS;
  return acts * calling + (turns - 1 - acts) * waiting + ending;
}

/** The alternative: a script that creates five targets at a time and calls Get every 5 s until each is READY. */
function runScript(targets: number, random: Random): LoopRun {
  const times = latencies(targets, random);
  const slots = Array.from({ length: defaultQuotas.concurrencyLimit }, () => 0);
  let polls = 0;
  for (const time of times) {
    const needed = Math.ceil(time / SCRIPT_INTERVAL_MS);
    polls += needed;
    const slot = slots.indexOf(Math.min(...slots));
    slots[slot] = (slots[slot] ?? 0) + needed * SCRIPT_INTERVAL_MS;
  }
  return {
    makespanRatio: Math.max(...slots) / minimumMakespan(times),
    transitions: SCRIPT_TRANSITIONS.creating + (SCRIPT_TRANSITIONS.polling * polls) / targets,
    reads: polls / targets,
  };
}

function latencies(targets: number, random: Random): number[] {
  return Array.from({ length: targets }, () => uniform(random, 4000, 12_000));
}

/** A lower bound in ms: from the concurrency limit, from the limit of writes per second, and from the longest creation. */
function minimumMakespan(times: readonly number[]): number {
  const writes = ((times.length - 1) / defaultQuotas.writesPerTurn) * 1000;
  return Math.max(sum(times) / defaultQuotas.concurrencyLimit, writes, ...times);
}
