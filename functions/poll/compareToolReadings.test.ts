import { describe, expect, it } from 'vitest';
import type { ListedTool } from '../../core/ports/toolLists.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { readToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { manifestWith, ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';

const ENDPOINT = 'https://mcp.example.com/v1';
const ISSUES = 'gatewayTarget/front/issues';
const HOUR = 3_600_000;

const tool = (name: string): ListedTool => ({
  name,
  description: `Does ${name}.`,
  inputSchema: { type: 'object' },
});

/** A workspace whose target was synchronized and read once, with the tools `a` and `b`. */
async function arrange(settings = '{ approve: breaking, resync: rate(1 hour) }') {
  const fixture = new ReconcileFixture(manifestWith({ settings }));
  fixture.toolLists.put(ENDPOINT, { tools: [tool('a'), tool('b')] });
  await fixture.reconcile();
  await synchronize(fixture);
  return fixture;
}

/** The gateway synchronizes the target, and poll reads the list that came out. */
async function synchronize(fixture: ReconcileFixture, meanwhile = () => {}) {
  const { updatedAt = 0 } = fixture.controlPlane.resource(ISSUES) ?? {};
  fixture.controlPlane.put(ISSUES, { updatedAt, members: { lastSynchronizedAt: fixture.now } });
  const state = await fixture.poll();
  expect(state.next).toBe('watch');
  meanwhile();
  return fixture.pollWatched(state);
}

const watchOf = (fixture: ReconcileFixture): ResourceRecord['toolWatch'] => fixture.record(ISSUES)?.toolWatch;

describe('compareToolReadings', () => {
  it('compareToolReadings: asks about a list that takes tools away, and keeps the comparison for the request', async () => {
    const fixture = await arrange();
    fixture.toolLists.put(ENDPOINT, { tools: [tool('a')] });
    fixture.now += 2 * HOUR;
    const state = await fixture.pollWatched(await fixture.poll());
    expect(state).toMatchObject({ next: 'ask', requests: [{ address: ISSUES, aboutList: true }], syncs: [] });
    const { fingerprint = '' } = state.requests[0] ?? {};
    expect(fingerprint).toBe(watchOf(fixture)?.upcoming?.digest);
    expect(await readToolChanges(WORKSPACE, ISSUES, fingerprint, fixture.specBucket)).toMatchObject({
      changes: [{ kind: 'toolRemoved', tool: 'b' }],
    });
  });

  it('compareToolReadings: synchronizes after a harmless change, and after one that cannot be read', async () => {
    const fixture = await arrange();
    fixture.toolLists.put(ENDPOINT, { tools: [tool('a'), tool('b'), tool('c')] });
    fixture.now += 2 * HOUR;
    expect(await fixture.pollWatched(await fixture.poll())).toMatchObject({ next: 'sync', requests: [] });
    const other = await arrange();
    other.toolLists.fail(ENDPOINT, 'unreachable');
    other.now += 2 * HOUR;
    expect(await other.pollWatched(await other.poll())).toMatchObject({ next: 'sync', requests: [] });
  });

  it('compareToolReadings: has the owner told of a change that came without a question', async () => {
    const fixture = await arrange();
    fixture.toolLists.put(ENDPOINT, { tools: [tool('a')] });
    fixture.now += HOUR / 2;
    await synchronize(fixture);
    const digest = watchOf(fixture)?.untold?.digest ?? '';
    expect(digest).toBe(watchOf(fixture)?.lists.server);
    expect(await readToolChanges(WORKSPACE, ISSUES, digest, fixture.specBucket)).toMatchObject({
      changes: [{ kind: 'toolRemoved', tool: 'b' }],
    });
  });

  it('compareToolReadings: has nobody told where changes need no approval', async () => {
    const fixture = await arrange('{ approve: never }');
    fixture.toolLists.put(ENDPOINT, { tools: [tool('a')] });
    fixture.now += HOUR / 2;
    await synchronize(fixture);
    expect(watchOf(fixture)).not.toHaveProperty('untold');
  });

  it('compareToolReadings: judges a list by the rule that was applied, which the next upload cannot lower', async () => {
    const fixture = await arrange('{ approve: never }');
    fixture.toolLists.put(ENDPOINT, { tools: [tool('a')] });
    fixture.now += HOUR / 2;
    await synchronize(fixture, () => fixture.changeRecord(ISSUES, { approve: 'breaking' }));
    expect(watchOf(fixture)).toHaveProperty('untold');
  });

  it('compareToolReadings: takes a list for unread when the step that reads it failed, and goes on', async () => {
    const fixture = await arrange();
    fixture.now += HOUR / 2;
    const { updatedAt = 0 } = fixture.controlPlane.resource(ISSUES) ?? {};
    fixture.controlPlane.put(ISSUES, { updatedAt, members: { lastSynchronizedAt: fixture.now } });
    const { toolReads } = await fixture.poll();
    const toolReadings = toolReads.map(({ address, moment, synchronizedAt, configuration }) => ({
      address,
      moment,
      synchronizedAt,
      configuration,
      server: { failure: 'notRead' as const },
    }));
    expect(await fixture.poll({ iteration: 1, toolReadings })).toMatchObject({ next: 'settled' });
    expect(watchOf(fixture)).toMatchObject({ readFrom: [], obstacles: { server: 'notRead' } });
  });
});
