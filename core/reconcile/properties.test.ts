import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Address } from '../address.ts';
import type { DesiredResource } from '../desired/desired.ts';
import type { CallResult } from '../ports/controlPlane.ts';
import type { ObservedResource } from '../resources/observe.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases, type Status } from '../status.ts';
import { applyCallResult } from './applyCallResult.ts';
import { decide } from './decide.ts';
import { dependenciesOf } from './dependencies.ts';
import type { OpenOperation, ResourceCondition, ResourceRecord, RetryState } from './ledgerRecord.ts';
import type { ReconcileInput, ReconcileResult } from './plan.ts';
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
/** For each property; set it higher to hunt for what is rare. */
const INPUTS = Number(process.env.WORLDS ?? 100);
const statuses = Object.keys(phases) as Status[];
const states: readonly ResourceCondition[] = [
  'ready',
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
  const request = fc.record(
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
  return fc
    .record(
      {
        state: fc.constantFrom(...states),
        since: time,
        applied: fc.record({ fingerprint, updatedAt: time }),
        drift: time,
        lastGood: fingerprint,
        generation: fc.nat(3),
        operation,
        retry,
        request,
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
    }),
  })
  .map(({ resources, observed, recorded, settings }) => ({
    desired: desiredOf(resources, settings),
    observed: new Map(observed.flatMap((each) => (each ? [[each.address, each] as const] : []))),
    recorded: new Map(recorded.flatMap((each) => (each ? [[each.address, each] as const] : []))),
    latencies: {},
    now: NOW,
  }))
  .map((input) => ({ ...input, observed: new Map([...input.observed].filter(hasParent(input))) }))
  // The generator's objects have no prototype, which nothing that is read from a ledger lacks.
  .map((input) => structuredClone(input));

/** Without a gateway there is no list of its targets. */
function hasParent({ observed }: ReconcileInput): (entry: readonly [Address, ObservedResource]) => boolean {
  return ([address]) => observed.has(parentOf(address) ?? address);
}

function check(property: (input: ReconcileInput, result: ReconcileResult) => void): void {
  fc.assert(
    fc.property(inputs, (input) => property(input, decide(input, catalog))),
    { numRuns: INPUTS, endOnFailure: true },
  );
}

it('has a decision for every world, and breaks none of the rules of all decisions', () => {
  check((world, decision) => {
    expect(violatedInvariants(world, decision)).toEqual([]);
  });
});

it('decides the same of the same world', () => {
  check((world, decision) => {
    expect(decide(structuredClone(world), catalog)).toEqual(decision);
  });
});

it('decides the same again once its own memory is stored', () => {
  check((world, decision) => {
    const again = decide(withLedgerChanges(world, decision), catalog);
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

it('acts on nothing whose parent or reference is not ready', () => {
  check((world, { operations, syncs, resources }) => {
    const ready = new Set(resources.filter(({ state }) => state === 'ready').map(({ address }) => address));
    const planned = new Set([...operations, ...syncs].filter(({ operation }) => operation !== 'delete'));
    for (const { address } of planned) {
      const resource = world.desired.resources.find((each) => each.address === address);
      expect(resource && dependenciesOf(resource).filter((needed) => !ready.has(needed))).toEqual([]);
    }
  });
});

it('names the gateway by its id in every call that concerns a target', () => {
  check((_, { operations, syncs }) => {
    const targets = [...operations, ...syncs].filter(({ address }) => parentOf(address));
    expect(targets.filter(({ parentId }) => parentId === undefined)).toEqual([]);
  });
});

it('names by its id what it does not create, and sends a configuration with what it does', () => {
  check((_, { operations, syncs }) => {
    for (const { operation, id, configuration } of [...operations, ...syncs]) {
      expect(id === undefined).toBe(operation === 'create');
      expect(configuration === undefined).toBe(operation === 'delete' || operation === 'sync');
    }
  });
});

it('asks nobody twice: who was told is not told again', () => {
  check((world, { requests }) => {
    const told = requests.filter(
      ({ address }) => world.recorded.get(address)?.request?.notifiedAt !== undefined,
    );
    // A consent that was given and never showed is asked for afresh; of a target that is READY the next thing is asked.
    const isNew = (address: Address) =>
      world.recorded.get(address)?.request?.answeredAt !== undefined ||
      world.observed.get(address)?.status === 'READY';
    expect(told.filter(({ address }) => !isNew(address))).toEqual([]);
  });
});

it('deletes nothing that is wanted unless the service refuses to change it', () => {
  check((world, { operations }) => {
    for (const { address, operation } of operations) {
      const isWanted = world.desired.resources.some((each) => each.address === address);
      if (operation !== 'delete' || !isWanted) continue;
      expect(world.recorded.get(address)?.retry?.escalation).toBe('replace');
    }
  });
});

it('deletes nothing that it does not know, and nothing that left in a workspace that does not prune', () => {
  check(({ recorded, desired }, { operations }) => {
    const wanted = new Set(desired.resources.map(({ address }) => address));
    const deleted = operations.filter(
      ({ address, operation }) => operation === 'delete' && !wanted.has(address),
    );
    expect(deleted.filter(({ address }) => !recorded.has(address))).toEqual([]);
    if (!desired.settings.prune) expect(deleted).toEqual([]);
  });
});

it('remembers every resource before it acts on it', () => {
  check((world, decision) => {
    const known = withLedgerChanges(world, decision).recorded;
    const planned = [...decision.operations, ...decision.syncs, ...decision.requests];
    expect(planned.filter(({ address }) => !known.has(address))).toEqual([]);
  });
});

it('makes no second call where the first has been accepted', () => {
  check((world, decision) => {
    const answered = withCallResult(world, decision, { kind: 'accepted', id: 'new' });
    const again = decide({ ...answered, now: NOW + 1000 }, catalog);
    const first = new Set([...decision.operations, ...decision.syncs].map(({ address }) => address));
    const repeated = [...again.operations, ...again.syncs].filter(({ address }) => first.has(address));
    // An update whose answer names no time is taken for done when the list shows READY, and compared.
    expect(repeated.filter(({ operation }) => operation === 'create')).toEqual([]);
  });
});

it('waits a while before it repeats a call that was refused', () => {
  check((world, decision) => {
    const refused: CallResult = {
      kind: 'rejected',
      code: 'ValidationException',
      message: 'No.',
      transient: false,
    };
    const answered = withCallResult(world, decision, refused);
    const again = decide(answered, catalog);
    const first = new Set([...decision.operations, ...decision.syncs].map(({ address }) => address));
    const repeated = [...again.operations, ...again.syncs].filter(
      ({ address, operation }) => first.has(address) && operation !== 'rollback',
    );
    expect(repeated).toEqual([]);
  });
});

function withLedgerChanges(
  input: ReconcileInput,
  { upserts, deletes, latencies }: ReconcileResult,
): ReconcileInput {
  const recorded = new Map([...input.recorded, ...upserts.map((known) => [known.address, known] as const)]);
  for (const address of deletes) recorded.delete(address);
  return { ...input, recorded, latencies };
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
