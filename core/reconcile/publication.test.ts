import { describe, expect, it } from 'vitest';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { type Publication, publications } from '../resources/registryRecord.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { Status } from '../status.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
import { maxAttempts } from './limits.ts';
import { type ResolvedResource, type ResourceContext, type ResourcePlan, resourcePlan } from './plan.ts';
import { isBeyondUpdates, planPublication, planSourceUpdate } from './publication.ts';

const NOW = Date.UTC(2026, 0, 1);

const desiredWith = (more: Partial<ResolvedResource> = {}): ResolvedResource => ({
  config: {},
  fingerprint: 'wanted',
  row: resourceKinds.registryRecord,
  catalog: resourceShapes,
  selfHeal: false,
  approve: 'never',
  protect: false,
  workspace: 'payments',
  needsApproval: false,
  unknownContract: false,
  resync: 'never',
  publication: 'submitted',
  ...more,
});

/** A record in a status, which has been in the ledger for a minute. */
function contextOf(
  status: Status | undefined,
  record: Partial<ResourceRecord> = {},
  reasons: readonly string[] = [],
): ResourceContext {
  const address = 'registryRecord/weather' as const;
  return {
    address,
    observed: status && { address, id: 'arn', status, reasons, updatedAt: NOW - 60_000, outputs: {} },
    record: { address, state: 'ready', reasons: [], since: NOW - 60_000, ...record },
    inProgress: false,
    linkExpired: false,
    hasChildren: false,
    now: NOW,
  };
}

const kept = (context: ResourceContext): ResourcePlan => resourcePlan(context, 'ready', []);

function planned(status: Status, publication: Publication) {
  const context = contextOf(status);
  const { operation, state } = planPublication(kept(context), context, desiredWith({ publication }));
  return operation ?? state;
}

describe('planPublication: what is left to do about a record that has the content of the manifest', () => {
  it.each<[Status, ...expected: string[]]>([
    // The publications in their order: submitted, draft, deprecated.
    ['DRAFT', 'submit', 'ready', 'refused'],
    ['PENDING_APPROVAL', 'awaiting-approval', 'awaiting-approval', 'awaiting-approval'],
    ['APPROVED', 'ready', 'ready', 'deprecate'],
    ['REJECTED', 'refused', 'ready', 'deprecate'],
    ['DEPRECATED', 'refused', 'refused', 'ready'],
    // No status of an approval.
    ['UPDATING', 'ready', 'ready', 'ready'],
  ])('planPublication: of a record in %s: submitted %s, draft %s, deprecated %s', (status, ...expected) => {
    expect(publications.map((publication) => planned(status, publication))).toEqual(expected);
  });

  it('planPublication: leaves a resource of another kind, and a record that was not observed', () => {
    const observed = contextOf('DRAFT');
    const other = desiredWith();
    const { publication: _, ...ofOtherKind } = other;
    expect(planPublication(kept(observed), observed, ofOtherKind)).toEqual(kept(observed));
    const absent = contextOf(undefined);
    expect(planPublication(kept(absent), absent, other)).toEqual(kept(absent));
  });

  it.each(['drifted', 'refused', 'in-progress'] as const)(
    'planPublication: submits nothing of a record that is %s, in the name of its owner',
    (state) => {
      const context = contextOf('DRAFT');
      const plan = resourcePlan(context, state, ['A reason.']);
      expect(planPublication(plan, context, desiredWith())).toBe(plan);
    },
  );

  it('planPublication: gives the reason of the registry after its own, and keeps the time of an operation', () => {
    const context = contextOf('REJECTED', {}, ['A copy of another record.']);
    const plan = { ...kept(context), reasons: ['A note.'], inProgressSince: NOW - 5 };
    expect(planPublication(plan, context, desiredWith())).toMatchObject({
      state: 'refused',
      reasons: [
        'A note.',
        expect.stringMatching(/^The registry rejected it\. Change it/),
        'Its registry says: A copy of another record.',
      ],
      inProgressSince: NOW - 5,
    });
  });

  it('planPublication: takes the record of the plan for the configuration, not the one before it', () => {
    const context = contextOf('DRAFT');
    const record = { ...context.record, lastGood: 'wanted' };
    expect(planPublication({ ...kept(context), record }, context, desiredWith()).record).toEqual(record);
  });

  it('planPublication: waits after a refused submission, and gives up after the last one', () => {
    const retry = {
      fingerprint: 'wanted',
      count: 1,
      firstAt: NOW,
      nextAt: NOW + 30_000,
      deferrals: 0,
      reasons: ['Throttled.'],
    };
    const refused = contextOf('DRAFT', { retry });
    expect(planPublication(kept(refused), refused, desiredWith())).toMatchObject({
      operation: 'submit',
      notBefore: NOW + 30_000,
      state: 'failed',
    });
    const last = contextOf('DRAFT', { retry: { ...retry, count: maxAttempts } });
    const plan = planPublication(kept(last), last, desiredWith());
    expect(plan.operation).toBeUndefined();
    expect(plan.reasons.join(' ')).toContain('Gave up');
  });
});

describe('isBeyondUpdates', () => {
  it.each<[Status | undefined, ...expected: boolean[]]>([
    // The publications in their order: submitted, draft, deprecated.
    ['APPROVED', false, false, true],
    ['DRAFT', false, false, true],
    ['DEPRECATED', true, true, true],
    [undefined, false, false, true],
  ])('isBeyondUpdates: of a record in %s: submitted %s, draft %s, deprecated %s', (status, ...expected) => {
    const found = publications.map((publication) =>
      isBeyondUpdates(contextOf(status), desiredWith({ publication })),
    );
    expect(found).toEqual(expected);
  });

  it('isBeyondUpdates: holds for no other kind', () => {
    const { publication: _, ...ofOtherKind } = desiredWith();
    expect(isBeyondUpdates(contextOf('DEPRECATED'), ofOtherKind)).toBe(false);
  });
});

describe('planSourceUpdate', () => {
  const read = contextOf('APPROVED', { sourceReadAt: NOW - 1000 });

  it('planSourceUpdate: has the source read again that was changed since it was read, and says why', () => {
    const plan = planSourceUpdate(read, desiredWith({ runtimeUpdatedAt: NOW - 999 }));
    expect(plan).toMatchObject({ operation: 'update', state: 'in-progress' });
    expect(plan?.reasons).toEqual([expect.stringContaining('the registry has to read it again')]);
  });

  it('planSourceUpdate: reads no source again that has not changed since, or of which nothing is known', () => {
    expect(planSourceUpdate(read, desiredWith({ runtimeUpdatedAt: NOW - 1000 }))).toBeUndefined();
    expect(planSourceUpdate(read, desiredWith())).toBeUndefined();
    expect(planSourceUpdate(contextOf('APPROVED'), desiredWith({ runtimeUpdatedAt: NOW }))).toBeUndefined();
  });

  it('planSourceUpdate: leaves other kinds, which have no publication', () => {
    const { publication: _, ...ofOtherKind } = desiredWith({ runtimeUpdatedAt: NOW });
    expect(planSourceUpdate(read, ofOtherKind)).toBeUndefined();
  });

  it('planSourceUpdate: says nothing of the source once the attempts have failed', () => {
    const retry = {
      fingerprint: 'wanted',
      count: maxAttempts,
      firstAt: NOW,
      nextAt: NOW,
      deferrals: 0,
      reasons: ['Not reachable.'],
    };
    const failed = contextOf('APPROVED', { sourceReadAt: NOW - 1000, retry });
    const plan = planSourceUpdate(failed, desiredWith({ runtimeUpdatedAt: NOW }));
    expect(plan?.operation).toBeUndefined();
    expect(plan?.reasons.join(' ')).toMatch(/^Not reachable\. Gave up/);
  });
});
