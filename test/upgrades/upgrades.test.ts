import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { startEmbeddedServices } from '../../adapters/testing/embeddedServices.ts';
import type { JsonObject } from '../../core/json.ts';
import { outcomeDocument } from '../../core/storage/outcomeDocument.ts';
import { parseNotifyEvent } from '../../functions/notify/notifyEvent.ts';
import { parsePollEvent } from '../../functions/poll/pollEvent.ts';
import { parseReconcileStateEvent } from '../../functions/runtime/reconcileState.ts';
import { ledgerTableDefinition } from '../../local/aws/ledgerTable.ts';
import { readDefinition, type WorkflowName } from '../../workflows/workflowCatalog.ts';
import { ConsentFixture } from '../authorization/consentFixture.ts';
import { CLIENT_SECRET } from '../authorization/consentManifest.ts';
import { startThreadedSystem } from '../system/system.ts';

/** The format of `previousVersion.json`. */
const FORMAT = 1;

interface PreviousVersion {
  readonly format: number;
  readonly workspace: string;
  /** The items of the ledger, as DynamoDB holds them. */
  readonly items: readonly Record<string, AttributeValue>[];
  /** The texts of the objects in the spec bucket, by key. */
  readonly objects: Readonly<Record<string, string>>;
  /** The inputs of functions, which hold results of functions that ran before. */
  readonly steps: readonly {
    readonly workflow: string;
    readonly function: string;
    readonly input: JsonObject;
  }[];
}

const previous: PreviousVersion = JSON.parse(
  readFileSync(new URL('./previousVersion.json', import.meta.url), 'utf8'),
);
const previousDefinition = (name: WorkflowName) =>
  readFileSync(new URL(`./definitions/${name}.asl.json`, import.meta.url), 'utf8');

const parsers: Readonly<Record<string, (event: unknown) => object>> = {
  poll: parsePollEvent,
  release: parsePollEvent,
  provision: parseReconcileStateEvent,
  sync: parseReconcileStateEvent,
  notify: parseNotifyEvent,
};

describe('what the version before left in an account', () => {
  it('the version before: has the format that this test reads', () => {
    expect(previous.format).toBe(FORMAT);
    expect(previous.steps.length).toBeGreaterThan(5);
  });

  it.each(previous.steps)(
    'the version before: $function understands the input that an execution of $workflow has for it',
    ({ function: name, input }) => {
      expect(parsers[name]?.(input)).toMatchObject({ now: expect.any(Number) });
    },
  );

  it('the version before: the ledger reads all its items, and finds none broken', async () => {
    const { settings } = await startEmbeddedServices({ tables: [ledgerTableDefinition('ledger')] });
    const client = new DynamoDBClient(settings('DYNAMODB'));
    for (const Item of previous.items) await client.send(new PutItemCommand({ TableName: 'ledger', Item }));
    const ledger = new DynamoLedger('ledger', client);
    const resources = await ledger.readResources(previous.workspace);
    expect([...resources.keys()].sort()).toEqual([
      `gateway/${previous.workspace}`,
      `gatewayTarget/${previous.workspace}/issues`,
      `oauth2CredentialProvider/${previous.workspace}-github`,
    ]);
    expect(await ledger.findFaults(previous.workspace)).toEqual([]);
  });

  it('the version before: its outcome is read, which nothing could rebuild', () => {
    const key = `outcomes/${previous.workspace}.json`;
    const outcome = outcomeDocument.parse(key, JSON.parse(previous.objects[key] ?? ''));
    expect(outcome.resources).toHaveLength(3);
  });
});

describe('executions that were begun by another version', { timeout: 240_000 }, () => {
  const open = (dataDirectory: string, read: (name: WorkflowName) => string) =>
    startThreadedSystem({
      dataDirectory,
      readDefinition: read,
      secrets: { 'shared/github': CLIENT_SECRET },
    });

  it.each([
    ['the version before, and ends under this one', previousDefinition, readDefinition],
    ['this version, and ends under the one before', readDefinition, previousDefinition],
  ])('a consent that was asked for by %s: makes its target ready', async (_, begun, ended) => {
    const directory = mkdtempSync(join(tmpdir(), 'gateloop-upgrade-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const before = await open(directory, begun);
    const asked = await ConsentFixture.start({ system: before });
    const link = asked.link();
    expect(asked.authorizations().map(({ status }) => status)).toEqual(['RUNNING']);
    await before.close();

    const after = await open(directory, ended);
    onTestFinished(() => after.close());
    const fixture = ConsentFixture.resume(after, asked.workspace);
    const page = await fixture.consent(fixture.browser(), link);
    expect(page.title).toContain('is ready');
    expect((await fixture.resourceRecord())?.state).toBe('ready');
    await fixture.settle();
    expect(fixture.authorizations().map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });
});
