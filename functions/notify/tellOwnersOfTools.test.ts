import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryNotifier } from '../../adapters/inMemory/inMemoryNotifier.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { tellOwnersOfTools } from './tellOwnersOfTools.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 86_400_000;
const TARGET = 'gatewayTarget/front/tools';
const contact = { channel: 'email', address: 'owner@example.com' } as const;
const owner = { contacts: [contact] };

function arrange(untold: { digest: string; since: number } | undefined) {
  const ledger = new InMemoryLedger();
  const notifier = new InMemoryNotifier();
  const toolWatch = { synchronizedAt: 1, lists: {}, readFrom: [], obstacles: {}, ...(untold && { untold }) };
  const record: ResourceRecord = {
    address: TARGET,
    state: 'ready',
    reasons: [],
    since: NOW,
    id: 'T1',
    toolWatch,
  };
  ledger.putResource('payments', record);
  // The step reads these members of the resource alone.
  const resources = [{ address: TARGET, owner } as unknown as DesiredResource];
  const tell = async (now = NOW) => {
    const entries = [...(await ledger.readResources('payments')).values()];
    await tellOwnersOfTools({ workspace: 'payments', resources }, entries, now, {
      ledger,
      notifier,
      specBucket: new InMemorySpecBucket(),
    });
  };
  const isUntold = () => ledger.resource('payments', TARGET)?.record.toolWatch?.untold !== undefined;
  return { notifier, tell, isUntold };
}

describe('tellOwnersOfTools', () => {
  it("tellOwnersOfTools: tells the target's owner once", async () => {
    const { notifier, tell, isUntold } = arrange({ digest: 'd', since: NOW });
    await tell();
    await tell();
    expect(notifier.received()).toMatchObject([{ contact, message: { about: { event: 'tools-changed' } } }]);
    expect(isUntold()).toBe(false);
  });

  it('tellOwnersOfTools: tells nobody of what was told, or needs no telling', async () => {
    const { notifier, tell } = arrange(undefined);
    await tell();
    expect(notifier.received()).toEqual([]);
  });

  it('tellOwnersOfTools: tries again until the message has reached a contact, for a day', async () => {
    const { notifier, tell, isUntold } = arrange({ digest: 'd', since: NOW });
    notifier.breakContact(contact, 'status 500');
    await tell();
    expect(isUntold()).toBe(true);
    await tell(NOW + DAY);
    expect(isUntold()).toBe(false);
  });
});
