import { describe, expect, it } from 'vitest';
import { InMemoryControlPlane } from '../../adapters/inMemory/inMemoryControlPlane.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { ServiceError, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import type { Address } from '../../core/address.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { metrics } from '../runtime/observability.ts';
import { sync } from './sync.ts';

const NOW = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const EARLIER = NOW - MINUTE;
const ISSUES = 'gatewayTarget/front/issues';
const LEDGER = 'gatewayTarget/front/ledger';

/** A workspace with one gateway and two targets, which the ledger and the service both hold as ready. */
function openWorkspace() {
  const ledger = new InMemoryLedger();
  const controlPlane = new InMemoryControlPlane(() => NOW);
  const plan = (address: Address): PlannedOperation => {
    const { id = '', parentId = '' } = controlPlane.resource(address) ?? {};
    return { address, operation: 'sync', fingerprint: `of ${address}`, id, parentId, baseline: EARLIER };
  };
  for (const address of ['gateway/front', ISSUES, LEDGER] as const) {
    const { id } = controlPlane.put(address, { members: { lastSynchronizedAt: EARLIER } });
    ledger.putResource('payments', { address, id, state: 'ready', reasons: [], since: EARLIER });
  }
  /** Runs the step with one planned synchronization for each of these targets. */
  const run = async (...addresses: Address[]) => {
    const syncs = addresses.map(plan);
    const state = {
      workspace: 'payments',
      leaseHolder: 'execution',
      iteration: 0,
      revision: 'r1',
      next: 'sync' as const,
      requeueAfterSeconds: 0,
      operations: [],
      syncs,
      requests: [],
      toolReads: [],
    };
    await ledger.claim('gateway/front', 'payments');
    await ledger.takeLease({ workspace: 'payments', holder: 'execution', now: NOW, duration: MINUTE });
    return sync({ state, now: NOW }, { ledger, controlPlane });
  };
  const recordOf = (address: Address) => ledger.resource('payments', address)?.record;
  const synchronized = () => controlPlane.script.calls('synchronize').map(({ input: [id] }) => id);
  return { ledger, controlPlane, plan, run, recordOf, synchronized };
}

describe('sync', () => {
  it('starts one synchronization per call, with the ids of the target and its gateway', async () => {
    const { run, plan, synchronized, controlPlane } = openWorkspace();
    expect(await run(ISSUES, LEDGER)).toEqual({ started: 2 });
    expect(synchronized()).toEqual(
      [plan(ISSUES), plan(LEDGER)].map(({ id, parentId }) => ({ id, parentId })),
    );
    expect(controlPlane.resource(ISSUES)?.status).toBe('SYNCHRONIZING');
  });

  it('stores the operation with the time of the previous synchronization, so that only a newer time proves it', async () => {
    const { run, recordOf } = openWorkspace();
    await run(ISSUES);
    expect(recordOf(ISSUES)?.operation).toEqual({
      operation: 'sync',
      fingerprint: `of ${ISSUES}`,
      startedAt: NOW,
      baseline: EARLIER,
    });
    expect(recordOf(LEDGER)).not.toHaveProperty('operation');
  });

  it('does not start a synchronization again that an earlier attempt of the step started', async () => {
    const { ledger, plan, run, recordOf, synchronized } = openWorkspace();
    // The first attempt is killed after it stored the first synchronization and before it stores the second.
    ledger.script.letPass('writeResource');
    ledger.script.failNext('writeResource', new StepKilled());
    await expect(run(ISSUES, LEDGER)).rejects.toThrow(StepKilled);
    const started = recordOf(ISSUES);
    expect(started?.operation).toMatchObject({ operation: 'sync' });
    await run(ISSUES, LEDGER);
    const ids = ([ISSUES, LEDGER, LEDGER] as const).map((address) =>
      expect.objectContaining({ id: plan(address).id }),
    );
    expect(synchronized()).toEqual(ids);
    expect(recordOf(ISSUES)).toEqual(started);
  });

  it('stores a rejection and defers the target when the service already synchronizes it', async () => {
    const { controlPlane, plan, run, recordOf } = openWorkspace();
    const { id = '', parentId = '' } = plan(ISSUES);
    await controlPlane.synchronize({ id, parentId });
    expect(await run(ISSUES)).toEqual({ started: 0 });
    expect(recordOf(ISSUES)).not.toHaveProperty('operation');
    expect(recordOf(ISSUES)?.retry).toMatchObject({ deferrals: 1 });
  });

  it('starts none on a gateway that another workspace owns by now, and leaves it to the next poll', async () => {
    const { run, ledger, recordOf, synchronized } = openWorkspace();
    await ledger.claim('gateway/front', 'billing');
    expect(await run(ISSUES)).toEqual({ started: 0 });
    expect(synchronized()).toEqual([]);
    expect(recordOf(ISSUES)?.retry?.reasons.join()).toContain('does not own gateway/front');
  });

  it('starts the other targets when one is throttled, and counts only accepted calls', async () => {
    const { controlPlane, run, recordOf } = openWorkspace();
    controlPlane.script.failNext('synchronize', new ServiceError('ThrottlingException'));
    expect(await run(ISSUES, LEDGER)).toEqual({ started: 1 });
    expect(recordOf(ISSUES)?.retry).toMatchObject({ deferrals: 1, fingerprint: `of ${ISSUES}` });
    expect(recordOf(LEDGER)?.operation).toMatchObject({ operation: 'sync' });
  });

  it('starts and records no further synchronization once another execution has taken over the lease', async () => {
    const { run, ledger, controlPlane, synchronized, recordOf } = openWorkspace();
    controlPlane.script.beforeNext('synchronize', async () => {
      const now = NOW + 2 * MINUTE;
      await ledger.takeLease({ workspace: 'payments', holder: 'another', now, duration: MINUTE });
    });
    expect(await run(ISSUES, LEDGER)).toEqual({ started: 1 });
    expect(synchronized()).toHaveLength(1);
    expect(recordOf(LEDGER)).not.toHaveProperty('operation');
    expect(recordOf(LEDGER)).not.toHaveProperty('retry');
  });

  it('throws LedgerConflict when another step wrote the same resource meanwhile, and keeps that write', async () => {
    const { ledger, run, recordOf } = openWorkspace();
    const other = { address: ISSUES, state: 'failed', reasons: ['deleted'], since: NOW } as const;
    ledger.script.beforeNext('writeResource', () => ledger.putResource('payments', other));
    await expect(run(ISSUES)).rejects.toMatchObject({ code: 'LedgerConflict', retryable: true });
    expect(recordOf(ISSUES)).toEqual(other);
  });

  it('sync: starts and records the other targets before it throws the LedgerConflict of one', async () => {
    const { ledger, run, recordOf } = openWorkspace();
    const other = { address: ISSUES, state: 'failed', reasons: ['deleted'], since: NOW } as const;
    ledger.script.beforeNext('writeResource', () => ledger.putResource('payments', other));
    await expect(run(ISSUES, LEDGER)).rejects.toMatchObject({ code: 'LedgerConflict' });
    expect(recordOf(LEDGER)?.operation).toMatchObject({ operation: 'sync' });
  });

  it('starts the synchronization of a target without a record in the ledger', async () => {
    const { ledger, controlPlane, run, recordOf } = openWorkspace();
    const address = 'gatewayTarget/front/new';
    controlPlane.put(address);
    expect(await run(address)).toEqual({ started: 1 });
    expect(recordOf(address)).toMatchObject({ state: 'in-progress', operation: { operation: 'sync' } });
    expect(ledger.resource('payments', address)?.version).toBe(1);
  });

  it('makes no call without planned synchronizations', async () => {
    const { run, controlPlane, ledger } = openWorkspace();
    expect(await run()).toEqual({ started: 0 });
    expect(controlPlane.script.calls()).toEqual([]);
    expect(ledger.script.calls('writeResource')).toEqual([]);
  });

  it('publishes the number of started synchronizations as the metric SyncsStarted', async () => {
    const { controlPlane, run } = openWorkspace();
    controlPlane.script.failNext('synchronize', new ServiceError('ThrottlingException'));
    metrics.clearMetrics();
    await run(ISSUES, LEDGER);
    expect(metrics.serializeMetrics()).toMatchObject({ SyncsStarted: 1 });
    metrics.clearMetrics();
  });

  it('starts no further synchronization once an operator has suspended all changes', async () => {
    const { run, ledger, controlPlane, synchronized } = openWorkspace();
    controlPlane.script.beforeNext('synchronize', () => ledger.suspend(undefined, { since: NOW }));
    expect(await run(ISSUES, LEDGER)).toEqual({ started: 1 });
    expect(synchronized()).toHaveLength(1);
  });
});
