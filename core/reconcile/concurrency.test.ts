import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { Status } from '../status.ts';
import { decide } from './decide.ts';
import type { Quotas } from './plan.ts';
import { catalog } from './testing/catalog.ts';
import {
  appliedRecord,
  consentTarget,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  reconcileInput,
  serverTarget,
  target,
} from './testing/inputs.ts';

function targets(name: string, count: number): DesiredResource[] {
  return Array.from({ length: count }, (_, index) => target(`${name}/t${index}`));
}

interface TurnSituation {
  readonly resources: readonly DesiredResource[];
  readonly observedStatuses?: readonly (readonly [DesiredResource, Status])[];
  readonly quotas?: Quotas;
  readonly resync?: number;
}

function resultFor({ resources, observedStatuses = [], quotas, resync = 86_400 }: TurnSituation) {
  const upToDate = [provider(), gateway('payments'), gateway('orders')];
  const ready = observedStatuses.filter(([, status]) => status === 'READY').map(([resource]) => resource);
  const input = reconcileInput({
    resources: [...upToDate, ...resources],
    observed: [
      ...upToDate.map((each) => observedAs(each, 'READY')),
      ...observedStatuses.map(([resource, status]) =>
        observedAs(resource, status, { lastSynchronizedAt: NOW - 3_600_000 }),
      ),
    ],
    recorded: [...upToDate, ...ready].map((each) => appliedRecord(each)),
    settings: { resync },
  });
  return decide({ ...input, ...(quotas && { quotas }) }, catalog);
}

describe('scheduleTurn: a concurrency group', () => {
  it('starts five operations at a time, in the order of the manifest', () => {
    const { operations } = resultFor({ resources: targets('payments', 8) });
    expect(operations.map(({ address }) => address)).toEqual(
      targets('payments', 5).map((each) => each.address),
    );
  });

  it('counts the operations in progress, including those that Gateloop did not start', () => {
    const external = target('payments/external');
    const [first, second, ...rest] = targets('payments', 8);
    if (!first || !second) throw new Error('eight targets were made');
    const { operations } = resultFor({
      resources: [first, second, ...rest],
      observedStatuses: [
        [first, 'UPDATING'],
        [second, 'SYNCHRONIZING'],
        [external, 'DELETING'],
      ],
    });
    expect(operations).toHaveLength(2);
  });

  it('does not count targets that await a person', () => {
    const waiting = consentTarget('payments/repository');
    const { operations, requests } = resultFor({
      resources: targets('payments', 5),
      observedStatuses: [[waiting, 'CREATE_PENDING_AUTH']],
    });
    expect(operations).toHaveLength(5);
    expect(requests).toEqual([]);
  });

  it('is separate for each gateway, and the gateways take turns', () => {
    const { operations } = resultFor({ resources: [...targets('payments', 8), ...targets('orders', 8)] });
    expect(operations.map(({ address }) => address.split('/')[1])).toEqual([
      'payments',
      'orders',
      'payments',
      'orders',
      'payments',
    ]);
  });

  it('uses a higher quota where AWS grants one', () => {
    const quotas = { concurrencyLimit: 7, writesPerTurn: 10 };
    expect(resultFor({ resources: targets('payments', 8), quotas }).operations).toHaveLength(7);
  });
});

describe('scheduleTurn: a turn', () => {
  it('makes no more writes than the rate allows, and the next turn follows after a second', () => {
    const { operations, requeueAfterSeconds } = resultFor({
      resources: [...targets('payments', 3), ...targets('orders', 3)],
    });
    expect(operations).toHaveLength(5);
    expect(requeueAfterSeconds).toBe(1);
  });

  it('asks people first, and starts the operations a second later', () => {
    const waiting = consentTarget('payments/repository');
    const { requests, operations, requeueAfterSeconds, next } = resultFor({
      resources: [waiting, ...targets('payments', 2)],
      observedStatuses: [[waiting, 'CREATE_PENDING_AUTH']],
    });
    expect(next).toBe('act');
    expect(requests).toMatchObject([{ address: waiting.address, kind: 'authorization' }]);
    expect({ operations, requeueAfterSeconds }).toEqual({ operations: [], requeueAfterSeconds: 1 });
  });

  it('starts syncs only when no operation is due', () => {
    const tools = serverTarget('payments/tools');
    const both = resultFor({
      resources: [tools, target('payments/ledger')],
      observedStatuses: [[tools, 'READY']],
      resync: 60,
    });
    expect(both.operations).toMatchObject([{ operation: 'create' }]);
    expect({ syncs: both.syncs, requeueAfterSeconds: both.requeueAfterSeconds }).toEqual({
      syncs: [],
      requeueAfterSeconds: 1,
    });
    const alone = resultFor({ resources: [tools], observedStatuses: [[tools, 'READY']], resync: 60 });
    expect(alone).toMatchObject({ operations: [], syncs: [{ operation: 'sync' }] });
  });
});

describe('scheduleTurn: a queued operation', () => {
  it('waits for operations that Gateloop did not start, where they take the slots that it needs', () => {
    const external = targets('payments', 5).map(
      (each) => [target(`${each.name}-external`), 'UPDATING'] as const,
    );
    const queued = resultFor({ resources: targets('payments', 1), observedStatuses: external });
    expect(queued).toMatchObject({ next: 'wait', operations: [] });
    expect(queued.requeueAfterSeconds).toBeGreaterThanOrEqual(1);
    expect(resultFor({ resources: [], observedStatuses: external }).next).toBe('settled');
  });
});

describe('planOperations: a planned call', () => {
  const planOf = (resource: DesiredResource, status: Status, known: DesiredResource) => {
    const world = reconcileInput({
      resources: [gateway('payments'), resource],
      observed: [
        observedAs(gateway('payments'), 'READY'),
        observedAs(resource, status, { lastSynchronizedAt: NOW - 9_000_000, config: known.config }),
      ],
      recorded: [appliedRecord(gateway('payments')), appliedRecord(known, { state: 'in-progress' })],
      settings: { resync: 3600 },
    });
    const { operations, syncs } = decide(world, catalog);
    return [...operations, ...syncs];
  };
  const tools = serverTarget('payments/tools');
  const newer = serverTarget('payments/tools', 2);
  const common = { address: tools.address, id: 'payments/tools', parentId: 'payments' };

  it('names the configuration to send, the ids, and the fingerprint that counts the attempts', () => {
    const fingerprint = fingerprintFor(newer);
    expect(planOf(newer, 'READY', tools)).toStrictEqual([
      { ...common, operation: 'update', fingerprint, configuration: fingerprint },
    ]);
  });

  it('has the previous lastSynchronizedAt of a sync as its baseline, and no configuration', () => {
    expect(planOf(tools, 'READY', tools)).toStrictEqual([
      { ...common, operation: 'sync', fingerprint: fingerprintFor(tools), baseline: NOW - 9_000_000 },
    ]);
  });

  it('marks the repair of a failed resource', () => {
    expect(planOf(newer, 'FAILED', tools)).toMatchObject([{ operation: 'update', repair: true }]);
  });

  it('has no id for a create', () => {
    const world = reconcileInput({
      resources: [gateway('payments'), tools],
      observed: [observedAs(gateway('payments'), 'READY')],
      recorded: [appliedRecord(gateway('payments')), appliedRecord(newer)],
    });
    const fingerprint = fingerprintFor(tools);
    expect(decide(world, catalog).operations).toStrictEqual([
      {
        address: tools.address,
        operation: 'create',
        fingerprint,
        configuration: fingerprint,
        parentId: 'payments',
      },
    ]);
  });
});

describe('scheduleTurn: the last free slot', () => {
  it('goes to an operation before a sync', () => {
    const tools = serverTarget('payments/tools');
    const moving = targets('payments', 4);
    const { operations, syncs } = resultFor({
      resources: [tools, ...moving, target('payments/ledger')],
      observedStatuses: [[tools, 'READY'], ...moving.map((each) => [each, 'UPDATING'] as const)],
      resync: 60,
    });
    expect(operations).toMatchObject([{ address: 'gatewayTarget/payments/ledger' }]);
    expect(syncs).toEqual([]);
  });

  it('is taken by a create that no list shows yet', () => {
    const started = targets('payments', 5);
    const fingerprint = 'any';
    const world = reconcileInput({
      resources: [gateway('payments'), ...started, target('payments/ledger')],
      observed: [observedAs(gateway('payments'), 'READY')],
      recorded: [
        appliedRecord(gateway('payments')),
        ...started.map((each) => ({
          address: each.address,
          state: 'in-progress' as const,
          reasons: [],
          since: NOW,
          operation: { operation: 'create' as const, fingerprint, startedAt: NOW - 1000 },
        })),
      ],
    });
    expect(decide(world, catalog)).toMatchObject({ next: 'wait', operations: [] });
  });
});

it('scheduleTurn: sends an undeliverable message again only in a turn without other work', () => {
  const waiting = consentTarget('payments/repository');
  const upToDate = [provider(), gateway('payments')];
  const decideWith = (more: readonly DesiredResource[]) =>
    decide(
      reconcileInput({
        resources: [...upToDate, waiting, ...more],
        observed: [
          ...upToDate.map((each) => observedAs(each, 'READY')),
          observedAs(waiting, 'CREATE_PENDING_AUTH'),
        ],
        recorded: [
          ...upToDate.map((each) => appliedRecord(each)),
          appliedRecord(waiting, { request: { id: '1', kind: 'authorization', askedAt: NOW - 300_000 } }),
        ],
      }),
      catalog,
    );
  expect(decideWith([])).toMatchObject({ operations: [], requests: [{ kind: 'authorization' }] });
  expect(decideWith([target('payments/ledger')])).toMatchObject({
    operations: [{ operation: 'create' }],
    requests: [],
  });
});
