import { describe, expect, it } from 'vitest';
import { readsPerSecond } from '../core/reconcile/callRate.ts';
import { pacedControlPlane } from './pacedControlPlane.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from './testing/reconcileFixture.ts';

const LIST_TARGETS = 'list gatewayTarget';

/** @returns the ids of gateways that exist */
function gatewaysOf({ controlPlane }: ReconcileFixture, names: readonly string[]): string[] {
  return names.map((name) => controlPlane.put(`gateway/${name}`).id);
}

/** Has other workspaces reserve all reads of this second. */
function useUpReads(fixture: ReconcileFixture): Promise<number> {
  return fixture.ledger.reserveReads(LIST_TARGETS, readsPerSecond[LIST_TARGETS], fixture.now);
}

describe('pacedControlPlane', () => {
  it('pacedControlPlane: reserves the reads of one moment with one write to the ledger', async () => {
    const fixture = new ReconcileFixture();
    const paced = pacedControlPlane(fixture.controlPlane, fixture);
    await Promise.all(
      gatewaysOf(fixture, ['a', 'b', 'c']).map((gateway) => paced.list('gatewayTarget', gateway)),
    );
    await paced.list('gateway');
    expect(fixture.ledger.script.calls('reserveReads').map(({ input }) => input.slice(0, 2))).toEqual([
      [LIST_TARGETS, 3],
      ['list gateway', 1],
    ]);
  });

  it('pacedControlPlane: makes as many reads as are granted, and no other', async () => {
    const fixture = new ReconcileFixture();
    await fixture.ledger.reserveReads(LIST_TARGETS, readsPerSecond[LIST_TARGETS] - 2, fixture.now);
    const paced = pacedControlPlane(fixture.controlPlane, fixture);
    const results = await Promise.allSettled(
      gatewaysOf(fixture, ['a', 'b', 'c', 'd']).map((gateway) => paced.list('gatewayTarget', gateway)),
    );
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(results[2]).toMatchObject({ reason: { code: 'ThrottlingException', retryable: true } });
    expect(fixture.controlPlane.script.calls('list')).toHaveLength(2);
  });

  it('poll: waits for a read that the account has no room for, and fails nothing', async () => {
    const fixture = new ReconcileFixture(manifestWith());
    await fixture.reconcile();
    fixture.now += 60_000;
    await useUpReads(fixture);
    const lists = fixture.controlPlane.script.calls('list').length;
    const refused = await fixture.poll();
    expect(refused).toMatchObject({ next: 'wait', operations: [] });
    expect(refused.requeueAfterSeconds).toBeGreaterThanOrEqual(2);
    expect(refused.requeueAfterSeconds).toBeLessThanOrEqual(4);
    expect(fixture.controlPlane.script.calls('list')).toHaveLength(lists);
    expect(fixture.ledger.resource(WORKSPACE, 'gatewayTarget/front/issues')?.record.state).toBe('ready');
    fixture.now += refused.requeueAfterSeconds * 1000;
    const { unread = [] } = refused;
    expect(await fixture.poll({ iteration: 1, unread })).toMatchObject({ next: 'settled' });
    expect(fixture.controlPlane.script.calls('list').length).toBeGreaterThan(lists);
  });

  it('poll: workspaces whose reads were refused together read again at different seconds', async () => {
    const delays = await Promise.all(
      [0, 0.4, 0.99].map(async (random) => {
        const fixture = new ReconcileFixture(manifestWith());
        await fixture.reconcile();
        fixture.now += 60_000;
        await useUpReads(fixture);
        Object.assign(fixture, { random: () => random });
        return (await fixture.poll()).requeueAfterSeconds;
      }),
    );
    expect(delays).toEqual([2, 3, 4]);
  });
});
