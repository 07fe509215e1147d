import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Address } from '../core/address.ts';
import { outcomeKey } from '../core/storage/keys.ts';
import { outcomeDocument } from '../core/storage/outcomeDocument.ts';
import { logger } from './runtime/observability.ts';
import { scanFleet } from './schedule/scanFleet.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from './testing/reconcileFixture.ts';

const FRONT: Address = 'gateway/front';
const ISSUES: Address = 'gatewayTarget/front/issues';
const WRITES = ['create', 'update', 'delete', 'changeTags', 'synchronize'] as const;

beforeEach(() => {
  for (const level of ['info', 'warn', 'error'] as const)
    vi.spyOn(logger, level).mockImplementation(() => {});
});

/** A workspace, and what an operator does after the ledger was lost or restored: nothing but wait for the next scan. */
class Drill extends ReconcileFixture {
  override readonly random = () => 0.5;

  async pass(): Promise<void> {
    const state = await this.reconcile();
    await this.publishOutcome(state);
    await this.ledger.releaseLease(WORKSPACE, 'execution');
    this.now += 700_000;
  }

  /** The next scan, and the pass that it starts, if it starts one. @returns what was written to the control plane */
  async recover(): Promise<{
    passes: number;
    writes: string[];
    outcome: string;
    ids: (string | undefined)[];
  }> {
    const before = this.controlPlane.script.calls().length;
    let passes = 0;
    for (let scan = 0; scan < 3; scan += 1) {
      const event = { reason: 'drift' as const, looked: 0, started: 0, measurements: [], now: this.now };
      if ((await scanFleet(event, this)).started === 0) break;
      passes += 1;
      await this.pass();
    }
    const calls = this.controlPlane.script.calls().slice(before);
    const writes = calls.filter(({ method }) => WRITES.some((write) => write === method));
    return {
      passes,
      writes: writes.map(({ method, input }) => `${method} ${input[0]}`),
      outcome: await this.outcome(),
      ids: this.ids(),
    };
  }

  async outcome(): Promise<string> {
    return outcomeDocument.parse(outcomeKey(WORKSPACE), this.specBucket.document(outcomeKey(WORKSPACE)))
      .outcome;
  }

  ids(): (string | undefined)[] {
    return [FRONT, ISSUES].map((address) => this.controlPlane.resource(address)?.id);
  }
}

async function ready(hasTarget = true): Promise<Drill> {
  const drill = new Drill(manifestWith({ hasTarget }));
  await drill.pass();
  await drill.pass();
  return drill;
}

describe('a ledger that was lost or restored', () => {
  it('lost: the next scan has every workspace reconciled, which finds its resources again and writes nothing', async () => {
    const drill = await ready();
    const ids = drill.ids();
    drill.ledger.clear();
    expect(await drill.recover()).toEqual({ passes: 1, writes: [], outcome: 'ready', ids });
    expect(drill.record(ISSUES)).toMatchObject({ state: 'ready', id: ids[1] });
  });

  it('restored from before a target was made: the target is found again, and no second one is made', async () => {
    const drill = await ready(false);
    const backup = drill.ledger.backup();
    drill.upload(manifestWith());
    await drill.pass();
    const ids = drill.ids();
    drill.ledger.restore(backup);
    expect(await drill.recover()).toMatchObject({ writes: [], outcome: 'ready', ids });
  });

  it('restored from before an update: the configuration of the manifest is written once more, and nothing else', async () => {
    const drill = await ready();
    const backup = drill.ledger.backup();
    drill.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    await drill.pass();
    const ids = drill.ids();
    drill.ledger.restore(backup);
    const writes = ['update gatewayTarget'];
    expect(await drill.recover()).toMatchObject({ writes, outcome: 'ready', ids });
    expect(JSON.stringify(drill.controlPlane.resource(ISSUES)?.config)).toContain('/v2');
  });

  it('restored from before a target left the manifest: what is gone stays gone', async () => {
    const drill = await ready();
    const backup = drill.ledger.backup();
    drill.upload(manifestWith({ hasTarget: false }));
    await drill.pass();
    expect(drill.ids()[1]).toBeUndefined();
    drill.ledger.restore(backup);
    expect(await drill.recover()).toMatchObject({ writes: [], outcome: 'ready' });
    expect(drill.ids()[1]).toBeUndefined();
  });

  it('restored from before a target was made again: it is recognized under its new id', async () => {
    const drill = await ready();
    const backup = drill.ledger.backup();
    drill.controlPlane.remove(ISSUES);
    await drill.pass();
    const ids = drill.ids();
    drill.ledger.restore(backup);
    expect(await drill.recover()).toMatchObject({ writes: [], outcome: 'ready', ids });
    expect(drill.record(ISSUES)).toMatchObject({ state: 'ready', id: ids[1] });
  });

  it('restored from the middle of a pass: the lease of then ends, and the next scan starts a pass', async () => {
    const drill = await ready();
    await drill.poll();
    const backup = drill.ledger.backup();
    await drill.ledger.releaseLease(WORKSPACE, 'execution');
    const ids = drill.ids();
    drill.ledger.restore(backup);
    // While the lease seems to be held, nothing is started.
    expect(await drill.recover()).toMatchObject({ passes: 0 });
    drill.now += 300_001;
    expect(await drill.recover()).toMatchObject({ passes: 1, writes: [], outcome: 'ready', ids });
  });

  it('restored from before an operator resumed changes: they are suspended again, and the outcome says so', async () => {
    const drill = await ready();
    await drill.ledger.suspend(undefined, { since: drill.now, reason: 'incident' });
    const backup = drill.ledger.backup();
    await drill.ledger.resume(undefined);
    drill.ledger.restore(backup);
    drill.upload(manifestWith({ endpoint: 'https://mcp.example.com/v2' }));
    expect(await drill.recover()).toMatchObject({ writes: [], outcome: 'suspended' });
  });
});
