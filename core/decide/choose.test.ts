import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import type { Status } from '../status.ts';
import { decide } from './decide.ts';
import { catalogue } from './testing/catalogue.ts';
import {
  addressFor,
  appliedMemory,
  consentTarget,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  provider,
  serverTarget,
  target,
  worldOf,
} from './testing/worlds.ts';
import type { Quotas } from './window.ts';

function targets(name: string, count: number): DesiredResource[] {
  return Array.from({ length: count }, (_, index) => target(`${name}/t${index}`));
}

interface Placed {
  readonly resources: readonly DesiredResource[];
  readonly standing?: readonly (readonly [DesiredResource, Status])[];
  readonly quotas?: Quotas;
  readonly resync?: number;
}

function decisionOn({ resources, standing = [], quotas, resync = 86_400 }: Placed) {
  const inStep = [provider(), gateway('payments'), gateway('orders')];
  const ready = standing.filter(([, status]) => status === 'READY').map(([resource]) => resource);
  const world = worldOf({
    resources: [...inStep, ...resources],
    observed: [
      ...inStep.map((each) => observedAs(each, 'READY')),
      ...standing.map(([resource, status]) =>
        observedAs(resource, status, { lastSynchronizedAt: NOW - 3_600_000 }),
      ),
    ],
    memory: [...inStep, ...ready].map((each) => appliedMemory(each)),
    settings: { resync },
  });
  return decide({ ...world, ...(quotas && { quotas }) }, catalogue);
}

describe('the window of a gateway', () => {
  it('takes five operations at a time, in the order of the manifest', () => {
    const { operations, waitSeconds } = decisionOn({ resources: targets('payments', 8) });
    expect(operations.map(({ address }) => address)).toEqual(
      targets('payments', 5).map((each) => addressFor(each)),
    );
    expect(waitSeconds).toBeGreaterThan(1);
  });

  it('counts what moves already, whoever set it going', () => {
    const stranger = target('payments/stranger');
    const [first, second, ...rest] = targets('payments', 8);
    if (!first || !second) throw new Error('eight targets were made');
    const { operations } = decisionOn({
      resources: [first, second, ...rest],
      standing: [
        [first, 'UPDATING'],
        [second, 'SYNCHRONIZING'],
        [stranger, 'DELETING'],
      ],
    });
    expect(operations).toHaveLength(2);
  });

  it('is not taken by what waits for a person', () => {
    const waiting = consentTarget('payments/repository');
    const { operations, requests } = decisionOn({
      resources: targets('payments', 5),
      standing: [[waiting, 'CREATE_PENDING_AUTH']],
    });
    expect(operations).toHaveLength(5);
    expect(requests).toEqual([]);
  });

  it("is each gateway's own, and all are filled in turn", () => {
    const { operations } = decisionOn({ resources: [...targets('payments', 8), ...targets('orders', 8)] });
    expect(operations.map(({ address }) => address.split('/')[1])).toEqual([
      'payments',
      'orders',
      'payments',
      'orders',
      'payments',
    ]);
  });

  it('may be wider where AWS grants more', () => {
    const quotas = { window: 7, writesPerTurn: 10 };
    expect(decisionOn({ resources: targets('payments', 8), quotas }).operations).toHaveLength(7);
  });
});

describe('a turn', () => {
  it('writes no more than the rate allows, and the next follows after a second', () => {
    const { operations, waitSeconds } = decisionOn({
      resources: [...targets('payments', 3), ...targets('orders', 3)],
    });
    expect(operations).toHaveLength(5);
    expect(waitSeconds).toBe(1);
  });

  it('asks people first, and does the rest a second later', () => {
    const waiting = consentTarget('payments/repository');
    const { requests, operations, waitSeconds, next } = decisionOn({
      resources: [waiting, ...targets('payments', 2)],
      standing: [[waiting, 'CREATE_PENDING_AUTH']],
    });
    expect(next).toBe('act');
    expect(requests).toMatchObject([{ address: addressFor(waiting), kind: 'authorization' }]);
    expect({ operations, waitSeconds }).toEqual({ operations: [], waitSeconds: 1 });
  });

  it('synchronises only when nothing else is to be done', () => {
    const tools = serverTarget('payments/tools');
    const both = decisionOn({
      resources: [tools, target('payments/ledger')],
      standing: [[tools, 'READY']],
      resync: 60,
    });
    expect(both.operations).toMatchObject([{ operation: 'create' }]);
    expect({ syncs: both.syncs, waitSeconds: both.waitSeconds }).toEqual({ syncs: [], waitSeconds: 1 });
    const alone = decisionOn({ resources: [tools], standing: [[tools, 'READY']], resync: 60 });
    expect(alone).toMatchObject({ operations: [], syncs: [{ operation: 'sync' }] });
  });
});

describe('waiting for a slot', () => {
  it('waits for strangers too, where they take the slots that are needed', () => {
    const strangers = targets('payments', 5).map(
      (each) => [{ ...each, name: `${each.name}-stranger` }, 'UPDATING'] as const,
    );
    const held = decisionOn({ resources: targets('payments', 1), standing: strangers });
    expect(held).toMatchObject({ next: 'wait', operations: [] });
    expect(held.waitSeconds).toBeGreaterThanOrEqual(1);
    expect(decisionOn({ resources: [], standing: strangers }).next).toBe('settled');
  });
});

describe('a planned call', () => {
  const planOf = (resource: DesiredResource, status: Status, known: DesiredResource) => {
    const world = worldOf({
      resources: [gateway('payments'), resource],
      observed: [
        observedAs(gateway('payments'), 'READY'),
        observedAs(resource, status, { lastSynchronizedAt: NOW - 9_000_000, config: {} }),
      ],
      memory: [appliedMemory(gateway('payments')), appliedMemory(known, { state: 'in-progress' })],
      settings: { resync: 3600 },
    });
    const { operations, syncs } = decide(world, catalogue);
    return [...operations, ...syncs];
  };
  const tools = serverTarget('payments/tools');
  const newer = serverTarget('payments/tools', 2);
  const common = { address: addressFor(tools), id: 'payments/tools', parentId: 'payments' };

  it('says what is sent, to what, and under what it counts', () => {
    const fingerprint = fingerprintFor(newer);
    expect(planOf(newer, 'READY', tools)).toStrictEqual([
      { ...common, operation: 'update', fingerprint, configuration: fingerprint },
    ]);
  });

  it('says of a sync what was synchronised before, and sends nothing', () => {
    expect(planOf(tools, 'READY', tools)).toStrictEqual([
      { ...common, operation: 'sync', fingerprint: fingerprintFor(tools), baseline: NOW - 9_000_000 },
    ]);
  });

  it('says where it is meant to mend what has failed', () => {
    expect(planOf(newer, 'FAILED', tools)).toMatchObject([{ operation: 'update', repair: true }]);
  });

  it('creates without an id', () => {
    const world = worldOf({
      resources: [gateway('payments'), tools],
      observed: [observedAs(gateway('payments'), 'READY')],
      memory: [appliedMemory(gateway('payments')), appliedMemory(newer)],
    });
    const fingerprint = fingerprintFor(tools);
    expect(decide(world, catalogue).operations).toStrictEqual([
      {
        address: addressFor(tools),
        operation: 'create',
        fingerprint,
        configuration: fingerprint,
        parentId: 'payments',
      },
    ]);
  });
});

describe('the last free slot', () => {
  it('goes to what was asked for before it goes to a sync', () => {
    const tools = serverTarget('payments/tools');
    const moving = targets('payments', 4);
    const { operations, syncs, waitSeconds } = decisionOn({
      resources: [tools, ...moving, target('payments/ledger')],
      standing: [[tools, 'READY'], ...moving.map((each) => [each, 'UPDATING'] as const)],
      resync: 60,
    });
    expect(operations).toMatchObject([{ address: 'gatewayTarget/payments/ledger' }]);
    expect(syncs).toEqual([]);
    expect(waitSeconds).toBeGreaterThan(1);
  });

  it('is taken by a creation that no list shows yet', () => {
    const begun = targets('payments', 5);
    const fingerprint = 'any';
    const world = worldOf({
      resources: [gateway('payments'), ...begun, target('payments/ledger')],
      observed: [observedAs(gateway('payments'), 'READY')],
      memory: [
        appliedMemory(gateway('payments')),
        ...begun.map((each) => ({
          address: addressFor(each),
          state: 'in-progress' as const,
          reasons: [],
          since: NOW,
          operation: { operation: 'create' as const, fingerprint, startedAt: NOW - 1000 },
        })),
      ],
    });
    expect(decide(world, catalogue)).toMatchObject({ next: 'wait', operations: [] });
  });
});

it('tells again whoever could not be told only when there is nothing else to do', () => {
  const waiting = consentTarget('payments/repository');
  const inStep = [provider(), gateway('payments')];
  const about = (more: readonly DesiredResource[]) =>
    decide(
      worldOf({
        resources: [...inStep, waiting, ...more],
        observed: [
          ...inStep.map((each) => observedAs(each, 'READY')),
          observedAs(waiting, 'CREATE_PENDING_AUTH'),
        ],
        memory: [
          ...inStep.map((each) => appliedMemory(each)),
          appliedMemory(waiting, { request: { id: '1', kind: 'authorization', askedAt: NOW - 300_000 } }),
        ],
      }),
      catalogue,
    );
  expect(about([])).toMatchObject({ operations: [], requests: [{ kind: 'authorization' }] });
  expect(about([target('payments/ledger')])).toMatchObject({
    operations: [{ operation: 'create' }],
    requests: [],
  });
});
