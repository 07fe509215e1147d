import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryNotifier } from '../../adapters/inMemory/inMemoryNotifier.ts';
import { StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { reportStrayUpload } from './reportStrayUpload.ts';

const NOW = Date.UTC(2026, 0, 1);
const DAY = 24 * 60 * 60_000;

function open() {
  const ports = { ledger: new InMemoryLedger(), notifier: new InMemoryNotifier() };
  const report = (key: string, execution = key, now = NOW) =>
    reportStrayUpload({ key, execution, now }, ports);
  return { ...ports, report, texts: () => ports.notifier.received().map(({ message }) => message.text) };
}

describe('reportStrayUpload', () => {
  it('tells the subscribers without a filter what is wrong with the name, and what to do', async () => {
    const { report, notifier } = open();
    expect(await report('workspaces/a b/manifest.yaml')).toEqual({ sent: 1, failed: [] });
    expect(notifier.received()).toMatchObject([
      { contact: undefined, message: { subject: 'Gateloop: workspaces/a b is in no workspace' } },
    ]);
    expect(notifier.received()[0]?.message.text).toMatch(
      /"a b" is not a valid name.*Upload the folder under/s,
    );
  });

  it('reports a folder once a day, whichever files are in it', async () => {
    const { report, texts } = open();
    await report('workspaces/a b/manifest.yaml');
    const again = await report('workspaces/a b/schemas/c.json', 'second', NOW + DAY - 1);
    expect(again).toEqual({ sent: 0, failed: [] });
    await report('workspaces/other!/manifest.yaml');
    expect(texts()).toHaveLength(2);
    await report('workspaces/a b/manifest.yaml', 'third', NOW + DAY + 1);
    expect(texts()).toHaveLength(3);
  });

  it('reports in a retry of the step, because the failed try may have sent nothing', async () => {
    const { report, notifier, texts } = open();
    notifier.script.failNext('notify', new StepKilled());
    await expect(report('workspaces/README.md', 'first')).rejects.toThrow(StepKilled);
    await report('workspaces/README.md', 'first');
    expect(texts()).toHaveLength(1);
  });

  it('returns the contacts that the message did not reach', async () => {
    const { report, notifier } = open();
    notifier.breakContact(undefined, 'status 500');
    expect(await report('workspaces/README.md')).toEqual({ sent: 1, failed: ['nobody: status 500'] });
  });

  it('reports no file of a workspace', async () => {
    expect(await open().report('workspaces/payments/manifest.yaml')).toEqual({ sent: 0, failed: [] });
  });
});
