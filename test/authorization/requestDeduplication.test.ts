import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { PublishedEvent } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { RegistryRecord } from '../../core/ports/registryRecords.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { desiredKey } from '../../core/storage/keys.ts';
import { readRequestDetails } from '../../core/storage/requestDetails.ts';
import { applyDecision } from '../../functions/registry-approvals/applyDecision.ts';
import { handleRecordEvent } from '../../functions/registry-approvals/handleRecordEvent.ts';
import type { RegistryApprovalPorts } from '../../functions/registry-approvals/registryApprovalPorts.ts';
import { startEmbeddedAws } from '../../local/embeddedAws.ts';
import { SimulatedClock } from '../../local/simulation/clock.ts';

const NOW = Date.UTC(2026, 10, 20, 10, 0);
const REGISTRY = 'Tools7g3k2Tools7';
const desired: DesiredState = {
  workspace: 'curation',
  revision: 'r1',
  settings: defaultSettings,
  owners: {},
  resources: [],
  warnings: [],
};

let ledger: DynamoLedger;
beforeAll(async () => {
  const key = (AttributeName: string, KeyType: 'HASH' | 'RANGE') => ({ AttributeName, KeyType });
  const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
  const aws = await startEmbeddedAws({
    clock: new SimulatedClock(),
    tables: [
      {
        TableName: 'ledger',
        AttributeDefinitions: [attribute('workspace'), attribute('item')],
        KeySchema: [key('workspace', 'HASH'), key('item', 'RANGE')],
        BillingMode: 'PAY_PER_REQUEST',
      },
    ],
  });
  const credentials = { accessKeyId: 'embedded', secretAccessKey: 'embedded' };
  const endpoint = aws.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  ledger = new DynamoLedger('ledger', new DynamoDBClient({ endpoint, region: 'us-east-1', credentials }));
  const registry = {
    address: 'registry/tools',
    id: REGISTRY,
    state: 'ready',
    reasons: [],
    since: 0,
  } as const;
  await ledger.writeResource('curation', registry, 0);
  // A later upload was refused.
  await ledger.writeWorkspace('curation', { acceptedRevision: 'r1' });
  return () => aws.close();
});

const pending = (recordId: string, version = '1'): RegistryRecord => ({
  updatedAt: 0,
  registryId: REGISTRY,
  recordId,
  name: 'weather',
  recordType: 'CUSTOM',
  descriptors: { custom: { data: '{}' } },
  status: 'PENDING_APPROVAL',
  version,
});

/** The ports that concurrent events share: one ledger, one registry, one bus. */
class ApprovalFixture {
  readonly ids: string[] = [];
  readonly events: PublishedEvent[] = [];
  readonly decisions: string[] = [];
  readonly documents = new Map<string, unknown>();
  record: RegistryRecord;
  /** Whether the desired state of the workspace can be read from the bucket. */
  isReadable = true;

  constructor(record: RegistryRecord) {
    this.record = record;
  }

  ports(through: Ledger = ledger): RegistryApprovalPorts {
    const specBucket: Pick<SpecBucket, 'listWorkspaces' | 'readDocument' | 'writeDocument'> = {
      writeDocument: async (key, document) => {
        this.documents.set(key, document);
      },
      listWorkspaces: async () => ['curation'],
      readDocument: async (key) => {
        const isThere = this.isReadable && key === desiredKey('curation', 'r1');
        return isThere ? { format: 1, revision: 'r1', desired, problems: [] } : this.documents.get(key);
      },
    };
    return {
      ledger: through,
      // The code under test calls only these methods. A call of another one fails the test.
      specBucket: specBucket as SpecBucket,
      records: {
        get: async () => this.record,
        listServers: async () => ({ kind: 'listed', records: [] }),
        listPending: async () => ({ kind: 'listed', records: [] }),
        updateStatus: async (_id, status) => {
          this.decisions.push(status);
          return { kind: 'accepted' };
        },
      },
      events: {
        publish: async (events) => {
          this.events.push(...events);
        },
      },
      taskCallbacks: { complete: async () => {} },
      newId: () => {
        const id = randomBytes(16).toString('hex');
        this.ids.push(id);
        return id;
      },
    };
  }

  async requestStates(): Promise<string[]> {
    const requests = this.ids.map((id) => ledger.readRequest(hashId(id)));
    return (await Promise.all(requests)).map((known) => known?.request.state ?? 'unknown').sort();
  }
}

/** The ledger, but the scheduler decides when each operation runs. */
function scheduledLedger(scheduler: fc.Scheduler): Ledger {
  const waits =
    <Arguments extends unknown[], Result>(operation: (...args: Arguments) => Promise<Result>) =>
    async (...args: Arguments): Promise<Result> => {
      await scheduler.schedule(Promise.resolve());
      return operation.apply(ledger, args);
    };
  const operations = [
    'resolveAlias',
    'readRequest',
    'openRequest',
    'replaceAlias',
    'writeRequest',
    'readResources',
    'readWorkspace',
  ] as const;
  const slowed = operations.map((name) => [
    name,
    waits(ledger[name] as (...args: unknown[]) => Promise<unknown>),
  ]);
  return Object.assign(Object.create(ledger), Object.fromEntries(slowed)) as Ledger;
}

const idOf = ({ registryId, recordId }: RegistryRecord) => ({ registryId, recordId });

describe('events about one registry record', () => {
  it('open one request when several arrive at once, in every interleaving', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 3 }), async (turns, count) => {
        run += 1;
        const stage = new ApprovalFixture(pending(`Record${run}`));
        const ports = stage.ports(scheduledLedger(turns));
        const handled = Array.from({ length: count }, () =>
          handleRecordEvent(idOf(stage.record), NOW, ports),
        );
        const results = await turns.waitFor(Promise.all(handled));
        const references = new Set(results.map(({ next, reference }) => `${next} ${reference}`));
        expect(references.size).toBe(1);
        expect([...references][0]).toMatch(/^ask [0-9a-f]{64}$/);
        expect((await stage.requestStates()).filter((state) => state !== 'withdrawn')).toEqual(['open']);
        // No message announced the withdrawn duplicates, so no event announces their end.
        expect(stage.events).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  it('that arrive late find the open request, or the decision, which they apply if its execution failed', async () => {
    const stage = new ApprovalFixture(pending('Late'));
    const ports = stage.ports();
    const first = await handleRecordEvent(idOf(stage.record), NOW, ports);
    expect(await handleRecordEvent(idOf(stage.record), NOW + 1000, ports)).toEqual(first);
    const known = await ledger.readRequest(first.reference);
    if (known)
      await ledger.writeRequest({ ...known.request, state: 'completed', closedAt: NOW }, known.version);
    expect(await handleRecordEvent(idOf(stage.record), NOW + 60_000, ports)).toMatchObject({ next: 'done' });
    expect(stage.decisions).toEqual([]);
    // The execution that was to apply the decision has failed: it is applied, and nobody is asked again.
    expect(await handleRecordEvent(idOf(stage.record), NOW + 3_600_000, ports)).toMatchObject({
      next: 'done',
    });
    expect(stage.decisions).toEqual(['APPROVED']);
    expect(stage.ids).toHaveLength(1);
  });

  it('are retried while the owner of the registry cannot be read', async () => {
    const stage = new ApprovalFixture(pending('Unread'));
    stage.isReadable = false;
    const handling = handleRecordEvent(idOf(stage.record), NOW, stage.ports());
    await expect(handling).rejects.toMatchObject({ code: 'ManifestUnread', retryable: true });
    stage.isReadable = true;
    expect(await handleRecordEvent(idOf(stage.record), NOW, stage.ports())).toMatchObject({ next: 'ask' });
  });

  it('show the whole submission, however long it is', async () => {
    const text = `\u202e${'😀'.repeat(15_000)}`;
    const stage = new ApprovalFixture({
      ...pending('Told'),
      description: 'Harmless\u202e!',
      descriptors: { custom: { data: JSON.stringify({ text }) } },
    });
    const { reference } = await handleRecordEvent(idOf(stage.record), NOW, stage.ports());
    const subject = (await ledger.readRequest(reference))?.request.subject;
    if (subject?.kind !== 'record') throw new Error('no request for a record');
    expect(subject.description).toBe(String.raw`Harmless\u{202e}!`);
    const details = subject.details && (await readRequestDetails(subject.details, stage.ports().specBucket));
    if (details?.kind !== 'record') throw new Error('no details of a record');
    expect(JSON.parse(details.submission)).toMatchObject({
      descriptors: { custom: { data: { text } } },
    });
  });

  it.each([
    ['approves the version that the page showed', '1', ['APPROVED']],
    ['does not approve a version that was submitted later', '2', []],
  ])('lead to a request whose approval %s', async (_title, version, decisions) => {
    const stage = new ApprovalFixture(pending(`Yes${version}`));
    const ports = stage.ports();
    const { reference } = await handleRecordEvent(idOf(stage.record), NOW, ports);
    const known = await ledger.readRequest(reference);
    if (known)
      await ledger.writeRequest({ ...known.request, state: 'completed', closedAt: NOW }, known.version);
    stage.record = pending(`Yes${version}`, version);
    await applyDecision(reference, ports);
    expect(stage.decisions).toEqual(decisions);
  });

  it('open a request for a new version, and withdraw the request for the old one', async () => {
    const stage = new ApprovalFixture(pending('Edited'));
    const ports = stage.ports();
    const first = await handleRecordEvent(idOf(stage.record), NOW, ports);
    stage.record = pending('Edited', '2');
    const second = await handleRecordEvent(idOf(stage.record), NOW, ports);
    expect(second.next).toBe('ask');
    expect(second.reference).not.toBe(first.reference);
    expect(await stage.requestStates()).toEqual(['open', 'withdrawn']);
    expect(stage.events.map(({ detailType }) => detailType)).toContain('Authorization Closed');
  });
});
