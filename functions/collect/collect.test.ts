import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { readAppliedCopy } from '../../core/storage/appliedCopies.ts';
import { prefixes } from '../../core/storage/keys.ts';
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
  copies: specBucket,
  ledgerScan: ledger,
});

const run = (fixture: ReconcileFixture, isDryRun = false) =>
  collect({ now: fixture.now, isDryRun }, portsOf(fixture));

async function pass(fixture: ReconcileFixture): Promise<void> {
  await fixture.publishOutcome(await fixture.reconcile());
}

/** @returns the copies that a rollback or the service would need and that are not there */
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
  }
  for (const address of fixture.controlPlane.addresses()) {
    const config = JSON.stringify(fixture.controlPlane.resource(address));
    for (const [, schema = ''] of config.matchAll(/applied\/([0-9a-f]{64})/g)) await read(schema);
  }
  return missing;
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
  }
}

/** Begins what is due, and has every update end in a failed state, so that Gateloop rolls back. */
async function failUpdates(fixture: ReconcileFixture): Promise<void> {
  const state = await fixture.poll();
  if (state.next === 'provision') await fixture.provision(state);
  for (const address of fixture.controlPlane.addresses())
    if (fixture.controlPlane.resource(address)?.status === 'UPDATING')
      fixture.controlPlane.settle(address, 'UPDATE_UNSUCCESSFUL');
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
    expect(await run(fixture)).toMatchObject({ deleted: 0, old: 0 });
    fixture.now += 2 * DAY;
    const before = fixture.specBucket.keys(prefixes.applied);
    expect(await run(fixture, true)).toMatchObject({ deleted: 0 });
    expect(fixture.specBucket.keys(prefixes.applied)).toEqual(before);
    const { deleted } = await run(fixture);
    expect(deleted).toBeGreaterThan(0);
    const left = fixture.specBucket.keys(prefixes.applied);
    expect(left).toHaveLength(before.length - deleted);
    expect(first.filter((key) => !left.includes(key))).toHaveLength(deleted);
    expect(await missingCopies(fixture)).toEqual([]);
  });

  it('collect: keeps a copy that was stored again after it was listed', async () => {
    const fixture = newFixture();
    const copy = { sha256: 'a'.repeat(64), bytes: new TextEncoder().encode('a') };
    const store = () => fixture.specBucket.writeApplied(copy.sha256, copy.bytes, 'application/json');
    await store();
    fixture.now += 200 * DAY;
    fixture.specBucket.script.beforeNext('deleteCopy', store);
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
    fixture.specBucket.script.failNextAfterEffect('deleteCopy', new Error('killed'));
    await expect(run(fixture)).rejects.toThrow('killed');
    expect(await missingCopies(fixture)).toEqual([]);
    await run(fixture);
    expect((await run(fixture)).deleted).toBe(0);
    expect(await missingCopies(fixture)).toEqual([]);
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
