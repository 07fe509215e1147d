import { describe, expect, it } from 'vitest';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { readFleet } from '../../core/fleet/readFleet.ts';
import { writeOutcome } from '../../core/storage/outcomeDocument.ts';
import { screenOn } from '../display/screen.ts';
import { openFile } from '../display/testing/terminal.ts';
import { readWaiting } from '../waiting/waiting.ts';
import { fleetText } from './fleetText.ts';
import type { Fleet } from './openFleet.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');

/** What a team sees that may read its outcome, and not the ledger. */
async function uploadersView(): Promise<Fleet> {
  const bucket = new InMemorySpecBucket();
  bucket.upload('payments', 'manifest.yaml', '');
  await writeOutcome(
    {
      workspace: 'payments',
      outcome: 'ready',
      revision: 'abc',
      problems: [],
      resources: [],
      time: '2026-05-01T11:50:00.000Z',
      since: '2026-05-01T11:00:00.000Z',
      owner: 'team',
      applied: {},
    },
    bucket,
  );
  return {
    bucketName: 'specs',
    ledgerDenied: 'AccessDeniedException',
    bucket,
    uploads: {
      listVersions: async () => [],
      readMetadata: async () => ({}),
      listOutcomes: async () => [],
      readOutcome: async () => undefined,
    },
    executions: { list: async () => [], describe: async () => undefined, history: async () => [] },
    now: () => NOW,
  };
}

describe('a fleet whose ledger may not be read', () => {
  it('fleetText: shows the last outcomes, and says so', async () => {
    const screen = screenOn(openFile().stream, {});
    const view = await readFleet(await uploadersView());
    const text = fleetText(view, { screen, now: NOW, isWide: false });
    expect(text).toMatch(/^payments +✓ ready +1 h/m);
    expect(text).toContain('The ledger may not be read: this is what the last outcomes say.');
  });

  it('readWaiting: says what is missing, since only the ledger has the requests', async () => {
    await expect(readWaiting(undefined, await uploadersView())).rejects.toMatchObject({
      code: 'NotFollowed',
      message: expect.stringContaining('AccessDeniedException'),
    });
  });
});
