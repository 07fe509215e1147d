import { describe, expect, it } from 'vitest';
import type { StorageFault } from '../ports/ledger.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import { readDesiredDocument, writeDesiredDocument } from './desiredDocument.ts';
import { desiredKey, outcomeKey } from './keys.ts';
import { isText, optional } from './memberChecks.ts';
import {
  type OutcomeDocument,
  outcomeDocument,
  progressDocument,
  readOutcome,
  writeOutcome,
  writeProgress,
} from './outcomeDocument.ts';
import {
  forgetApprovedRecord,
  readApprovedRecord,
  readRegistryRecords,
  writeApprovedRecord,
  writeRegistryRecords,
} from './registryDocuments.ts';
import { StoredDocument } from './storedDocument.ts';
import { readContract, readToolChanges } from './toolContractDocuments.ts';

interface Note {
  readonly text: string;
  readonly author?: string;
}

const note = new StoredDocument<Note>({ format: 2 }, { text: isText, author: optional(isText) });

/** A store of JSON texts, as S3 is: a reader gets a copy, and text that is not JSON throws. */
class TextStore implements DocumentStore {
  readonly texts = new Map<string, string>();

  async readDocument(key: string): Promise<unknown> {
    const text = this.texts.get(key);
    return text === undefined ? undefined : JSON.parse(text);
  }

  async writeDocument(key: string, document: unknown): Promise<void> {
    this.texts.set(key, JSON.stringify(document));
  }
}

const unreadable: readonly (readonly [string, string])[] = [
  ['another format', '{"format":3,"text":"a"}'],
  ['no format', '{"text":"a"}'],
  ['a missing member', '{"format":2}'],
  ['a member of another kind', '{"format":2,"text":"a","author":1}'],
  ['no object', '["a"]'],
];

describe('StoredDocument', () => {
  it('StoredDocument: reads what it wrote, without the format and the digest', async () => {
    const store = new TextStore();
    await note.write('k', { text: 'a', author: 'ada' }, store);
    expect(store.texts.get('k')).toMatch(
      /^\{"format":2,"text":"a","author":"ada","digest":"[0-9a-f]{64}"\}$/,
    );
    expect(await note.read('k', store)).toEqual({ text: 'a', author: 'ada' });
    expect(await note.readIfSupported('k', store)).toEqual({ text: 'a', author: 'ada' });
  });

  it('StoredDocument: does not read what another client has changed, however deep, and tells the store', async () => {
    const faults: StorageFault[] = [];
    const store = Object.assign(new TextStore(), { noteFault: (fault: StorageFault) => faults.push(fault) });
    await note.write('k', { text: 'a', author: 'ada' }, store);
    store.texts.set('k', store.texts.get('k')?.replace('"ada"', '"bob"') ?? '');
    expect(await note.readIfSupported('k', store)).toBeUndefined();
    expect(faults).toEqual([
      {
        place: 'bucket: k',
        problem: expect.stringMatching(/^Another client has changed it\. .*Nothing needs/),
      },
    ]);
    await expect(note.read('k', store)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it('StoredDocument: reads a document without a digest, which earlier versions wrote', async () => {
    const store = new TextStore();
    store.texts.set('k', '{"format":2,"text":"a"}');
    expect(await note.readIfSupported('k', store)).toEqual({ text: 'a' });
  });

  it('StoredDocument: returns undefined for a key without an object', async () => {
    expect(await note.read('k', new TextStore())).toBeUndefined();
    expect(await note.readIfSupported('k', new TextStore())).toBeUndefined();
  });

  it.each(unreadable)('StoredDocument: does not read a document with %s', async (_name, text) => {
    const store = new TextStore();
    store.texts.set('k', text);
    expect(await note.readIfSupported('k', store)).toBeUndefined();
    await expect(note.read('k', store)).rejects.toMatchObject({
      code: 'UnsupportedFormat',
      retryable: false,
      message: expect.stringMatching(/The object k of the spec bucket has .*reads format 2\. Deploy/),
    });
  });

  it.each([
    ['{"format":3,"text":"a"}', 'has format 3;', 3],
    ['{"format":"2","text":"a"}', 'has format "2";', '2'],
    ['{"text":"a"}', 'has no format;', undefined],
    ['["a"]', 'has no format;', undefined],
    ['{"format":2}', 'has format 2, but not its members;', 2],
  ])('StoredDocument: says of %s what it found', async (text, found, format) => {
    const store = new TextStore();
    store.texts.set('k', text);
    const subject = 'The object k of the spec bucket';
    await expect(note.read('k', store)).rejects.toMatchObject({
      message: expect.stringContaining(`${subject} ${found}`),
      details: { subject, format, supported: 2 },
    });
  });

  it('StoredDocument: names a long value in place of the format by its beginning', async () => {
    const store = new TextStore();
    store.texts.set('k', JSON.stringify({ format: 'x'.repeat(5000) }));
    await expect(note.read('k', store)).rejects.toThrow(/^.{1,400}$/);
  });

  it('StoredDocument: treats text that is not JSON as absent where the document can be rebuilt, and refuses it elsewhere', async () => {
    const store = new TextStore();
    store.texts.set('k', '{');
    expect(await note.readIfSupported('k', store)).toBeUndefined();
    await expect(note.read('k', store)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it('StoredDocument: throws the error of a store that cannot be read', async () => {
    const failing = { readDocument: () => Promise.reject(new Error('AccessDenied')) };
    await expect(note.readIfSupported('k', failing)).rejects.toThrow('AccessDenied');
  });
});

describe('the documents of the spec bucket', () => {
  it('readDesiredDocument: returns the parsed upload, and undefined for another format', async () => {
    const store = new TextStore();
    await writeDesiredDocument('payments', { revision: 'r1', problems: [] }, store);
    expect(await readDesiredDocument('payments', 'r1', store)).toEqual({ revision: 'r1', problems: [] });
    store.texts.set(desiredKey('payments', 'r1'), '{"format":0,"revision":"r1","problems":[]}');
    expect(await readDesiredDocument('payments', 'r1', store)).toBeUndefined();
  });

  it('readOutcome: returns undefined for a broken outcome, which the next reconciliation replaces', async () => {
    const store = new TextStore();
    store.texts.set(outcomeKey('payments'), '{"format":1,"workspace":"payments"}');
    expect(await readOutcome('payments', store)).toBeUndefined();
    expect(() => outcomeDocument.parse('outcomes/payments.json', { format: 1 })).toThrow(
      /outcomes\/payments\.json of the spec bucket has format 1, but not its members/,
    );
  });

  it.each([
    '{"format":1,"revision":1,"problems":[]}',
    '{"format":1,"revision":"r1","problems":{}}',
    '{"format":1,"revision":"r1","problems":[],"desired":[]}',
    '{"format":1,"revision":"r1","problems":[],"desired":null}',
  ])('readDesiredDocument: treats the broken document %s as absent', async (text) => {
    const store = new TextStore();
    store.texts.set(desiredKey('payments', 'r1'), text);
    expect(await readDesiredDocument('payments', 'r1', store)).toBeUndefined();
  });

  it('readOutcome: returns what writeOutcome wrote for the workspace', async () => {
    const store = new TextStore();
    const outcome: OutcomeDocument = {
      ...{ workspace: 'payments', outcome: 'ready', revision: 'r1', problems: [], resources: [] },
      ...{ time: 't', since: 's', owner: 'ada', applied: {} },
    };
    await writeOutcome(outcome, store);
    expect(await readOutcome('payments', store)).toEqual(outcome);
    expect(await readOutcome('books', store)).toBeUndefined();
  });

  it('writeProgress: writes the progress of a workspace beside its outcome', async () => {
    const store = new TextStore();
    const progress = { revision: 'r1', time: 't', resources: [] };
    await writeProgress('payments', progress, store);
    const stored = await store.readDocument('outcomes/progress/payments.json');
    expect(progressDocument.parse('k', stored)).toEqual(progress);
  });

  it('readRegistryRecords: returns the records of one registry of one workspace', async () => {
    const store = new TextStore();
    const record = {
      recordId: 'r',
      version: '1',
      status: 'APPROVED',
      updatedAt: 1,
      served: {
        recordId: 'r',
        name: 'weather',
        version: '1',
        revision: 'abcdef01',
        createdAt: 0,
        address: { endpoint: 'https://weather.example.com/mcp', host: 'weather.example.com' },
      },
    };
    await writeRegistryRecords('payments', 'tools', [record], store);
    expect(await readRegistryRecords('payments', 'tools', store)).toEqual([record]);
    expect(await readRegistryRecords('payments', 'others', store)).toBeUndefined();
    expect(await readRegistryRecords('books', 'tools', store)).toBeUndefined();
  });

  it('readApprovedRecord: throws for another format, since nothing can rebuild what was approved', async () => {
    const store = new TextStore();
    const id = { registryId: 'tools', recordId: 'r' };
    const content = { name: 'weather', recordType: 'CUSTOM', descriptors: {} };
    await writeApprovedRecord({ ...id, ...content, status: 'APPROVED', version: '1', updatedAt: 0 }, store);
    expect(await readApprovedRecord(id, store)).toEqual({ content, version: '1' });
    store.texts.set('outcomes/records/tools/r.json', JSON.stringify({ format: 1, content }));
    await expect(readApprovedRecord(id, store)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it('readApprovedRecord: keeps each approved revision, and returns none once the record was deprecated', async () => {
    const store = new TextStore();
    const id = { registryId: 'tools', recordId: 'r' };
    const content = { name: 'weather', recordType: 'CUSTOM', descriptors: {} };
    const record = { ...id, ...content, status: 'APPROVED', updatedAt: 0 };
    for (const version of ['1', '2']) await writeApprovedRecord({ ...record, version }, store);
    expect(await readApprovedRecord(id, store)).toMatchObject({ version: '2' });
    const revisions = [...store.texts.keys()].filter((key) => key.startsWith('outcomes/records/tools/r/'));
    expect(revisions).toHaveLength(2);
    await forgetApprovedRecord(id, store);
    expect(await readApprovedRecord(id, store)).toBeUndefined();
  });

  it('readApprovedRecord: throws for a copy that is not what was approved', async () => {
    const store = new TextStore();
    const id = { registryId: 'tools', recordId: 'r' };
    const record = {
      ...id,
      name: 'weather',
      recordType: 'CUSTOM',
      descriptors: {},
      status: 'APPROVED',
      version: '1',
      updatedAt: 0,
    };
    await writeApprovedRecord(record, store);
    const [key = ''] = [...store.texts.keys()].filter((each) => each.startsWith('outcomes/records/tools/r/'));
    const other = new TextStore();
    await writeApprovedRecord({ ...record, name: 'evil' }, other);
    const [forged = ''] = [...other.texts].flatMap(([each, text]) => (each.includes('/r/') ? [text] : []));
    store.texts.set(key, forged);
    await expect(readApprovedRecord(id, store)).rejects.toMatchObject({ code: 'UnsupportedFormat' });
  });

  it('readContract and readToolChanges: treat a broken document as absent', async () => {
    const store = new TextStore();
    store.texts.set('desired/contracts/payments/f.json', '{"format":1,"config":[],"tools":[]}');
    store.texts.set('desired/changes/payments/gatewayTarget/a/b/f.json', '{"format":1,"changes":{}}');
    expect(await readContract('payments', 'f', store)).toBeUndefined();
    const change = await readToolChanges('payments', 'gatewayTarget/a/b', 'f', store);
    expect(change).toMatchObject({ changes: [], unknown: expect.stringContaining('not in the bucket') });
  });
});
