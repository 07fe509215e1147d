import { FaultWorld, type FaultWorldOptions } from './faultWorld.ts';
import { checkAlways, checkEnd, differences, type Violation } from './invariants.ts';
import { performStep } from './performStep.ts';
import { answerRequest } from './person.ts';
import type { Scenario } from './scenario.ts';
import { storedState } from './storedTargets.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/**
 * The drift passes after the last fault in which the world must converge, by the time before each. Failures of before
 * have backoffs of up to a day; the others need one pass.
 */
const CONVERGENCE_PASSES = [0, 15 * MINUTE, 15 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, 24 * HOUR, 24 * HOUR];

/** Drift passes after that, in which nothing may be written. */
const QUIET_PASSES = 3;

/** What a run has shown. */
export interface RunResult {
  readonly violations: readonly Violation[];
  /** How many passes it took to converge. */
  readonly passes: number;
  readonly portCalls: number;
  /** The calls before the faults ended, which a fault could strike. */
  readonly callsUnderFaults: number;
  readonly injected: number;
  /** The calls that faults between functions and ports have struck. */
  readonly struck: readonly string[];
  /** What the service, the outcomes and the ledger hold in the end, without ids and times. */
  readonly end: string;
}

export interface RunOptions {
  readonly sabotage?: FaultWorldOptions['sabotage'] | undefined;
  /** @returns what a scenario promises of itself and does not hold, 20 minutes after its last step */
  readonly holds?: ((world: FaultWorld) => readonly string[]) | undefined;
}

/** Runs one scenario to its end and checks what Gateloop promises. */
export async function runScenario(
  scenario: Scenario,
  { sabotage, holds = () => [] }: RunOptions = {},
): Promise<RunResult> {
  const world = await FaultWorld.start({ ...scenario, ...(sabotage && { sabotage }) });
  const result = (violations: readonly Violation[], passes = 0): RunResult => ({
    violations,
    passes,
    portCalls: world.ports.calls.length,
    callsUnderFaults: world.ports.callsUnderFaults,
    struck: world.ports.injected.map(({ call }) => `${call.function} ${call.port}.${call.method}`),
    end: endState(world),
    injected: world.ports.injected.length + world.gateloop.agentCore.injectedFaults().length,
  });
  try {
    for (const model of world.models) world.upload(model);
    for (const step of scenario.steps) {
      await performStep(world, step);
      const violations = checkAlways(world, scenario);
      if (violations.length > 0) return result(violations);
    }
    await world.clock.advance(20 * MINUTE);
    const broken = holds(world);
    if (broken.length > 0)
      return result(broken.map((seen) => ({ invariant: 'what this scenario promises', seen })));
    await endTroubles(world);
    const passes = await converge(world);
    const violations = [...checkConvergence(world, passes), ...checkEnd(world, scenario)];
    if (violations.length > 0) return result(violations, passes);
    return result(await checkQuiet(world), passes);
  } catch (error) {
    const seen = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return result([{ invariant: 'every execution ends, or waits for a person', seen }]);
  } finally {
    await world.close();
  }
}

/** The services recover, operators resume what they suspended, and teams upload what they want in full. */
async function endTroubles(world: FaultWorld): Promise<void> {
  world.endFaults();
  for (const model of world.models) {
    await world.ledger.resume(model.name);
    const repaired = { ...model, spec: { ...model.spec, selfHeal: true } };
    world.setModel(repaired);
    world.repair(repaired);
  }
  await world.settle();
}

/** @returns how many passes it took; one more than allowed where the world does not converge */
async function converge(world: FaultWorld): Promise<number> {
  for (const [index, pause] of CONVERGENCE_PASSES.entries()) {
    await world.clock.advance(pause);
    world.driftPass();
    await world.settle();
    await answerAndRetry(world);
    if (hasConverged(world)) return index + 1;
  }
  return CONVERGENCE_PASSES.length + 1;
}

function hasConverged(world: FaultWorld): boolean {
  return world.models.every(
    (model) => world.outcome(model.name)?.outcome === 'ready' && differences(world, model).length === 0,
  );
}

/** People answer what is asked, and owners retry what was given up. */
async function answerAndRetry(world: FaultWorld): Promise<void> {
  for (const request of world.openRequests()) {
    await answerRequest(world, request, 'grant');
    await world.settle();
  }
  for (const { name } of world.models) {
    const stuck = world
      .outcome(name)
      ?.resources.filter(({ state }) => state === 'failed' || state === 'refused');
    for (const { address } of stuck ?? [])
      world.publish('Retry Requested', { workspace: name, resource: address });
  }
  await world.settle();
}

function endState(world: FaultWorld): string {
  const { gateways, others } = storedState(world.gateloop);
  const stored = gateways.map(({ id: _, targets, ...gateway }) => ({
    ...gateway,
    targets: targets.map(({ id: __, ...target }) => target).sort(byName),
  }));
  const outcomes = world.models.map(({ name }) =>
    world.outcome(name)?.resources.map(({ address, state, reasons }) => [address, state, reasons]),
  );
  const open = world.openRequests().map(({ workspace, address }) => [workspace, address]);
  return JSON.stringify({ stored: stored.sort(byName), others: [...others].sort(byName), outcomes, open });
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name.localeCompare(other.name);
}

function checkConvergence(world: FaultWorld, passes: number): Violation[] {
  if (passes <= CONVERGENCE_PASSES.length) return [];
  const invariant = `ready within ${CONVERGENCE_PASSES.length} passes after the last fault`;
  return world.models.flatMap(({ name }) => {
    const { outcome, problems = [], resources = [] } = world.outcome(name) ?? {};
    if (outcome === 'ready') return [];
    const unready = resources.filter(({ state }) => state !== 'ready');
    const reasons = unready.map(
      ({ address, state, reasons: why }) => `${address} ${state}: ${why.join(' ')}`,
    );
    const refused = problems.map(({ path, message }) => `${path}: ${message}`);
    return [{ invariant, seen: [`${name} ${outcome}`, ...refused, ...reasons].join('; ') }];
  });
}

async function checkQuiet(world: FaultWorld): Promise<Violation[]> {
  const before = world.writes().length;
  for (let pass = 0; pass < QUIET_PASSES; pass += 1) {
    await world.clock.advance(15 * MINUTE);
    world.driftPass();
    await world.settle();
  }
  const isScheduled = world.models.some(({ spec }) => spec.resync !== 'never');
  return world
    .writes()
    .slice(before)
    .filter(({ operation }) => !(isScheduled && operation === 'SynchronizeGatewayTargets'))
    .map(({ operation, resource }) => ({
      invariant: 'no write in three passes after the world has converged',
      seen: `${operation} ${resource}`,
    }));
}
