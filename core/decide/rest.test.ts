import { describe, expect, it } from 'vitest';
import type { DesiredResource } from '../desired/desired.ts';
import { type Decision, decide } from './decide.ts';
import type { Latencies } from './latency.ts';
import type { Memory } from './memory.ts';
import type { Observed } from './observed.ts';
import { catalogue } from './testing/catalogue.ts';
import { ModelControlPlane } from './testing/modelControlPlane.ts';
import { ModelLoop } from './testing/modelLoop.ts';
import { seededRandom } from './testing/random.ts';
import {
  appliedMemory,
  desiredOf,
  fingerprintFor,
  gateway,
  NOW,
  observedAs,
  target,
  worldOf,
} from './testing/worlds.ts';

const ledger = target('payments/ledger');

interface Given {
  readonly resources?: readonly DesiredResource[];
  readonly observed?: readonly Observed[];
  readonly memory?: readonly Memory[];
  readonly latencies?: Latencies;
}

function decisionOn({ resources = [], observed = [], memory = [], latencies = {} }: Given): Decision {
  const world = worldOf({
    resources: [gateway(), ...resources],
    observed: [observedAs(gateway(), 'READY'), ...observed],
    memory: [appliedMemory(gateway()), ...memory],
  });
  return decide({ ...world, latencies }, catalogue);
}

function creating(resource: DesiredResource, startedAt: number): Memory {
  const fingerprint = fingerprintFor(resource);
  const { applied: _, lastGood: __, ...unapplied } = appliedMemory(resource);
  return { ...unapplied, state: 'in-progress', operation: { operation: 'create', fingerprint, startedAt } };
}

describe('a look', () => {
  it('is remembered while something moves or begins to, so that the next one knows what came between', () => {
    expect(decisionOn({ resources: [ledger] }).latencies).toEqual({ lookedAt: NOW });
    const moving = { resources: [ledger], observed: [observedAs(ledger, 'CREATING')] };
    expect(decisionOn(moving).latencies).toEqual({ lookedAt: NOW });
  });

  it('is not worth a write where nothing moves', () => {
    const latencies: Latencies = { lookedAt: NOW - 5000 };
    expect(decisionOn({ latencies }).latencies).toBe(latencies);
  });

  it('learns the time of each operation that has ended, by its sort', () => {
    const { latencies } = decisionOn({
      resources: [ledger],
      observed: [observedAs(ledger, 'READY')],
      memory: [creating(ledger, NOW - 8000)],
      latencies: { lookedAt: NOW - 3000 },
    });
    expect(latencies.seen).toEqual({ 'gatewayTarget/create': [[5000, 8000]] });
  });
});

describe('what is waited for', () => {
  const spans = Array.from({ length: 32 }, () => [900, 1000] as const);
  const quick: Latencies = {
    seen: {
      'gatewayTarget/delete': spans,
      'gatewayTarget/sync': spans,
      'gatewayTarget/update': spans,
    },
  };

  it.each(['DELETING', 'SYNCHRONIZING', 'UPDATING'] as const)('is known by its status: %s', (status) => {
    const given = { resources: [ledger], observed: [observedAs(ledger, status)], latencies: quick };
    expect(decisionOn(given).waitSeconds).toBe(1);
    const creation = { ...given, observed: [observedAs(ledger, 'CREATING')] };
    expect(decisionOn(creation).waitSeconds).toBeGreaterThan(5);
  });

  it('is known by the operation that was begun, whatever the status', () => {
    const sync = { operation: 'sync' as const, fingerprint: fingerprintFor(ledger), startedAt: NOW };
    const { waitSeconds } = decisionOn({
      resources: [ledger],
      observed: [observedAs(ledger, 'CREATING')],
      memory: [appliedMemory(ledger, { operation: sync })],
      latencies: quick,
    });
    expect(waitSeconds).toBe(1);
  });

  it('is looked for sooner where many targets wait for their gateway', () => {
    const resources = Array.from({ length: 5 }, (_, index) => target(`payments/t${index}`));
    const waitFor = (targets: readonly DesiredResource[]) =>
      decide(
        worldOf({ resources: [gateway(), ...targets], observed: [observedAs(gateway(), 'CREATING')] }),
        catalogue,
      ).waitSeconds;
    expect(waitFor(resources)).toBeLessThan(waitFor(resources.slice(0, 1)));
  });

  it('is looked for sooner where a target waits for a slot than where none does', () => {
    const moving = Array.from({ length: 5 }, (_, index) => target(`payments/t${index}`));
    const observed = moving.map((each) => observedAs(each, 'CREATING'));
    const memory = moving.map((each) => creating(each, NOW));
    const idle = decisionOn({ resources: moving, observed, memory });
    const queued = decisionOn({ resources: [...moving, ledger], observed, memory });
    expect(queued.operations).toEqual([]);
    expect(queued.waitSeconds).toBeLessThan(idle.waitSeconds);
  });

  it('is the end of the backoff where that comes first', () => {
    const attempts = {
      fingerprint: fingerprintFor(ledger),
      count: 1,
      firstAt: NOW,
      nextAt: NOW + 1500,
      deferrals: 1,
      reasons: [],
    };
    const { waitSeconds, next } = decisionOn({
      resources: [ledger, target('payments/refunds')],
      observed: [observedAs(target('payments/refunds'), 'CREATING')],
      memory: [{ ...appliedMemory(target('payments/ledger', 2)), attempts, state: 'in-progress' }],
    });
    expect({ waitSeconds, next }).toEqual({ waitSeconds: 2, next: 'wait' });
  });

  it('is not a backoff behind a gateway that is not ready', () => {
    const attempts = {
      fingerprint: fingerprintFor(ledger),
      count: 1,
      firstAt: NOW,
      nextAt: NOW + 1500,
      deferrals: 0,
      reasons: [],
    };
    const world = worldOf({
      resources: [gateway('payments', { description: 'new' }), ledger],
      observed: [observedAs(gateway(), 'READY', { config: { authorizerType: 'CUSTOM_JWT' } })],
      memory: [appliedMemory(gateway()), { ...creating(ledger, 0), attempts }],
    });
    expect(decide(world, catalogue).next).toBe('settled');
  });
});

it('keeps a hundred targets within 1.25 times the bound, and 3.1 transitions and 0.8 Lists each', () => {
  const latencies: number[] = [];
  const random = seededRandom(7);
  const service = new ModelControlPlane({
    random,
    now: NOW,
    latency: () => {
      latencies.push(4000 + random() * 8000);
      return latencies.at(-1) ?? 0;
    },
  });
  service.place({ ...observedAs(gateway(), 'READY'), config: gateway().config });
  const targets = Array.from({ length: 100 }, (_, index) => target(`payments/t${index}`));
  const loop = new ModelLoop(desiredOf([gateway(), ...targets]), service);
  const { turns, acts } = loop.pass();
  const bound = latencies.reduce((sum, time) => sum + time, 0) / 5;
  expect((service.now - NOW) / bound).toBeLessThan(1.25);
  expect((acts * 4 + (turns - acts) * 3 + 6) / 100).toBeLessThan(3.1);
  expect(service.lists / 100).toBeLessThan(0.8);
});
