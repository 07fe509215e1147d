import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { LedgerRow, LedgerRows } from '../../core/ports/collectedStorage.ts';
import { readAppliedCopy } from '../../core/storage/appliedCopies.ts';
import { contractKey, outcomeKey, prefixes, requestDetailsKey } from '../../core/storage/keys.ts';
import { readApprovedRecord, writeApprovedRecord } from '../../core/storage/registryDocuments.ts';
import { logger } from '../runtime/observability.ts';
import { ReconcileFixture, WORKSPACE } from '../testing/reconcileFixture.ts';
import { type CollectPorts, collect } from './collect.ts';
import { parseCollectEvent } from './createHandler.ts';

vi.spyOn(logger, 'info').mockReturnValue();

const DAY = 86_400_000;
const names = ['cards', 'loans'] as const;

/** A gateway with a target for each name; the edition is part of its schema and of its configuration. */
function upload(fixture: ReconcileFixture, editions: ReadonlyMap<string, number>): void {
  const targets = [...editions].map(([name, edition]) => {
    const tools = [{ name, description: `Edition ${edition}.`, inputSchema: { type: 'object' } }];
    fixture.specBucket.upload(WORKSPACE, `${name}.json`, JSON.stringify(tools));
    return `      ${name}:
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
        targetConfiguration:
          mcp: { lambda: { lambdaArn: 'arn:aws:lambda:us-east-1:123456789012:function:${name}', toolSchema: { file: ${name}.json } } }
`;
  });
  fixture.upload(`settings: { prune: true }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
${targets.length > 0 ? `    targets:\n${targets.join('')}` : ''}`);
}

function newFixture(): ReconcileFixture {
  const fixture = new ReconcileFixture();
  fixture.specBucket.clock = () => fixture.now;
  return fixture;
}

const portsOf = ({ specBucket, ledger }: ReconcileFixture): CollectPorts => ({
  objects: specBucket,
  ledgerRows: ledger,
  ledger,
});

const run = (fixture: ReconcileFixture, isDryRun = false) =>
  collect({ now: fixture.now, isDryRun }, portsOf(fixture));

async function pass(fixture: ReconcileFixture): Promise<void> {
  await fixture.publishOutcome(await fixture.reconcile());
}

/** @returns the copies and contracts that a rollback, a comparison or the service would need and that are not there */
async function missingCopies(fixture: ReconcileFixture): Promise<string[]> {
  const missing: string[] = [];
  const read = async (sha256: string) => {
    const bytes = await readAppliedCopy(sha256, fixture.specBucket);
    if (!bytes) missing.push(sha256);
    return new TextDecoder().decode(bytes);
  };
  for (const address of fixture.ledger.addresses(WORKSPACE)) {
    const { applied, lastGood, operation } = fixture.record(address) ?? {};
    for (const hash of [applied?.fingerprint, lastGood, operation?.configuration]) {
      if (hash === undefined) continue;
      const schemas = (await read(hash)).matchAll(/applied\/([0-9a-f]{64})/g);
      for (const [, schema = ''] of schemas) await read(schema);
    }
    if (address.startsWith('gatewayTarget/'))
      missing.push(...missingContracts(fixture, [applied?.fingerprint, lastGood]));
  }
  for (const address of fixture.controlPlane.addresses()) {
    const config = JSON.stringify(fixture.controlPlane.resource(address));
    for (const [, schema = ''] of config.matchAll(/applied\/([0-9a-f]{64})/g)) await read(schema);
  }
  return missing;
}

/** Calls of a collection before which another step may run. */
const MOMENTS = ['readText', 'hasUploads', 'deleteVersions'] as const;

function missingContracts(
  { specBucket }: ReconcileFixture,
  configurations: readonly (string | undefined)[],
): string[] {
  const keys = configurations.flatMap((each) => (each === undefined ? [] : [contractKey(WORKSPACE, each)]));
  return keys.filter((key) => specBucket.document(key) === undefined);
}

const action = fc.oneof(
  fc.record({
    kind: fc.constant('edit' as const),
    name: fc.constantFrom(...names),
    edition: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ kind: fc.constant('remove' as const), name: fc.constantFrom(...names) }),
  fc.record({ kind: fc.constant('fail' as const) }),
  fc.record({ kind: fc.constant('poll' as const) }),
  fc.record({ kind: fc.constant('pass' as const) }),
  fc.record({ kind: fc.constant('time' as const), days: fc.constantFrom(1, 29, 100, 181) }),
  fc.record({ kind: fc.constant('collect' as const) }),
  fc.record({
    kind: fc.constant('collectWhile' as const),
    before: fc.constantFrom(...MOMENTS),
    other: fc.constantFrom('edit' as const, 'pass' as const, 'poll' as const),
  }),
  fc.record({ kind: fc.constant('leave' as const) }),
);

type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

async function act(fixture: ReconcileFixture, editions: Map<string, number>, each: Action): Promise<void> {
  switch (each.kind) {
    case 'edit':
      return upload(fixture, editions.set(each.name, each.edition));
    case 'remove':
      editions.delete(each.name);
      return upload(fixture, editions);
    case 'fail':
      return failUpdates(fixture);
    case 'poll':
      await fixture.poll();
      return;
    case 'pass':
      return pass(fixture);
    case 'time':
      fixture.now += each.days * DAY;
      return fixture.specBucket.expire(prefixes.parsed, fixture.now - 32 * DAY);
    case 'collect':
      await run(fixture);
      return;
    case 'collectWhile': {
      const other: Action =
        each.other === 'edit' ? { kind: 'edit', name: 'cards', edition: 1 } : { kind: each.other };
      fixture.specBucket.script.beforeNext(each.before, () => act(fixture, editions, other));
      await run(fixture);
      return;
    }
    case 'leave':
      return leave(fixture, editions);
  }
}

/** Deletes every resource by way of the manifest, and then the folder of the workspace. */
async function leave(fixture: ReconcileFixture, editions: Map<string, number>): Promise<void> {
  editions.clear();
  fixture.upload('settings: { prune: true }');
  await pass(fixture);
  for (const address of fixture.ledger.addresses(WORKSPACE)) {
    const { deletion } = fixture.record(address) ?? {};
    if (deletion) fixture.changeRecord(address, { deletion: { ...deletion, approved: true } });
  }
  await pass(fixture);
  fixture.specBucket.deleteUploads(WORKSPACE);
}

/** Begins what is due, and has every update end in a failed state, so that Gateloop rolls back. */
async function failUpdates(fixture: ReconcileFixture): Promise<void> {
  const state = await fixture.poll();
  if (state.next === 'provision') await fixture.provision(state);
  for (const address of fixture.controlPlane.addresses())
    if (fixture.controlPlane.resource(address)?.status === 'UPDATING')
      fixture.controlPlane.settle(address, 'UPDATE_UNSUCCESSFUL');
}

/** @returns the names of the items of the workspace */
async function rowsOf(fixture: ReconcileFixture): Promise<string[]> {
  const names: string[] = [];
  for await (const { partition, item } of fixture.ledger.scanRows())
    if (partition === WORKSPACE || item.endsWith(`#${WORKSPACE}`)) names.push(`${partition} ${item}`);
  return names;
}

describe('collect', () => {
  it('collect: deletes the copies of an earlier edition once they are old, and no copy that is in use', async () => {
    const fixture = newFixture();
    upload(fixture, new Map([['cards', 1]]));
    await pass(fixture);
    const first = fixture.specBucket.keys(prefixes.applied);
    upload(fixture, new Map([['cards', 2]]));
    await pass(fixture);
    fixture.specBucket.expire(prefixes.parsed, fixture.now + 1);
    fixture.now += 179 * DAY;
    expect(await run(fixture)).toMatchObject({ objects: 0 });
    fixture.now += 2 * DAY;
    const before = fixture.specBucket.keys(prefixes.applied);
    const found = await run(fixture, true);
    expect(fixture.specBucket.keys(prefixes.applied)).toEqual(before);
    expect(await run(fixture)).toEqual(found);
    const left = fixture.specBucket.keys(prefixes.applied);
    expect(left.length).toBeLessThan(before.length);
    expect(first.filter((key) => !left.includes(key))).toHaveLength(before.length - left.length);
    expect(await missingCopies(fixture)).toEqual([]);
  });

  it('collect: keeps a copy that was stored again after it was listed', async () => {
    const fixture = newFixture();
    const copy = { sha256: 'a'.repeat(64), bytes: new TextEncoder().encode('a') };
    const store = () => fixture.specBucket.writeApplied(copy.sha256, copy.bytes, 'application/json');
    await store();
    fixture.now += 200 * DAY;
    fixture.specBucket.script.beforeNext('deleteVersions', store);
    await run(fixture);
    expect(await fixture.specBucket.readApplied(copy.sha256)).toBeDefined();
    fixture.now += 200 * DAY;
    await run(fixture);
    expect(await fixture.specBucket.readApplied(copy.sha256)).toBeUndefined();
  });

  it('collect: keeps an old copy that a poll needs again and that the ledger does not name yet', async () => {
    const fixture = newFixture();
    for (const edition of [1, 2]) {
      upload(fixture, new Map([['cards', edition]]));
      await pass(fixture);
    }
    fixture.now += 200 * DAY;
    fixture.specBucket.expire(prefixes.parsed, fixture.now - 32 * DAY);
    upload(fixture, new Map([['cards', 1]]));
    await fixture.poll();
    await run(fixture);
    await pass(fixture);
    expect(await missingCopies(fixture)).toEqual([]);
  });

  it('collect: keeps what a parsed upload names that should have expired', async () => {
    const fixture = newFixture();
    upload(fixture, new Map([['cards', 1]]));
    await pass(fixture);
    upload(fixture, new Map());
    await pass(fixture);
    fixture.now += 400 * DAY;
    await run(fixture);
    upload(fixture, new Map([['cards', 1]]));
    await pass(fixture);
    expect(fixture.record('gatewayTarget/front/cards')?.state).toBe('ready');
    expect(await missingCopies(fixture)).toEqual([]);
  });

  it('collect: leaves nothing missing that a collection before it, which was killed, has not deleted', async () => {
    const fixture = newFixture();
    for (const edition of [1, 2, 3]) {
      upload(fixture, new Map([['cards', edition]]));
      await pass(fixture);
    }
    fixture.specBucket.expire(prefixes.parsed, fixture.now + 1);
    fixture.now += 200 * DAY;
    fixture.specBucket.script.failNextAfterEffect('deleteVersions', new Error('killed'));
    await expect(run(fixture)).rejects.toThrow('killed');
    expect(await missingCopies(fixture)).toEqual([]);
    await run(fixture);
    expect((await run(fixture)).objects).toBe(0);
    expect(await missingCopies(fixture)).toEqual([]);
  });

  it('collect: deletes the tool contract of an earlier edition, and keeps that of the last good one', async () => {
    const fixture = newFixture();
    upload(fixture, new Map([['cards', 1]]));
    await pass(fixture);
    const earlier = fixture.record('gatewayTarget/front/cards')?.lastGood ?? '';
    upload(fixture, new Map([['cards', 2]]));
    await pass(fixture);
    fixture.now += 200 * DAY;
    await run(fixture);
    expect(fixture.specBucket.document(contractKey(WORKSPACE, earlier))).toBeUndefined();
    const { lastGood = '' } = fixture.record('gatewayTarget/front/cards') ?? {};
    expect(fixture.specBucket.document(contractKey(WORKSPACE, lastGood))).toBeDefined();
  });

  it('collect: keeps what a person decided about for a year, and as long as a request names it', async () => {
    const fixture = newFixture();
    const [closed, open] = ['a'.repeat(64), 'b'.repeat(64)];
    for (const digest of [closed, open]) fixture.specBucket.putDocument(requestDetailsKey(digest), {});
    fixture.ledger.putCommand(WORKSPACE, { action: 'retry', address: `gateway/${open}`, givenAt: 0 });
    fixture.now += 399 * DAY;
    expect((await run(fixture)).objects).toBe(0);
    fixture.now += DAY;
    await run(fixture);
    expect(fixture.specBucket.keys(prefixes.requestDetails)).toEqual([requestDetailsKey(open)]);
  });

  it('collect: keeps the revision of a record that was approved last, and deletes the others', async () => {
    const fixture = newFixture();
    const id = { registryId: 'registry', recordId: 'record' };
    const content = { name: 'tools', recordType: 'CUSTOM', descriptors: {} };
    const record = { ...id, ...content, status: 'APPROVED', updatedAt: 0 };
    for (const version of ['1', '2']) await writeApprovedRecord({ ...record, version }, fixture.specBucket);
    expect(fixture.specBucket.keys(prefixes.approvedRecords)).toHaveLength(3);
    fixture.now += 181 * DAY;
    expect(await run(fixture)).toMatchObject({ objects: 1 });
    expect((await readApprovedRecord(id, fixture.specBucket))?.version).toBe('2');
  });

  it('collect: deletes documents and items of a workspace that is gone half a year after its last outcome', async () => {
    const fixture = newFixture();
    const editions = new Map([['cards', 1]]);
    upload(fixture, editions);
    await pass(fixture);
    await leave(fixture, editions);
    await pass(fixture);
    fixture.now += 179 * DAY;
    expect(await run(fixture)).toMatchObject({ workspaces: 0 });
    fixture.now += 2 * DAY;
    expect(await run(fixture)).toMatchObject({ workspaces: 1 });
    expect(fixture.specBucket.keys(prefixes.outcomes)).toEqual([]);
    expect(await rowsOf(fixture)).toEqual([]);
  });

  it('collect: keeps a workspace without a file whose resources the ledger knows', async () => {
    const fixture = newFixture();
    upload(fixture, new Map([['cards', 1]]));
    await pass(fixture);
    fixture.specBucket.deleteUploads(WORKSPACE);
    await pass(fixture);
    const before = await rowsOf(fixture);
    fixture.now += 400 * DAY;
    expect(await run(fixture)).toMatchObject({ workspaces: 0, rows: 0 });
    expect(await rowsOf(fixture)).toEqual(before);
    expect(fixture.specBucket.document(outcomeKey(WORKSPACE))).toBeDefined();
  });

  it('collect: keeps the outcome of a workspace without a file that names resources, although the ledger was lost', async () => {
    const fixture = newFixture();
    upload(fixture, new Map([['cards', 1]]));
    await pass(fixture);
    fixture.specBucket.deleteUploads(WORKSPACE);
    fixture.ledger.clear();
    fixture.now += 400 * DAY;
    expect(await run(fixture)).toMatchObject({ workspaces: 0 });
    expect(fixture.specBucket.document(outcomeKey(WORKSPACE))).toBeDefined();
  });

  it('collect: leaves a workspace alone that a team uploads again after the ledger was read', async () => {
    const fixture = newFixture();
    const editions = new Map([['cards', 1]]);
    upload(fixture, editions);
    await pass(fixture);
    await leave(fixture, editions);
    fixture.now += 200 * DAY;
    fixture.specBucket.script.letPass('hasUploads');
    fixture.specBucket.script.beforeNext('hasUploads', () => upload(fixture, editions));
    await run(fixture);
    expect(fixture.specBucket.document(outcomeKey(WORKSPACE))).toBeDefined();
    expect(await fixture.ledger.readWorkspace(WORKSPACE)).not.toEqual({});
  });

  it('collect: deletes a released claim that no record and no outcome knows, and keeps one that is taken again meanwhile', async () => {
    const fixture = newFixture();
    for (const name of ['old', 'taken', 'held'] as const)
      await fixture.ledger.claim(`gateway/${name}`, 'cards');
    for (const name of ['old', 'taken'] as const)
      await fixture.ledger.releaseClaim(`gateway/${name}`, 'cards');
    fixture.ledger.script.beforeNext('deleteRow', async () => {
      await fixture.ledger.claim('gateway/taken', 'loans');
    });
    await run(fixture);
    const claims = await fixture.ledger.readClaims(['gateway/old', 'gateway/taken', 'gateway/held']);
    expect(Object.fromEntries(claims)).toEqual({
      'gateway/taken': { owner: 'loans' },
      'gateway/held': { owner: 'cards' },
    });
  });

  it('collect: keeps the claim of a name that an outcome knows: with a lost record, the outcome would prove the name', async () => {
    const fixture = newFixture();
    await fixture.ledger.claim('gateway/front', 'cards');
    await fixture.ledger.releaseClaim('gateway/front', 'cards');
    fixture.specBucket.putDocument(outcomeKey('loans'), { applied: { 'gateway/front': {} } });
    expect(await run(fixture)).toMatchObject({ rows: 0 });
  });

  it('collect: deletes items whose time has been over for a week, and notes what it found', async () => {
    const fixture = newFixture();
    const row = { partition: 'alias#link', item: 'alias', text: '{}' };
    const deleted: LedgerRow[] = [];
    const week = 7 * DAY;
    const ledgerRows: LedgerRows = {
      async *scanRows() {
        yield { ...row, item: 'over', deleteAt: fixture.now - week };
        yield { ...row, item: 'just over', deleteAt: fixture.now - week + 1 };
        yield row;
      },
      deleteRow: async (each) => deleted.push(each) > 0,
      deleteLease: async () => false,
    };
    const report = await collect({ now: fixture.now, isDryRun: false }, { ...portsOf(fixture), ledgerRows });
    expect(deleted.map(({ item }) => item)).toEqual(['over']);
    expect(report).toMatchObject({ rows: 1, ranAt: fixture.now });
    expect(await fixture.ledger.readCollection()).toEqual(report);
  });

  it('collect: everything that the ledger and the service name exists after any edits, passes, times and collections', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 14 }), async (actions) => {
        const fixture = newFixture();
        const editions = new Map<string, number>([['cards', 1]]);
        upload(fixture, editions);
        await pass(fixture);
        for (const each of actions) {
          await act(fixture, editions, each);
          expect(await missingCopies(fixture)).toEqual([]);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe('parseCollectEvent', () => {
  it('parseCollectEvent: reads the time of the schedule, and deletes unless it is told not to', () => {
    const now = '2026-01-01T00:00:00Z';
    expect(parseCollectEvent({ now })).toEqual({ now: Date.UTC(2026, 0, 1), isDryRun: false });
    expect(parseCollectEvent({ now, dryRun: true })).toMatchObject({ isDryRun: true });
    expect(() => parseCollectEvent({})).toThrow();
  });
});
