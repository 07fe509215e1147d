import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ServiceError, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import type { Address } from '../../core/address.ts';
import { phases } from '../../core/status.ts';
import { logger } from '../runtime/observability.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import {
  manifestWith,
  manifestWithTargets,
  ReconcileFixture,
  WORKSPACE,
} from '../testing/reconcileFixture.ts';
import { provision } from './provision.ts';

const FRONT = 'gateway/front';
const target = (index: number): Address => `gatewayTarget/front/t${index}`;

let fixture: ReconcileFixture;
beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** What poll plans for so many targets of a gateway that is ready. */
async function planTargets(count: number, settings?: string): Promise<ReconcileState> {
  fixture = new ReconcileFixture(manifestWith({ hasTarget: false }));
  await fixture.reconcile();
  fixture.now += 60_000;
  fixture.upload(manifestWithTargets(count, settings));
  return fixture.poll();
}

const created = () => fixture.controlPlane.script.calls('create').flatMap(({ input: [, input] }) => input);
const lists = () => fixture.controlPlane.script.calls('list').length;

/** The service ends an operation when it has lasted so long; time is looked at while the step sleeps. */
function settleAfter(ms: number): void {
  fixture.whileAsleep = () => {
    for (const address of fixture.controlPlane.addresses()) {
      const { status, updatedAt = 0 } = fixture.controlPlane.resource(address) ?? {};
      if (status && phases[status] === 'moving' && fixture.now - updatedAt >= ms)
        fixture.controlPlane.settle(address);
    }
  };
}

/** The most targets that were under way at a time. */
function watchConcurrency(): { most: number } {
  const seen = { most: 0 };
  const { whileAsleep } = fixture;
  fixture.whileAsleep = () => {
    const moving = fixture.controlPlane.addresses().filter((address) => {
      const { status } = fixture.controlPlane.resource(address) ?? {};
      return status && phases[status] === 'moving';
    });
    seen.most = Math.max(seen.most, moving.length);
    whileAsleep();
  };
  return seen;
}

describe('provision: the hold', () => {
  it('provision: begins queued targets as slots come free, five at a time, and has poll come at once', async () => {
    const state = await planTargets(12);
    settleAfter(3000);
    const concurrency = watchConcurrency();
    const before = fixture.now;
    const result = await fixture.hold(state);
    expect(result).toMatchObject({ requeueAfterSeconds: 0 });
    expect(result).not.toHaveProperty('queued');
    expect(result.provisioned.map(({ address }) => address)).toEqual(
      Array.from({ length: 12 }, (_, index) => target(index)),
    );
    expect(concurrency.most).toBe(5);
    // Three rounds of 3 s, each found within 0.4 s; the account's rate allows five writes a second.
    expect(fixture.now - before).toBeLessThan(11_500);
  });

  it('provision: reads back what it wrote, so that poll has no Get left to make', async () => {
    const state = await planTargets(7);
    await fixture.hold(state);
    expect(fixture.record(target(6))).toMatchObject({ lastGood: state.queued?.[1]?.configuration });
    expect(fixture.record(target(6))?.operation).toHaveProperty('verifiedAt');
    const gets = fixture.controlPlane.script.calls('get').length;
    fixture.now += 1000;
    expect(await fixture.poll({ iteration: 1 })).toMatchObject({ next: 'settled' });
    expect(fixture.controlPlane.script.calls('get')).toHaveLength(gets);
    expect(fixture.record(target(6))?.state).toBe('ready');
    expect(fixture.record(target(6))).not.toHaveProperty('operation');
  });

  it('provision: leaves it to poll to judge a target that differs from what was written', async () => {
    const state = await planTargets(1);
    fixture.whileAsleep = () => {
      const targetConfiguration = { mcp: { mcpServer: { endpoint: 'https://mcp.example.com/another' } } };
      fixture.settle();
      fixture.controlPlane.put(target(0), { config: { name: 't0', targetConfiguration } });
    };
    await fixture.hold(state);
    expect(fixture.record(target(0))?.operation).not.toHaveProperty('verifiedAt');
    fixture.now += 1000;
    await fixture.poll({ iteration: 1 });
    expect(fixture.record(target(0))).not.toHaveProperty('operation');
  });

  it('provision: waits for a gateway, and has poll plan its targets at once', async () => {
    fixture = new ReconcileFixture(manifestWithTargets(2));
    settleAfter(700);
    const before = fixture.now;
    const result = await fixture.hold(await fixture.poll());
    expect(result).toMatchObject({ provisioned: [{ address: FRONT }], requeueAfterSeconds: 0 });
    expect(fixture.now - before).toBe(800);
    expect(created()).toHaveLength(1);
  });

  it('provision: waits for updates and synchronizations that began before, too', async () => {
    fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
    fixture.now += 60_000;
    fixture.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    await fixture.provision(await fixture.poll());
    settleAfter(2000);
    const state = await fixture.poll({ iteration: 1 });
    expect(state).toMatchObject({ next: 'provision', operations: [] });
    const before = fixture.now;
    expect(await fixture.hold(state)).toMatchObject({ provisioned: [], requeueAfterSeconds: 0 });
    expect(fixture.now - before).toBe(2000);
  });

  it('provision: looks every 0.4 s first, and after a twentieth of the age of the youngest operation later', async () => {
    const state = await planTargets(1);
    const times: number[] = [];
    const begin = fixture.now;
    fixture.whileAsleep = () => times.push(fixture.now - begin);
    await fixture.hold(state);
    expect(times.slice(0, 10)).toEqual([400, 800, 1200, 1600, 2000, 2400, 2800, 3200, 3600, 4000]);
    expect(times.slice(19, 22)).toEqual([8000, 8400, 8820]);
    expect(times.at(-1)).toBeLessThanOrEqual(60_000);
    expect(times.at(-1)).toBeGreaterThan(57_000);
  });

  it('provision: ends the hold after 60 s, and tells when the next look is due', async () => {
    const state = await planTargets(1);
    fixture.whileAsleep = () => {};
    expect(await fixture.hold(state)).toMatchObject({ requeueAfterSeconds: 2 });
  });

  it('provision: does not hold on for what would be looked at every ten seconds', async () => {
    const state = await planTargets(1);
    await fixture.provision(state);
    fixture.now += 200_000;
    const before = fixture.now;
    const result = await fixture.hold({ ...state, holdSeconds: 60, requeueAfterSeconds: 7 });
    expect(result.requeueAfterSeconds).toBe(10);
    expect(fixture.now).toBe(before);
  });

  it('provision: ends the hold when an operation fails, and begins what has a slot before', async () => {
    const state = await planTargets(7);
    fixture.whileAsleep = () => fixture.controlPlane.settle(target(0), 'FAILED');
    const { provisioned, requeueAfterSeconds } = await fixture.hold(state);
    expect(requeueAfterSeconds).toBe(1);
    expect(provisioned.map(({ address }) => address)).toContain(target(4));
    expect(fixture.record(target(0))).toHaveProperty('operation');
  });

  it('provision: ends the hold when a target awaits a person', async () => {
    const state = await planTargets(1);
    fixture.whileAsleep = () => fixture.controlPlane.settle(target(0), 'CREATE_PENDING_AUTH');
    expect(await fixture.hold(state)).toMatchObject({ requeueAfterSeconds: 1 });
  });

  it('provision: ends the hold when the service rejects a queued call', async () => {
    const state = await planTargets(7);
    settleAfter(1000);
    fixture.controlPlane.script.letPass('create', 5);
    fixture.controlPlane.script.failNext('create', new ServiceError('ValidationException', 'No such tool.'));
    const { provisioned, requeueAfterSeconds } = await fixture.hold(state);
    expect(provisioned.find(({ answer }) => answer !== 'accepted')).toMatchObject({
      answer: 'ValidationException: No such tool.',
    });
    expect(requeueAfterSeconds).toBe(1);
  });

  it('provision: ends the hold at once when another execution has marked the workspace', async () => {
    const state = await planTargets(12);
    fixture.whileAsleep = () =>
      void fixture.ledger.takeLease({
        workspace: WORKSPACE,
        holder: 'upload',
        now: fixture.now,
        duration: 1,
      });
    const before = fixture.now;
    const result = await fixture.hold(state);
    expect(result.requeueAfterSeconds).toBe(0);
    expect(result.provisioned).toHaveLength(5);
    expect(fixture.now - before).toBe(400);
  });

  it('provision: makes no further call when an operator suspends all changes in the hold', async () => {
    const state = await planTargets(12);
    fixture.whileAsleep = () => {
      fixture.settle();
      void fixture.ledger.suspend(undefined, { since: fixture.now });
    };
    expect(await fixture.hold(state)).toMatchObject({ requeueAfterSeconds: 1 });
    expect(created()).toHaveLength(6);
  });

  it('provision: begins no queued target whose slots another client takes', async () => {
    const state = await planTargets(6);
    fixture.whileAsleep = () => {
      for (let index = 0; index < 5; index += 1)
        fixture.controlPlane.put(`gatewayTarget/front/foreign${index}`, { status: 'UPDATING' });
      settleAfter(0);
    };
    const { provisioned, requeueAfterSeconds } = await fixture.hold(state);
    expect(provisioned).toHaveLength(6);
    expect(requeueAfterSeconds).toBe(0);
  });

  it('provision: begins a queued target within 0.2 s once the account has a write left again', async () => {
    const state = await planTargets(10);
    settleAfter(700);
    const { whileAsleep } = fixture;
    let freeAt = 0;
    fixture.whileAsleep = () => {
      // Other workspaces use all writes for a while.
      if (freeAt === 0 || fixture.now < freeAt) void fixture.ledger.reserveWrites(5, fixture.now);
      freeAt ||= fixture.now + 4000;
      whileAsleep();
    };
    const times: number[] = [];
    const create = fixture.controlPlane.create.bind(fixture.controlPlane);
    fixture.controlPlane.create = (...call) => {
      times.push(fixture.now);
      return create(...call);
    };
    await fixture.hold(state);
    expect(times).toHaveLength(10);
    // A reservation counts for 1.05 s.
    expect(times[5]).toBeGreaterThanOrEqual(freeAt);
    expect(times[5]).toBeLessThan(freeAt + 1050 + 200);
  });

  it('provision: does not look while the account has no reads left', async () => {
    const state = await planTargets(1);
    let sleeps = 0;
    fixture.whileAsleep = () => {
      sleeps += 1;
      if (sleeps <= 3) void fixture.ledger.reserveReads('list gatewayTarget', 8, fixture.now);
      else fixture.settle();
    };
    const before = lists();
    await fixture.hold(state);
    // The reads of the first pause are there again with the fourth one.
    expect(lists() - before).toBe(1);
    expect(sleeps).toBeGreaterThanOrEqual(4);
  });

  it('provision: goes on after a look that the service refuses', async () => {
    const state = await planTargets(1);
    fixture.controlPlane.script.failNext('list', new ServiceError('ThrottlingException', 'Rate exceeded'));
    expect(await fixture.hold(state)).toMatchObject({ requeueAfterSeconds: 0 });
  });

  it('provision: leaves the time to the state machine while five other steps hold on', async () => {
    const state = await planTargets(7);
    for (const holder of ['a', 'b', 'c', 'd', 'e'])
      await fixture.ledger.beginHold(holder, fixture.now + 60_000, fixture.now);
    const before = fixture.now;
    const result = await fixture.hold(state);
    expect(result.provisioned).toHaveLength(5);
    expect(result.requeueAfterSeconds).toBe(5);
    expect(fixture.now).toBe(before);
  });

  it('provision: frees its place among the holds at the end', async () => {
    const state = await planTargets(1);
    await fixture.hold(state);
    for (const holder of ['a', 'b', 'c', 'd', 'e'])
      expect(await fixture.ledger.beginHold(holder, fixture.now + 60_000, fixture.now)).toBe(true);
  });

  it('provision: marks a queued target right before its creation, and not in poll', async () => {
    const state = await planTargets(6);
    expect(fixture.record(target(5))).not.toHaveProperty('creating');
    fixture.controlPlane.script.letPass('create', 5);
    let marked: boolean | undefined;
    fixture.controlPlane.script.beforeNext('create', () => {
      marked = fixture.record(target(5))?.creating;
    });
    await fixture.hold(state);
    expect(marked).toBe(true);
  });
});

describe('provision: a step that is killed in its hold', () => {
  /** Runs provision until its call number `kill` of a port, which is carried out or not. @returns whether it was killed */
  async function killedAt(state: ReconcileState, kill: number, isCarriedOut: boolean): Promise<boolean> {
    let calls = 0;
    const killing = <Port extends object>(port: Port): Port =>
      new Proxy(port, {
        get: (real, name) => {
          const member: unknown = Reflect.get(real, name, real);
          if (typeof member !== 'function') return member;
          return async (...input: unknown[]) => {
            calls += 1;
            if (calls === kill && !isCarriedOut) throw new StepKilled();
            const result: unknown = await Reflect.apply(member, real, input);
            if (calls >= kill) throw new StepKilled();
            return result;
          };
        },
      });
    const { ledger, controlPlane, clock, sleep, specBucket, secrets, catalog, authorizationUrl } = fixture;
    const ports = { ledger: killing(ledger), controlPlane: killing(controlPlane) };
    const others = { clock, sleep, specBucket, secrets, catalog, authorizationUrl };
    return provision({ state, now: fixture.now }, { ...others, ...ports }).then(
      () => false,
      () => true,
    );
  }

  it.each([false, true])(
    'provision: repeats nothing, wherever it is killed; the last call is carried out: %s',
    async (isCarriedOut) => {
      for (let kill = 1; ; kill += 1) {
        const state = await planTargets(7);
        settleAfter(1000);
        const wasKilled = await killedAt(state, kill, isCarriedOut);
        // The state machine retries the step with the same state.
        fixture.now += 2000;
        await fixture.hold(state);
        fixture.now += 1000;
        fixture.whileAsleep = () => fixture.settle();
        const end = await fixture.reconcile();
        expect(end, `killed at call ${kill}`).toMatchObject({ next: 'settled' });
        // A create whose answer was lost is repeated with its client token, and no other one.
        const tokens = new Set(
          fixture.controlPlane.script
            .calls('create')
            .map(({ input: [, , options] }) => JSON.stringify(options)),
        );
        expect(tokens.size, `killed at call ${kill}`).toBe(8);
        const targets = fixture.controlPlane.addresses().filter((address) => address !== FRONT);
        expect(targets.toSorted(), `killed at call ${kill}`).toEqual(
          Array.from({ length: 7 }, (_, index) => target(index)),
        );
        for (let index = 0; index < 7; index += 1) {
          const record = fixture.record(target(index));
          expect(record, `killed at call ${kill}`).toMatchObject({ state: 'ready', generation: 1 });
          expect(record?.id).toBe(fixture.controlPlane.resource(target(index))?.id);
        }
        if (!wasKilled) return;
      }
    },
  );
});
