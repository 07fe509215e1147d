import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import { openGuardrails } from '../guardrails/guardrails.ts';
import type { CallResult } from '../ports/controlPlane.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases, type Status } from '../status.ts';
import { applyCallResult } from './applyCallResult.ts';
import { decide } from './decide.ts';
import { dependenciesOf } from './dependencies.ts';
import type { Drift, OpenOperation, ResourceCondition, ResourceRecord, RetryState } from './ledgerRecord.ts';
import type { ReconcileInput, ReconcileResult, ResourceReport } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  consentTarget,
  desiredOf,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  resolvedConfig,
  serverTarget,
  target,
} from './testing/inputs.ts';
import { violatedInvariants } from './testing/invariants.ts';

const HOUR = 3_600_000;
/** Runs of each property. A higher number finds rare failures. */
const INPUTS = Number(process.env.PROPERTY_RUNS ?? 100);
const statuses = Object.keys(phases) as Status[];
const states: readonly ResourceCondition[] = [
  'ready',
  'drifted',
  'awaiting-authorization',
  'awaiting-approval',
  'in-progress',
  'failed',
  'refused',
  'absent',
];

const pool: readonly DesiredResource[] = [
  provider(),
  ...['payments', 'orders'].flatMap((name) => [
    gateway(name),
    ...Array.from({ length: 9 }, (_, index) => target(`${name}/static-${index}`)),
    ...Array.from({ length: 3 }, (_, index) => serverTarget(`${name}/server-${index}`)),
    ...Array.from({ length: 3 }, (_, index) => consentTarget(`${name}/consent-${index}`)),
  ]),
];

const time = fc.integer({ min: NOW - 100 * HOUR, max: NOW + HOUR });
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

function observedResources(resource: DesiredResource): fc.Arbitrary<ObservedResource> {
  const config = fc.constantFrom(resolvedConfig(resource), { ...resolvedConfig(resource), name: 'other' });
  return fc
    .record({
      status: fc.constantFrom(...statuses),
      updatedAt: time,
      synced: optional(time),
      config: optional(config),
    })
    .map(({ status, updatedAt, synced, config: read }) =>
      observedAs(resource, status, {
        updatedAt,
        ...(synced !== undefined && { lastSynchronizedAt: synced }),
        ...(read && { config: read }),
      }),
    );
}

const drift: fc.Arbitrary<Drift> = fc.record({
  updatedAt: time,
  differences: fc.constant([{ path: 'description', change: 'added' }]),
  cause: fc.constantFrom('foreign', 'write'),
});

function records(resource: DesiredResource): fc.Arbitrary<ResourceRecord> {
  const fingerprint = fc.constantFrom(fingerprintFor(resource), 'another', '');
  const operation: fc.Arbitrary<OpenOperation> = fc.record(
    {
      operation: fc.constantFrom('create', 'update', 'delete', 'sync', 'rollback'),
      fingerprint,
      startedAt: time,
      configuration: fingerprint,
      updatedAt: time,
      baseline: time,
      awaitedConsent: fc.constant(true as const),
    },
    { requiredKeys: ['operation', 'fingerprint', 'startedAt'] },
  );
  const retry: fc.Arbitrary<RetryState> = fc.record(
    {
      fingerprint,
      count: fc.integer({ min: 0, max: 8 }),
      firstAt: time,
      nextAt: time,
      deferrals: fc.integer({ min: 0, max: 15 }),
      reasons: fc.constant(['It broke.']),
      escalation: fc.constantFrom('update' as const, 'replace' as const),
      rolledBack: fc.constant(true as const),
    },
    { requiredKeys: ['fingerprint', 'count', 'firstAt', 'nextAt', 'deferrals', 'reasons'] },
  );
  const consent = fc.record(
    {
      id: fc.constant('1'),
      kind: fc.constant('authorization' as const),
      askedAt: time,
      notifiedAt: time,
      answeredAt: time,
      clickedAt: fc.constantFrom(NOW - 1000, NOW - HOUR),
      mayReplace: fc.constant(true as const),
      reason: fc.constantFrom('update' as const, 'sync' as const),
      closed: fc.constantFrom('refused' as const, 'expired' as const),
      closedAt: time,
    },
    { requiredKeys: ['id', 'kind', 'askedAt'] },
  );
  const deletion = fc.record(
    {
      id: fc.constant('2'),
      kind: fc.constant('deletion' as const),
      askedAt: time,
      fingerprint: fc.constantFrom('set', 'another set'),
      notifiedAt: time,
      answeredAt: time,
      closed: fc.constantFrom('refused' as const, 'expired' as const),
    },
    { requiredKeys: ['id', 'kind', 'askedAt', 'fingerprint'] },
  );
  const request = fc.oneof({ weight: 4, arbitrary: consent }, { weight: 1, arbitrary: deletion });
  return fc
    .record(
      {
        state: fc.constantFrom(...states),
        since: time,
        applied: fc.record(
          { fingerprint, updatedAt: time, unverified: fc.constant(true as const) },
          { requiredKeys: ['fingerprint', 'updatedAt'] },
        ),
        snapshot: fc.constantFrom(
          { model: '', members: {} },
          { model: 'older', members: { description: 'x' } },
        ),
        drift,
        heldBack: fc.constant(['authorizerType cannot be changed.']),
        lastGood: fingerprint,
        generation: fc.nat(3),
        operation,
        retry,
        request,
        deletion: fc.record(
          {
            configuration: fingerprint,
            asked: fc.constantFrom('set', 'another set'),
            approved: fc.constant(true as const),
          },
          { requiredKeys: [] },
        ),
        protect: fc.constant(true as const),
        approve: fc.constantFrom('breaking' as const, 'always' as const),
      },
      { requiredKeys: ['state', 'since'] },
    )
    .map((known) => {
      const { applied: _applied, lastGood: _lastGood, ...base } = appliedRecord(resource);
      return { ...base, ...known };
    });
}

const inputs: fc.Arbitrary<ReconcileInput> = fc
  .record({
    resources: fc.subarray([...pool]),
    observed: fc.tuple(...pool.map((resource) => optional(observedResources(resource)))),
    recorded: fc.tuple(...pool.map((resource) => optional(records(resource)))),
    settings: fc.record({
      prune: fc.boolean(),
      selfHeal: fc.boolean(),
      resync: fc.constantFrom('never' as const, 3600),
      approve: fc.constantFrom('never' as const, 'breaking' as const),
    }),
    deletions: fc.constantFrom(0, 1, 3, 1000),
    protect: fc.boolean(),
  })
  .map(({ resources, observed, recorded, settings, deletions, protect }) => ({
    desired: {
      ...desiredOf(
        resources.map((each) => (protect ? { ...each, protect } : each)),
        settings,
      ),
      guardrails: { ...openGuardrails, deletions },
    },
    observed: new Map(observed.flatMap((each) => (each ? [[each.address, each] as const] : []))),
    recorded: new Map(recorded.flatMap((each) => (each ? [[each.address, each] as const] : []))),
    now: NOW,
  }))
  .map((input) => ({ ...input, observed: new Map([...input.observed].filter(hasParent(input))) }))
  // The generated objects have no prototype, unlike records that are read from a ledger.
  .map((input) => structuredClone(input));

/** A missing gateway has no list of targets. */
function hasParent({ observed }: ReconcileInput): (entry: readonly [Address, ObservedResource]) => boolean {
  return ([address]) => observed.has(parentOf(address) ?? address);
}

function check(property: (input: ReconcileInput, result: ReconcileResult) => void): void {
  fc.assert(
    fc.property(inputs, (input) => property(input, decide(input, catalog))),
    { numRuns: INPUTS, endOnFailure: true },
  );
}

it('decide: has a result for every input, and violates no invariant', () => {
  check((input, decision) => {
    expect(violatedInvariants(input, decision)).toEqual([]);
  });
});

it('decide: gives the same result for the same input', () => {
  check((input, decision) => {
    expect(decide(structuredClone(input), catalog)).toEqual(decision);
  });
});

it('decide: gives the same result again after its records are stored', () => {
  check((input, decision) => {
    const again = decide(withLedgerChanges(input, decision), catalog);
    const { next, operations, syncs, requests, requeueAfterSeconds } = decision;
    const same = {
      next,
      operations,
      syncs,
      requests,
      requeueAfterSeconds,
      upserts: [],
      deletes: [],
    };
    expect(again).toMatchObject(same);
  });
});

const held: ReadonlySet<string> = new Set([
  'drifted',
  'refused',
  'failed',
  'awaiting-approval',
  'awaiting-authorization',
]);

it('decide: starts no operation on a resource whose parent or reference is not ready', () => {
  check((input, { operations, syncs, resources }) => {
    // A resource that is held back serves as it is.
    const isUsable = ({ address, state }: ResourceReport) =>
      state === 'ready' || (held.has(state) && input.observed.get(address)?.status === 'READY');
    const usable = new Set(resources.filter(isUsable).map(({ address }) => address));
    const ends = ['delete', 'unmanage'];
    const planned = new Set([...operations, ...syncs].filter(({ operation }) => !ends.includes(operation)));
    for (const { address } of planned) {
      const resource = input.desired.resources.find((each) => each.address === address);
      expect(resource && dependenciesOf(resource).filter((needed) => !usable.has(needed))).toEqual([]);
    }
  });
});

it('decide: gives the id of the gateway in every call about a target', () => {
  check((_, { operations, syncs }) => {
    const targets = [...operations, ...syncs].filter(({ address }) => parentOf(address));
    expect(targets.filter(({ parentId }) => parentId === undefined)).toEqual([]);
  });
});

it('decide: gives an id in every call but creates, and a configuration in creates and updates', () => {
  check((_, { operations, syncs }) => {
    for (const { operation, id, configuration } of [...operations, ...syncs]) {
      expect(id === undefined).toBe(operation === 'create');
      expect(configuration === undefined).toBe(['delete', 'sync', 'unmanage'].includes(operation));
    }
  });
});

it('decide: asks nobody a second time whose request was delivered', () => {
  check((input, { requests }) => {
    const repeated = requests.filter(({ address, kind, fingerprint }) => {
      const { request } = input.recorded.get(address) ?? {};
      const isOther = request?.kind !== kind || (kind === 'deletion' && request.fingerprint !== fingerprint);
      return request?.notifiedAt !== undefined && !isOther;
    });
    // A consent that never shows in the status is requested again, and a READY target may have another request.
    const isNew = (address: Address) =>
      input.recorded.get(address)?.request?.answeredAt !== undefined ||
      input.observed.get(address)?.status === 'READY';
    expect(repeated.filter(({ address }) => !isNew(address))).toEqual([]);
  });
});

it('decide: deletes a desired resource only if the service rejects its update', () => {
  check((input, { operations }) => {
    for (const { address, operation } of operations) {
      const isDesired = input.desired.resources.some((each) => each.address === address);
      if (operation !== 'delete' || !isDesired) continue;
      expect(input.recorded.get(address)?.retry?.escalation).toBe('replace');
    }
  });
});

it('decide: deletes nothing that the ledger does not have, and nothing in a workspace without prune', () => {
  check(({ recorded, desired }, { operations }) => {
    const desiredAddresses = new Set(desired.resources.map(({ address }) => address));
    const deleted = operations.filter(
      ({ address, operation }) => operation === 'delete' && !desiredAddresses.has(address),
    );
    expect(deleted.filter(({ address }) => !recorded.has(address))).toEqual([]);
    if (!desired.settings.prune) expect(deleted).toEqual([]);
  });
});

it('decide: deletes nothing protected, and nothing more than the guardrails permit without a yes', () => {
  check(({ recorded, desired, observed }, { operations, plans }) => {
    const named = new Set(desired.resources.map(({ address }) => address));
    const deleted = operations.filter(({ operation }) => operation === 'delete');
    const isProtected = ({ address }: { readonly address: Address }) =>
      named.has(address)
        ? desired.resources.some((each) => each.address === address && each.protect)
        : recorded.get(address)?.protect;
    expect(deleted.filter(isProtected)).toEqual([]);
    // What takes something from agents needs a yes if it is too much, or if a rule says so.
    const pruned = deleted.filter(
      ({ address }) => !named.has(address) && !address.includes('CredentialProvider'),
    );
    const approvedBefore = ({ address }: { readonly address: Address }) =>
      plans.some((plan) => plan.address === address && plan.record.deletion?.approved);
    const never = ['CREATING', 'CREATE_PENDING_AUTH', 'CREATE_FAILED', 'FAILED'];
    const unapproved = pruned
      .filter((each) => !approvedBefore(each))
      .filter(({ address }) => !never.includes(observed.get(address)?.status ?? ''))
      .filter(({ address }) => recorded.get(address)?.operation?.operation !== 'delete');
    const limit = desired.settings.approve === 'never' ? desired.guardrails?.deletions : 0;
    expect(unapproved.length).toBeLessThanOrEqual(limit ?? 1);
    expect(unapproved.filter(({ address }) => recorded.get(address)?.approve)).toEqual([]);
  });
});

it('decide: asks at most one question about deletions', () => {
  check((_, { requests }) => {
    expect(requests.filter(({ kind }) => kind === 'deletion').length).toBeLessThanOrEqual(1);
  });
});

it('decide: has a record of every resource that it starts an operation on', () => {
  check((input, decision) => {
    const known = withLedgerChanges(input, decision).recorded;
    const planned = [...decision.operations, ...decision.syncs, ...decision.requests];
    expect(planned.filter(({ address }) => !known.has(address))).toEqual([]);
  });
});

it('decide: makes no second call after an accepted one', () => {
  check((input, decision) => {
    const answered = withCallResult(input, decision, { kind: 'accepted', id: 'new' });
    const again = decide({ ...answered, now: NOW + 1000 }, catalog);
    const first = new Set([...decision.operations, ...decision.syncs].map(({ address }) => address));
    const repeated = [...again.operations, ...again.syncs].filter(({ address }) => first.has(address));
    // An update whose response has no updatedAt ends when the list shows READY, and its configuration is compared.
    expect(repeated.filter(({ operation }) => operation === 'create')).toEqual([]);
  });
});

it('decide: waits before it repeats a rejected call', () => {
  check((input, decision) => {
    const refused: CallResult = {
      kind: 'rejected',
      code: 'ValidationException',
      message: 'No.',
      transient: false,
    };
    const answered = withCallResult(input, decision, refused);
    const again = decide(answered, catalog);
    const first = new Set([...decision.operations, ...decision.syncs].map(({ address }) => address));
    const repeated = [...again.operations, ...again.syncs].filter(
      ({ address, operation }) => first.has(address) && operation !== 'rollback',
    );
    expect(repeated).toEqual([]);
  });
});

function withLedgerChanges(input: ReconcileInput, { upserts, deletes }: ReconcileResult): ReconcileInput {
  const recorded = new Map([...input.recorded, ...upserts.map((known) => [known.address, known] as const)]);
  for (const address of deletes) recorded.delete(address);
  return { ...input, recorded };
}

function withCallResult(
  input: ReconcileInput,
  result: ReconcileResult,
  callResult: CallResult,
): ReconcileInput {
  const known = withLedgerChanges(input, result);
  const recorded = new Map(known.recorded);
  for (const planned of [...result.operations, ...result.syncs]) {
    const before = recorded.get(planned.address);
    if (before) recorded.set(planned.address, applyCallResult(before, planned, callResult, input.now));
  }
  return { ...known, recorded };
}
