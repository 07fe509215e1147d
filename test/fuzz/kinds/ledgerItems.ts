import {
  type AttributeValue,
  DynamoDBClient,
  type GetItemCommandOutput,
  type QueryCommandOutput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { DynamoLedger } from '../../../adapters/dynamoLedger.ts';
import { nextNotification } from '../../../core/authorization/reminderSchedule.ts';
import type { AuthorizationRequest } from '../../../core/authorization/request.ts';
import { sampleRecordSubject, sampleRequest } from '../../../core/authorization/testing/sampleRequest.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { authorizationMessage } from '../../../core/messages/authorizationMessage.ts';
import type { Ledger } from '../../../core/ports/ledger.ts';
import { renderPage } from '../../../functions/authorization-pages/pages/renderPage.ts';
import { fuzzKind, resultOrRefusal } from '../fuzzKind.ts';
import { mutatedValue } from '../mutations.ts';
import { checkHtml, promise } from '../promises.ts';

interface StoredItem {
  readonly reader: ReaderName;
  readonly item: JsonValue;
}

type ReaderName = keyof typeof readers;

const NOW = Date.UTC(2026, 0, 1, 10);
const WORKSPACE = 'payments';
const GATEWAY = 'gateway/front';
const request = sampleRequest({ subject: sampleRecordSubject });

const record = {
  address: GATEWAY,
  id: 'front-1',
  state: 'failed',
  reasons: ['It failed.'],
  since: NOW,
  generation: 1,
  outputs: { gatewayArn: 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/front-1' },
  applied: { fingerprint: 'f', updatedAt: NOW },
  lastGood: 'f',
  operation: { operation: 'update', fingerprint: 'f', startedAt: NOW },
  retry: { fingerprint: 'f', count: 1, firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [] },
  drift: { updatedAt: NOW, differences: [{ path: 'name', expected: 'a', found: 'b' }], cause: 'foreign' },
  tags: { applied: { team: 'payments' }, checkedAt: NOW },
  request: { id: '0'.repeat(32), kind: 'approval', askedAt: NOW },
};
const workspaceRecord = {
  outcomeDelivery: { digest: 'd', failedContacts: ['email'], attempts: 1 },
  nextResyncAt: NOW,
  acceptedRevision: 'r1',
  registryIds: ['Registry0001'],
  breaker: { kind: 'workspace', since: NOW, resources: 3 },
  subjects: [GATEWAY],
};
const item = (name: string, attributes: object): JsonValue => {
  // The samples hold JSON values only.
  const value: JsonValue = JSON.parse(
    JSON.stringify({ workspace: WORKSPACE, item: name, format: 1, ...attributes }),
  );
  return value;
};

/** What each reader gets: the item that it looks for. */
const samples = {
  resources: item(`resource#${GATEWAY}`, { record, version: 3 }),
  workspace: item('workspace', { record: workspaceRecord, healingAllowedAt: NOW, checkTagsAt: NOW }),
  suspension: item('suspension', { suspension: { since: NOW, reason: 'Maintenance.' } }),
  commands: item(`command#retry#${GATEWAY}`, {
    command: { action: 'retry', address: GATEWAY, givenAt: NOW },
    givenAt: NOW,
  }),
  requests: item('request', { request, version: 2 }),
  recordRequests: item('recordRequest#abc', { isOver: false }),
  alias: item('alias', { reference: request.reference }),
  claims: item('claim', { claimedBy: WORKSPACE }),
  subjects: item('workspace#payments', {}),
  writes: item('writes', { times: [NOW, NOW + 1], version: 2 }),
  reads: item('reads#get gateway', { times: [NOW, NOW + 1], version: 2 }),
  holds: item('holds', { holds: { one: NOW }, version: 2 }),
  heals: item('heals', { heals: { times: { payments: [NOW] } }, version: 2 }),
  lease: item('lease', { holder: 'one', expiresAt: NOW, dirtyMark: 'two' }),
} satisfies Readonly<Record<string, JsonValue>>;

const readers = {
  resources: (ledger) => ledger.readResources(WORKSPACE),
  workspace: (ledger) => ledger.readWorkspace(WORKSPACE),
  suspension: (ledger) => ledger.readSuspension(WORKSPACE),
  commands: (ledger) => ledger.readCommands(WORKSPACE),
  async requests(ledger) {
    const stored = await ledger.readRequest(request.reference);
    if (stored) checkRequest(stored.request);
    return stored;
  },
  recordRequests: (ledger) => ledger.listRecordRequests(WORKSPACE),
  alias: (ledger) => ledger.resolveAlias('a'),
  claims: (ledger) => ledger.readClaims([GATEWAY]),
  subjects: (ledger) => ledger.workspacesOf(GATEWAY),
  writes: (ledger) => ledger.reserveWrites(1, NOW),
  reads: (ledger) => ledger.reserveReads('get gateway', 1, NOW),
  holds: (ledger) => ledger.beginHold('two', NOW + 1, NOW),
  heals: (ledger) => ledger.previewHeals(WORKSPACE, [GATEWAY], 3, NOW),
  lease: (ledger) => ledger.takeLease({ workspace: WORKSPACE, holder: 'one', now: NOW, duration: 1000 }),
} satisfies Readonly<Record<keyof typeof samples, (ledger: Ledger) => Promise<unknown>>>;

/** A request that the ledger gives out can be shown, and people can be reminded of it. */
function checkRequest(stored: AuthorizationRequest): void {
  checkHtml(String(renderPage({ name: 'waiting', request: stored }).body));
  authorizationMessage(stored, 'ask', 'https://pages.example.com/authorizations/1');
  nextNotification(stored, NOW);
}

/** What DynamoDB answers next. One client serves all inputs, since to make one takes longer than an input. */
let answer: Partial<GetItemCommandOutput & QueryCommandOutput & UpdateItemCommandOutput> = {};
const client = new DynamoDBClient({ region: 'us-east-1' });
client.middlewareStack.add(
  () =>
    async ({ input }) => {
      if ('Item' in input) checkKey(input.Item);
      return { output: { ...answer, $metadata: {} }, response: undefined };
    },
  { step: 'initialize', priority: 'high' },
);

/** DynamoDB takes 1024 bytes for a sort key. */
const MAX_KEY_LENGTH = 256;
const MAX_KEY_BYTES = 1024;
/** DynamoDB stores no deeper item. */
const MAX_DEPTH = 31;

const names = Object.keys(readers) as readonly ReaderName[];

export const ledgerKind = fuzzKind<StoredItem>({
  name: 'ledger',
  fuzzed:
    'the items of the DynamoDB table: resources, workspaces, requests, leases, claims, commands, counters',
  share: 0.15,
  inputs: fc.oneof(
    ...names.map((reader) => mutatedValue([samples[reader]]).map((value) => ({ reader, item: value }))),
  ),
  async check({ reader, item: stored }) {
    if (!isJsonObject(stored) || depthOf(stored) > MAX_DEPTH) return;
    const attributes = attributesOf(stored);
    answer = { Item: attributes, Items: [attributes], Attributes: attributes };
    const ledger = new DynamoLedger('ledger', client, () => NOW);
    await resultOrRefusal<unknown>(() => readers[reader](ledger));
    for (const { place, problem } of await ledger.findFaults(WORKSPACE)) {
      promise(place.length < 1000 && problem.length < 1000, 'a fault is bounded', { place, problem });
    }
    await ledger.repair(WORKSPACE);
  },
});

/** The key of a stored item is what DynamoDB found it by. */
function attributesOf(stored: JsonObject): Record<string, AttributeValue> {
  const { workspace, item: name } = stored;
  const key = {
    workspace: typeof workspace === 'string' ? workspace : WORKSPACE,
    item: typeof name === 'string' && name !== '' ? name.slice(0, MAX_KEY_LENGTH) : '?',
  };
  return marshall({ ...stored, ...key }, { allowImpreciseNumbers: true, convertClassInstanceToMap: true });
}

/** Checks the key of an item that the ledger writes. */
function checkKey(written: Record<string, AttributeValue> | undefined): void {
  const bytes = Buffer.byteLength(written?.item?.S ?? '');
  promise(bytes > 0 && bytes <= MAX_KEY_BYTES, 'DynamoDB takes the key of an item', bytes);
}

function depthOf(value: JsonValue): number {
  let level: readonly JsonValue[] = [value];
  let depth = 0;
  for (; level.length > 0 && depth <= MAX_DEPTH; depth += 1)
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  return depth;
}
