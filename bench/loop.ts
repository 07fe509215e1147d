import { ModelControlPlane } from '../core/decide/testing/modelControlPlane.ts';
import { ModelLoop } from '../core/decide/testing/modelLoop.ts';
import { type Random, seededRandom, uniform } from '../core/decide/testing/random.ts';
import {
  addressFor,
  appliedMemory,
  desiredOf,
  gateway,
  NOW,
  observedAs,
  resolvedConfig,
  target,
} from '../core/decide/testing/worlds.ts';
import { defaultQuotas } from '../core/decide/window.ts';

/** What it took to bring the targets of one gateway in step, or to find that they are. */
export interface LoopRun {
  /** Makespan as a ratio to the least that the quotas allow. */
  readonly timesBound: number;
  /** State transitions per target. */
  readonly transitions: number;
  /** Lists and Gets per target. */
  readonly reads: number;
}

export interface LoopBench {
  readonly way: 'gateloop' | 'script';
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
    summary('gateloop', targets, runLoop),
    summary('script', targets, runScript),
  ]);
}

export function benchNoOp(): NoOpBench {
  const { loop, service } = inStepBut(100, latencies(100, seededRandom(1)));
  loop.pass();
  const before = { writes: service.calls.length, lists: service.lists, gets: service.gets };
  const pass = loop.pass();
  return {
    writes: service.calls.length - before.writes,
    transitions: transitionsOf(pass),
    reads: service.lists - before.lists + service.gets - before.gets,
  };
}

function summary(
  way: LoopBench['way'],
  targets: number,
  run: (targets: number, random: Random) => LoopRun,
): LoopBench {
  const runs = Array.from({ length: SEEDS }, (_, index) => run(targets, seededRandom(index + 1)));
  const over = (of: (run: LoopRun) => number, combine: (values: number[]) => number) => combine(runs.map(of));
  const each = (combine: (values: number[]) => number): LoopRun => ({
    timesBound: over(({ timesBound }) => timesBound, combine),
    transitions: over(({ transitions }) => transitions, combine),
    reads: over(({ reads }) => reads, combine),
  });
  return { way, targets, mean: each(mean), worst: each((values) => Math.max(...values)) };
}

function runLoop(targets: number, random: Random): LoopRun {
  const times = latencies(targets, random);
  const { loop, service } = inStepBut(targets, times);
  const pass = loop.pass();
  return {
    timesBound: (service.now - NOW) / bound(times),
    transitions: transitionsOf(pass) / targets,
    reads: (service.lists + service.gets) / targets,
  };
}

/** A gateway that is READY and remembered, whose targets are all still to be created. */
function inStepBut(targets: number, times: readonly number[]) {
  const payments = gateway();
  const resources = Array.from({ length: targets }, (_, index) => target(`payments/target-${index}`));
  let created = 0;
  const service = new ModelControlPlane({
    random: seededRandom(0),
    now: NOW,
    latency: () => times[created++] ?? 0,
  });
  service.place({ ...observedAs(payments, 'READY'), config: resolvedConfig(payments) });
  const loop = new ModelLoop(desiredOf([payments, ...resources]), service);
  loop.memory.set(addressFor(payments), appliedMemory(payments));
  return { loop, service };
}

function transitionsOf({ turns, acts }: { turns: number; acts: number }): number {
  const { acting, waiting, ending } = TRANSITIONS;
  return acts * acting + (turns - 1 - acts) * waiting + ending;
}

/** Five at a time: create, and then Get every 5 s until READY. */
function runScript(targets: number, random: Random): LoopRun {
  const times = latencies(targets, random);
  const slots = Array.from({ length: defaultQuotas.window }, () => 0);
  let looks = 0;
  for (const time of times) {
    const needed = Math.ceil(time / SCRIPT_INTERVAL);
    looks += needed;
    const slot = slots.indexOf(Math.min(...slots));
    slots[slot] = (slots[slot] ?? 0) + needed * SCRIPT_INTERVAL;
  }
  return {
    timesBound: Math.max(...slots) / bound(times),
    transitions: SCRIPT_TRANSITIONS.creating + (SCRIPT_TRANSITIONS.looking * looks) / targets,
    reads: looks / targets,
  };
}

function latencies(targets: number, random: Random): number[] {
  return Array.from({ length: targets }, () => uniform(random, 4000, 12_000));
}

/** The least time, in ms, in which five slots can do the work, five writes a second be made, and the longest one end. */
function bound(times: readonly number[]): number {
  const work = times.reduce((sum, time) => sum + time, 0);
  const writes = ((times.length - 1) / defaultQuotas.writesPerTurn) * 1000;
  return Math.max(work / defaultQuotas.window, writes, ...times);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
