import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Address } from '../core/address.ts';
import { logger } from './runtime/observability.ts';
import { ReconcileFixture } from './testing/reconcileFixture.ts';

const SETTINGS = 'settings: { prune: true, selfHeal: true }';
const ADDRESS: Address = 'memory/customers';
const FACTS = '{ semanticMemoryStrategy: { name: facts } }';
const CHATS = '{ summaryMemoryStrategy: { name: chats } }';

function manifest(strategies: readonly string[], more = ''): string {
  return `${SETTINGS}\nmemories: { customers: { eventExpiryDuration: 30, memoryStrategies: [${strategies.join(', ')}] ${more} } }`;
}

beforeEach(() => {
  vi.spyOn(logger, 'error').mockImplementation(() => {});
  vi.spyOn(logger, 'warn').mockImplementation(() => {});
});

/** A workspace whose memory is ready. */
async function withMemory(content = manifest([FACTS, CHATS])) {
  const fixture = new ReconcileFixture(content);
  await fixture.reconcile();
  expect(fixture.record(ADDRESS)).toMatchObject({ state: 'ready' });
  return fixture;
}

async function uploaded(fixture: ReconcileFixture, content: string) {
  fixture.upload(content);
  await fixture.reconcile();
  return fixture.record(ADDRESS);
}

const calls = ({ controlPlane }: ReconcileFixture, method: 'update' | 'delete') =>
  controlPlane.script.calls(method).length;

describe('data protection', () => {
  it('prune: a memory that leaves the manifest is kept, with the reason and the remedy', async () => {
    const fixture = await withMemory();
    const record = await uploaded(fixture, SETTINGS);
    expect(record?.state).toBe('refused');
    expect(record?.reasons.join(' ')).toMatch(/holds data and is protected.*with "protect: false" beside it/);
    expect(calls(fixture, 'delete')).toBe(0);
  });

  it('prune: a memory is deleted once an upload before has said protect: false', async () => {
    const fixture = await withMemory();
    await uploaded(fixture, manifest([FACTS, CHATS], ', protect: false'));
    await uploaded(fixture, SETTINGS);
    expect(fixture.controlPlane.resource(ADDRESS)).toBeUndefined();
  });

  it('prune: protect: false in the upload that removes another memory permits nothing', async () => {
    const fixture = await withMemory();
    const others = `${SETTINGS}\nmemories: { others: { eventExpiryDuration: 30, protect: false } }`;
    expect((await uploaded(fixture, others))?.state).toBe('refused');
  });

  it('update: a protected memory keeps its strategies, and says which would be lost', async () => {
    const fixture = await withMemory();
    const record = await uploaded(fixture, manifest([CHATS]));
    expect(record?.state).toBe('refused');
    expect(record?.heldBack?.join(' ')).toMatch(/^memoryStrategies .*"facts".*"protect: false"/);
    expect(calls(fixture, 'update')).toBe(0);
  });

  it('update: other members of a protected memory change while its strategies are kept', async () => {
    const fixture = await withMemory();
    await uploaded(fixture, manifest([CHATS], ', indexedKeys: [{ key: team, type: STRING }]'));
    const { indexedKeys, memoryStrategies } = fixture.controlPlane.resource(ADDRESS)?.config ?? {};
    expect(indexedKeys).toEqual([{ key: 'team', type: 'STRING' }]);
    expect(memoryStrategies).toHaveLength(2);
  });

  it('update: protect: false lets a strategy go', async () => {
    const fixture = await withMemory();
    const record = await uploaded(fixture, manifest([CHATS], ', protect: false'));
    expect(record).toMatchObject({ state: 'ready' });
    expect(fixture.controlPlane.resource(ADDRESS)?.config.memoryStrategies).toHaveLength(1);
  });
});
