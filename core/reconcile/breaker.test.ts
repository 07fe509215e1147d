import { describe, expect, it } from 'vitest';
import type { Address } from '../address.ts';
import {
  countFleetHeals,
  defaultHealLimits,
  type FleetHeals,
  type HealingRule,
  healWindow,
} from './breaker.ts';
import { decide } from './decide.ts';
import type { ResourceRecord } from './ledgerRecord.ts';
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
  resolvedConfig,
  serverTarget,
  target,
} from './testing/inputs.ts';

const limits = defaultHealLimits;
const names = Array.from({ length: 9 }, (_, index) => `payments/t${index}`);

interface Situation {
  /** How many of the nine targets another client has changed. */
  readonly changed: number;
  /** How many it has deleted. */
  readonly deleted?: number;
  readonly healing?: HealingRule;
  readonly selfHeal?: boolean;
  /** Changes of the ledger's records, by index. */
  readonly records?: Readonly<Record<number, Partial<ResourceRecord>>>;
  /** Targets that the manifest changes, by index. */
  readonly edited?: readonly number[];
}

/** The decision about a gateway with nine targets, some of which were changed outside Gateloop. */
function decided({
  changed,
  deleted = 0,
  healing = { limits },
  selfHeal = true,
  records = {},
  edited = [],
}: Situation) {
  const before = names.map((name) => target(name));
  const resources = before.map((each, index) =>
    edited.includes(index) ? target(names[index] ?? '', 2) : each,
  );
  const observed = before.slice(0, before.length - deleted).map((each, index) => {
    const config = resolvedConfig(each);
    if (index >= changed) return observedAs(each, 'READY');
    return observedAs(each, 'READY', {
      updatedAt: NOW - 1000,
      config: { ...config, description: 'by hand' },
    });
  });
  const input = reconcileInput({
    resources: [gateway(), ...resources],
    observed: [observedAs(gateway(), 'READY'), ...observed],
    recorded: [appliedRecord(gateway()), ...before.map((each, index) => appliedRecord(each, records[index]))],
    settings: { selfHeal },
  });
  return decide({ ...input, healing }, catalog);
}

const operationsOf = ({ operations }: ReturnType<typeof decide>) =>
  operations.map(({ operation, heals }) => [operation, heals]);

describe('decide: the breaker of a workspace', () => {
  it('decide: reverts changes in half of the resources', () => {
    const decision = decided({ changed: 5 });
    expect(operationsOf(decision)).toEqual(Array(5).fill(['update', true]));
    expect(decision.healing).toEqual({ resources: names.slice(0, 5).map((name) => `gatewayTarget/${name}`) });
  });

  it('decide: reverts none of the changes in more than half of the resources, and says why', () => {
    const decision = decided({ changed: 6 });
    expect(decision).toMatchObject({ next: 'settled', operations: [], healing: { breaker: 'workspace' } });
    expect(decision.healing.resources).toHaveLength(6);
    const drifted = decision.resources.filter(({ state }) => state === 'drifted');
    expect(drifted).toHaveLength(6);
    expect(drifted[0]?.reasons.join()).toMatch(
      /^Changed outside Gateloop: description \(added\)\. It is not reverted now: .* gateloop heal payments\.$/,
    );
    expect(drifted[0]?.differences).toEqual([{ path: 'description', change: 'added' }]);
  });

  it('decide: counts a deleted resource, and does not create it again', () => {
    expect(operationsOf(decided({ changed: 3, deleted: 2 })).map(([operation]) => operation)).toContain(
      'create',
    );
    const decision = decided({ changed: 3, deleted: 3 });
    expect(decision).toMatchObject({ operations: [], healing: { breaker: 'workspace' } });
    const absent = decision.resources.filter(({ state }) => state === 'absent');
    expect(absent.map(({ reasons }) => reasons.join())).toEqual(
      Array(3).fill(expect.stringContaining('It is not created again now')),
    );
    // The records keep what was applied, so that the next poll still knows that another client deleted them.
    expect(decision.upserts.filter(({ state }) => state === 'absent').every(({ applied }) => applied)).toBe(
      true,
    );
  });

  it('decide: counts resources that were healed in the last half hour', () => {
    const healedAt = (time: number) => ({ 7: { healedAt: time }, 8: { healedAt: time } });
    expect(decided({ changed: 4, records: healedAt(NOW - healWindow + 1) }).operations).toEqual([]);
    expect(decided({ changed: 4, records: healedAt(NOW - healWindow) }).operations).toHaveLength(4);
  });

  it('decide: never holds back a change of the manifest', () => {
    const decision = decided({ changed: 6, edited: [8] });
    expect(operationsOf(decision)).toEqual([['update', undefined]]);
    expect(decision.healing.resources).toHaveLength(6);
    // A target that the manifest changes is written in any case, and its drift with it.
    expect(decided({ changed: 6, edited: [0, 1, 2, 3, 4, 5] }).healing.resources).toEqual([]);
  });

  it('decide: never trips for fewer resources than the minimum', () => {
    const healing = { limits: { ...limits, workspaceShare: 0.1 } };
    expect(decided({ changed: 4, healing }).operations).toHaveLength(4);
    expect(decided({ changed: 5, healing }).operations).toEqual([]);
  });

  it('decide: heals what an operator allows, without counting it', () => {
    const decision = decided({ changed: 9, healing: { limits, verdict: 'allowed' } });
    expect(operationsOf(decision)).toEqual(Array(5).fill(['update', undefined]));
    expect(decision.healing.breaker).toBeUndefined();
  });

  it('decide: holds back a single change while the fleet has too many', () => {
    const decision = decided({ changed: 1, healing: { limits, verdict: 'held' } });
    expect(decision).toMatchObject({ operations: [], healing: { breaker: 'fleet' } });
    expect(decision.resources.find(({ state }) => state === 'drifted')?.reasons.join()).toContain(
      'all workspaces',
    );
  });

  it('decide: has nothing to heal when selfHeal is off, and when nothing was changed', () => {
    expect(decided({ changed: 9, selfHeal: false }).healing).toEqual({ resources: [] });
    expect(decided({ changed: 0 }).healing).toEqual({ resources: [] });
  });
});

describe('decide: suspended writes', () => {
  const suspended = (situation: Situation) => {
    const before = target('payments/t0');
    const input = reconcileInput({
      resources: [gateway(), target('payments/t0', situation.edited ? 2 : 1)],
      observed: [observedAs(gateway(), 'READY'), observedAs(before, 'READY')],
      recorded: [appliedRecord(gateway()), appliedRecord(before)],
    });
    return decide({ ...input, suspension: { since: NOW, reason: 'incident 7' } }, catalog);
  };

  it('decide: makes no call, and says so at each resource that has a change due', () => {
    const decision = suspended({ changed: 0, edited: [0] });
    expect(decision).toMatchObject({ next: 'settled', operations: [], syncs: [], requests: [] });
    expect(decision.resources).toMatchObject([
      { state: 'ready', reasons: [] },
      {
        state: 'suspended',
        reasons: [
          'Operators have suspended all changes since 2026-01-01T00:00:00.000Z (incident 7). What is due follows when an operator runs gateloop resume.',
        ],
      },
    ]);
  });

  it('decide: leaves a workspace ready that has nothing to change', () => {
    expect(suspended({ changed: 0 }).resources.map(({ state }) => state)).toEqual(['ready', 'ready']);
  });

  it('decide: says that a synchronization by command is not made, and leaves one by schedule unmentioned', () => {
    const server = serverTarget('payments/search');
    const reportOf = (record: Partial<ResourceRecord>) => {
      const input = reconcileInput({
        resources: [gateway(), server],
        observed: [observedAs(gateway(), 'READY'), observedAs(server, 'READY', { lastSynchronizedAt: 1 })],
        recorded: [appliedRecord(gateway()), appliedRecord(server, record)],
        settings: { resync: 3600 },
      });
      const decision = decide({ ...input, suspension: { since: NOW } }, catalog);
      expect(decision).toMatchObject({ next: 'settled', syncs: [] });
      return decision.resources.find(({ address }) => address === server.address);
    };
    expect(reportOf({})).toMatchObject({ state: 'ready', reasons: [] });
    expect(reportOf({ syncWantedAt: NOW })).toMatchObject({
      state: 'suspended',
      reasons: [expect.stringContaining('since 2026-01-01T00:00:00.000Z. What is due follows')],
    });
  });

  it('decide: makes the change after the resumption as if nothing had been', () => {
    const { upserts } = suspended({ changed: 0, edited: [0] });
    const edited = target('payments/t0', 2);
    const input = reconcileInput({
      resources: [gateway(), edited],
      observed: [observedAs(gateway(), 'READY'), observedAs(target('payments/t0'), 'READY')],
      recorded: [appliedRecord(gateway()), ...upserts],
    });
    expect(decide(input, catalog).operations).toMatchObject([
      { operation: 'update', fingerprint: fingerprintFor(edited) },
    ]);
  });
});

describe('countFleetHeals', () => {
  const addresses = (from: number, to: number): Address[] =>
    Array.from({ length: to - from }, (_, index): Address => `gateway/g${from + index}`);
  const none: FleetHeals = { times: {} };

  it('countFleetHeals: grants what the bound allows to all workspaces together', () => {
    const first = countFleetHeals(none, 'a', addresses(0, 2), 3, NOW);
    expect(first.granted).toBe(true);
    const second = countFleetHeals(first, 'b', addresses(0, 1), 3, NOW + 1);
    expect(second.granted).toBe(true);
    expect(countFleetHeals(second, 'b', addresses(1, 2), 3, NOW + 2)).toMatchObject({
      granted: false,
      trippedBy: 'b',
    });
  });

  it('countFleetHeals: counts a resource once, however often it is planned', () => {
    const first = countFleetHeals(none, 'a', addresses(0, 3), 3, NOW);
    expect(countFleetHeals(first, 'a', addresses(0, 3), 3, NOW + 1000).granted).toBe(true);
  });

  it('countFleetHeals: forgets a healed resource after half an hour', () => {
    const first = countFleetHeals(none, 'a', addresses(0, 3), 3, NOW);
    expect(countFleetHeals(first, 'b', addresses(0, 1), 3, NOW + healWindow - 1).granted).toBe(false);
    expect(countFleetHeals(first, 'b', addresses(0, 1), 3, NOW + healWindow).granted).toBe(true);
  });

  it('countFleetHeals: stays tripped while drift passes still find the resources, and ends afterwards', () => {
    let heals: FleetHeals = none;
    for (let pass = 0; pass < 5; pass += 1) {
      const result = countFleetHeals(heals, 'a', addresses(0, 4), 3, NOW + pass * 900_000);
      expect(result).toMatchObject({ granted: false, trippedBy: 'a' });
      heals = result;
    }
    const later = countFleetHeals(heals, 'a', addresses(0, 1), 3, NOW + 4 * 900_000 + healWindow);
    expect(later).toEqual({ granted: true, times: { 'a gateway/g0': NOW + 4 * 900_000 + healWindow } });
  });

  it('countFleetHeals: keeps no more addresses than the bound needs', () => {
    const { times } = countFleetHeals(none, 'a', addresses(0, 5000), 20, NOW);
    expect(Object.keys(times)).toHaveLength(21);
  });
});

it('decide: asks nobody for the consent to heal while the breaker holds healing back', () => {
  const resources = names.map((name) => consentTarget(name));
  const input = reconcileInput({
    resources: [gateway(), provider(), ...resources],
    observed: [gateway(), provider(), ...resources].map((each) =>
      observedAs(each, 'READY', { config: resolvedConfig(each) }),
    ),
    recorded: [
      appliedRecord(gateway()),
      appliedRecord(provider()),
      ...resources.map((each) =>
        appliedRecord(each, {
          drift: {
            updatedAt: NOW - 3_600_000,
            differences: [{ path: 'description', change: 'added' }],
            cause: 'foreign',
          },
        }),
      ),
    ],
    settings: { selfHeal: true },
  });
  const held = decide({ ...input, healing: { limits } }, catalog);
  expect(held).toMatchObject({ requests: [], operations: [], healing: { breaker: 'workspace' } });
  const allowed = decide({ ...input, healing: { limits, verdict: 'allowed' } }, catalog);
  expect(allowed.requests).toHaveLength(names.length);
});
