import fc from 'fast-check';
import type { Violation } from './invariants.ts';
import { runScenario } from './runScenario.ts';
import { type Scenario, scenarios } from './scenario.ts';

/** A promise that a run has shown broken, with the smallest scenario that shows it. */
export interface Failure {
  /** `seed` and its number, or the name of a known break. */
  readonly name: string;
  readonly scenario: Scenario;
  readonly violations: readonly Violation[];
}

/** Shrinking ends after this real time, in ms, with the smallest scenario so far. */
const SHRINK_TIME = 60_000;

/** Thrown by a run with violations, so that fast-check shrinks the scenario. */
class Broken extends Error {
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations[0]?.invariant ?? '');
    this.violations = violations;
  }
}

/** @returns the scenario of a seed */
export function scenarioOf(seed: number): Scenario {
  const [scenario] = fc.sample(scenarios, { seed, numRuns: 1 });
  if (!scenario) throw new RangeError('a sample of one has one');
  return scenario;
}

/** Runs the scenario of a seed, and shrinks it if it shows a violation. A scenario with the same first invariant stays. */
export async function checkSeed(seed: number): Promise<Failure | undefined> {
  const first = await runScenario(scenarioOf(seed));
  const [violation] = first.violations;
  if (!violation) return undefined;
  let smallest = { scenario: scenarioOf(seed), violations: first.violations };
  const shrinking = fc.asyncProperty(scenarios, async (scenario) => {
    const { violations } = await runScenario(scenario);
    if (!violations.some(({ invariant }) => invariant === violation.invariant)) return;
    smallest = { scenario, violations };
    throw new Broken(violations);
  });
  await fc.check(shrinking, {
    seed,
    numRuns: 1,
    interruptAfterTimeLimit: SHRINK_TIME,
    markInterruptAsFailure: true,
  });
  return { name: `seed ${seed}`, ...smallest };
}
