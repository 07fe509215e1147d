import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { JsonValue } from '../../../core/json.ts';
import { readAppliedConfiguration } from '../../../core/storage/appliedCopies.ts';
import { readDesiredDocument } from '../../../core/storage/desiredDocument.ts';
import { outcomeDocument, progressDocument, readOutcome } from '../../../core/storage/outcomeDocument.ts';
import { readApprovedRecord, readRegistryRecords } from '../../../core/storage/registryDocuments.ts';
import { readContract, readToolChanges } from '../../../core/storage/toolContractDocuments.ts';
import { fuzzKind, resultOrRefusal } from '../fuzzKind.ts';
import { mutatedText, mutatedValue } from '../mutations.ts';
import { promise } from '../promises.ts';

type ReaderName = keyof typeof readers;

interface StoredText {
  readonly reader: ReaderName;
  readonly text: string;
}

/** A bucket in which every key has one content. */
class OneObject {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** Of the content: the name that an applied copy has. */
  get sha256(): string {
    return createHash('sha256').update(this.#text).digest('hex');
  }

  async readDocument(): Promise<unknown> {
    return JSON.parse(this.#text);
  }

  async readApplied(): Promise<Uint8Array> {
    return new TextEncoder().encode(this.#text);
  }
}

const FINGERPRINT = 'f'.repeat(64);

const readers = {
  desired: (bucket) => readDesiredDocument('payments', 'r1', bucket),
  outcome: (bucket) => readOutcome('payments', bucket),
  outcomeForClients: (bucket) => outcomeDocument.read('outcomes/payments.json', bucket),
  progress: (bucket) => progressDocument.readIfSupported('progress/payments.json', bucket),
  contract: (bucket) => readContract('payments', 'gatewayTarget/front/issues', bucket),
  toolChanges: (bucket) => readToolChanges('payments', 'gatewayTarget/front/issues', FINGERPRINT, bucket),
  registryRecords: (bucket) => readRegistryRecords('payments', 'Registry0001', bucket),
  approvedRecord: (bucket) =>
    readApprovedRecord({ registryId: 'Registry0001', recordId: 'Record000001' }, bucket),
  appliedConfiguration: (bucket) => readAppliedConfiguration(bucket.sha256, bucket),
} satisfies Readonly<Record<string, (bucket: OneObject) => Promise<unknown>>>;

const report = {
  address: 'gateway/front',
  state: 'ready',
  reasons: [],
  owner: 'ada',
  since: '2026-01-01T00:00:00Z',
};
const tool = { name: 'list', description: 'Lists.', inputSchema: { type: 'object' } };
const samples: readonly JsonValue[] = [
  {
    format: 1,
    revision: 'r1',
    problems: [],
    desired: { workspace: 'payments', revision: 'r1', resources: [] },
  },
  {
    ...{
      format: 1,
      workspace: 'payments',
      outcome: 'synced',
      revision: 'r1',
      problems: [],
      resources: [report],
    },
    ...{ time: '2026-01-01T00:00:00Z', since: '2026-01-01T00:00:00Z', owner: 'ada', applied: {} },
  },
  {
    format: 1,
    revision: 'r1',
    time: '2026-01-01T00:00:00Z',
    resources: [{ address: 'gateway/front', state: 'ready' }],
  },
  { format: 1, config: { name: 'issues' }, tools: [tool] },
  { format: 1, changes: [{ kind: 'toolAdded', tool: 'list', breaking: false, message: 'Tool added.' }] },
  {
    format: 1,
    records: [{ recordId: 'Record000001', name: 'issues', version: '1', createdAt: 0, updatedAt: 0 }],
  },
  { format: 1, content: { name: 'issues', recordType: 'MCP', descriptors: {} } },
];
const names = Object.keys(readers) as readonly ReaderName[];

export const documentKind = fuzzKind<StoredText>({
  name: 'documents',
  fuzzed:
    'the readers of the documents in the spec bucket: desired state, outcome, progress, contracts, changes, records',
  share: 0.25,
  inputs: fc.record({
    reader: fc.constantFrom(...names),
    text: fc.oneof(
      { weight: 6, arbitrary: mutatedValue(samples).map((value) => JSON.stringify(value)) },
      {
        weight: 1,
        arbitrary: mutatedText(
          samples.map((value) => JSON.stringify(value)),
          ['{', '}', '[', ']', '"', ',', ':'],
        ),
      },
    ),
  }),
  async check({ reader, text }) {
    const value = await resultOrRefusal<unknown>(() => readers[reader](new OneObject(text)));
    promise(value === undefined || typeof value === 'object', 'a document is an object', value);
  },
});
