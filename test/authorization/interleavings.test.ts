import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { sharedSystem } from './consentFixture.ts';
import { RequestScenario, type ScenarioAction } from './requestScenario.ts';

/** For more runs with a random seed: `INTERLEAVINGS=500 npx vitest run test/authorization/interleavings.test.ts`. */
const { INTERLEAVINGS } = process.env;
const runs = INTERLEAVINGS === undefined ? { numRuns: 16, seed: 5 } : { numRuns: Number(INTERLEAVINGS) };

/** In ms. Each run takes about a second, and several seconds on a busy machine. */
const TIMEOUT = 10_000 * runs.numRuns;

const person = fc.constantFrom(0, 1);
const times = fc.integer({ min: 1, max: 3 });
const sometimes = (weight: number, arbitrary: fc.Arbitrary<ScenarioAction>) => ({ weight, arbitrary });
const only = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);
const action: fc.Arbitrary<ScenarioAction> = fc.oneof(
  sometimes(4, fc.record({ do: only('click'), person, old: fc.boolean() })),
  sometimes(4, fc.record({ do: only('grant', 'grant', 'deny'), person })),
  sometimes(4, fc.record({ do: only('openCallback'), person, as: person, times })),
  sometimes(2, fc.record({ do: only('consent'), person, times })),
  sometimes(2, fc.record({ do: only('trick'), person })),
  sometimes(3, fc.record({ do: only('pass'), minutes: fc.constantFrom(1, 6, 11, 70, 1500) })),
  sometimes(
    3,
    fc.record({ do: only('crash'), function: only('authorization-pages', 'notify', 'poll', 'provision') }),
  ),
  sometimes(1, fc.record({ do: only('reconcile', 'consentInConsole', 'loseCompletionResponse') })),
  sometimes(1, fc.record({ do: only('refuse', 'again'), person })),
  sometimes(1, fc.record({ do: only('upload'), version: fc.constantFrom(1, 2) })),
);
const behaviors = fc.record({
  expiredLink: fc.constantFrom('staysPending' as const, 'fails' as const),
  reissueLinks: fc.constantFrom('never' as const, 'onRead' as const, 'afterExpiry' as const),
  replacedLinks: fc.constantFrom('valid' as const, 'invalid' as const),
  afterLinkExpiry: fc.constantFrom('accepted' as const, 'rejected' as const),
  deleteWhilePending: fc.boolean(),
  updateWhilePending: fc.boolean(),
  pendingRejection: fc.constantFrom('ConflictException' as const, 'ValidationException' as const),
  afterConsent: fc.constantFrom('working' as const, 'staysPending' as const),
});

describe('random interleavings of people, time, uploads and crashes', () => {
  const system = sharedSystem();
  let scenario: RequestScenario | undefined;
  afterEach(() => scenario?.close());

  it(
    'close every request with one outcome, complete no consent twice or for another person, leave no execution running, and leak no secret',
    async () => {
      const outcomes = new Set<string>();
      await fc.assert(
        fc.asyncProperty(
          behaviors,
          fc.array(action, { minLength: 4, maxLength: 10 }),
          async (chosenBehaviors, actions) => {
            scenario = await RequestScenario.start(system(), chosenBehaviors);
            for (const each of actions) {
              await scenario.perform(each);
              expect((await scenario.openRequests()).length).toBeLessThanOrEqual(1);
            }
            await scenario.runToEnd();
            for (const request of await scenario.finalStates()) {
              expect(request.closedOutcomes).toEqual([request.state]);
              expect(request.completions).toBeLessThanOrEqual(1);
              expect(request.taskToken).toBeUndefined();
              outcomes.add(request.state);
            }
            expect(scenario.misuses).toBe(0);
            expect(scenario.unfinished()).toEqual([]);
            expect(scenario.leaks()).toEqual([]);
            await scenario.close();
          },
        ),
        { ...runs, endOnFailure: true },
      );
      // Without every outcome, the runs would not test every way in which a request closes.
      if (INTERLEAVINGS === undefined)
        expect([...outcomes].sort()).toEqual(['completed', 'expired', 'refused', 'withdrawn']);
    },
    TIMEOUT,
  );
});
