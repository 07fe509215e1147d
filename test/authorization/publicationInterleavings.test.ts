import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { publications } from '../../core/resources/registryRecord.ts';
import { type System, startSystem } from '../system/system.ts';
import { CRASHING, type PublicationAction, PublicationScenario } from './publicationScenario.ts';

/** For more runs with a random seed: `INTERLEAVINGS=500 npx vitest run test/authorization/publicationInterleavings.test.ts`. */
const { INTERLEAVINGS } = process.env;
const runs = INTERLEAVINGS === undefined ? { numRuns: 6, seed: 3 } : { numRuns: Number(INTERLEAVINGS) };

/** In ms. Each run takes about a second, and several seconds on a busy machine. */
const TIMEOUT = 15_000 * runs.numRuns;

const settles = fc.boolean();
const variant = fc.nat(2);
const record = fc.constantFrom('server' as const, 'server' as const, 'skill' as const);
const only = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);
const sometimes = (weight: number, arbitrary: fc.Arbitrary<PublicationAction>) => ({ weight, arbitrary });
const action: fc.Arbitrary<PublicationAction> = fc.oneof(
  sometimes(5, fc.record({ do: only('edit'), record, variant, settles })),
  sometimes(
    5,
    fc.record({ do: only('answer'), answer: only('yes', 'yes', 'no'), old: fc.boolean(), settles }),
  ),
  sometimes(3, fc.record({ do: only('consent'), decision: only('grant', 'grant', 'deny'), settles })),
  sometimes(2, fc.record({ do: only('editOutside'), variant, settles })),
  sometimes(2, fc.record({ do: only('submitOutside'), record, settles })),
  sometimes(3, fc.record({ do: only('decideOutside'), status: only('APPROVED', 'REJECTED'), settles })),
  sometimes(3, fc.record({ do: only('crash'), function: fc.constantFrom(...CRASHING), settles })),
  sometimes(2, fc.record({ do: only('loseAnswer', 'repeatEvent', 'reconcile'), settles })),
  sometimes(2, fc.record({ do: only('pass'), minutes: fc.constantFrom(1, 6, 11, 70), settles })),
);
/** The first question is about the server. */
const APPROVE: PublicationAction = { do: 'answer', answer: 'yes', old: true, settles: true };
/** What ends the life of a record in public: each at most once, since a deprecation is final. */
const ending: fc.Arbitrary<PublicationAction> = fc.oneof(
  fc.record({ do: only('publish'), publication: fc.constantFrom(...publications), settles }),
  fc.record({ do: only('decideOutside'), status: only('DEPRECATED'), settles }),
);

describe('random interleavings of edits, approvals, consents and crashes', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({
      agentCore: {
        behaviors: { unreachable: 'accepted' },
        quotas: { oauth2CredentialProvidersPerAccount: 10_000, registriesPerAccount: 10_000 },
      },
      secrets: { 'shared/github': 'a-client-secret' },
    });
  });
  afterAll(() => system.close());
  let scenario: PublicationScenario | undefined;
  afterEach(() => scenario?.close());

  /** Performs the actions, and checks after each what holds at any time. */
  async function perform(current: PublicationScenario, actions: readonly PublicationAction[]): Promise<void> {
    for (const each of actions) {
      const [before] = current.served();
      const wasDiscoverable = current.discoverable();
      await current.perform(each);
      const served = current.served();
      expect(served.length).toBeLessThanOrEqual(1);
      // No draft reaches a gateway.
      for (const endpoint of served) expect(current.approvedEndpoints).toContain(endpoint);
      // What is approved is served until the next revision is, whatever happens to that.
      const isKept = before !== undefined && before === wasDiscoverable && before === current.discoverable();
      if (isKept) expect(served).toEqual([before]);
      const open = (await current.openRequests()).map(({ subject }) =>
        subject.kind === 'record' ? `record ${subject.recordId}` : subject.kind,
      );
      // One question about each record, and one about the consent.
      expect(open).toEqual([...new Set(open)]);
    }
  }

  it(
    'keep what was approved serving until the yes, give no draft to a gateway, ask one question for each revision, lose no link, and settle',
    async () => {
      const ends = new Set<string | undefined>();
      await fc.assert(
        fc.asyncProperty(
          fc.boolean(),
          fc.boolean(),
          fc.array(action, { minLength: 5, maxLength: 12 }),
          fc.option(ending, { nil: undefined, freq: 3 }),
          async (losesAnswer, isApproved, actions, last) => {
            const current = await PublicationScenario.start(system, losesAnswer);
            scenario = current;
            if (isApproved) await perform(current, [APPROVE]);
            await perform(current, actions);
            if (last) await perform(current, [last]);
            const unpublished = last?.do === 'publish' ? last.publication : 'submitted';
            await current.runToEnd();
            expect(await current.openRequests()).toEqual([]);
            const questions = (await current.requests()).filter(({ subject }) => subject.kind === 'record');
            expect(questions.length).toBeLessThanOrEqual(current.submissions);
            expect(current.unfinished()).toEqual([]);
            // Every link was usable, or led to another one.
            expect(current.statusOf('skill')).toBe('APPROVED');
            const status = current.statusOf('server');
            ends.add(status);
            const discoverable = current.discoverable();
            expect(current.served()).toEqual(discoverable === undefined ? [] : [discoverable]);
            if (unpublished === 'submitted' && status !== 'DEPRECATED') {
              expect(status).toBe('APPROVED');
              expect(current.unready()).toEqual([]);
            }
            current.close();
          },
        ),
        { ...runs, endOnFailure: true },
      );
      // Without every end, the runs would not test every way of a record.
      if (INTERLEAVINGS === undefined)
        expect([...ends]).toEqual(expect.arrayContaining(['APPROVED', 'DEPRECATED']));
    },
    TIMEOUT,
  );
});
