import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import type { Address } from '../address.ts';
import { newRequest } from '../authorization/request.ts';
import type { RequestSubject } from '../authorization/requestSubject.ts';
import { sampleRecordSubject, sampleRequest } from '../authorization/testing/sampleRequest.ts';
import type { FleetReads } from '../ports/fleetReads.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { contractKey } from '../storage/keys.ts';
import { type OutcomeDocument, writeOutcome } from '../storage/outcomeDocument.ts';
import { contractDocument } from '../storage/toolContractDocuments.ts';
import { saveToolList } from '../storage/toolListDocuments.ts';
import { questionOf } from './questions.ts';
import { readFleet, readQuestions, readTools, readUploads, readWorkspaceView } from './readFleet.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const MINUTE = 60_000;
const ID = '0123456789abcdef0123456789abcdef';
const ISSUES: Address = 'gatewayTarget/front/issues';

const consent: RequestSubject = {
  kind: 'authorization',
  gateway: 'front',
  target: 'issues',
  provider: 'github',
  scopes: [],
  reason: 'create',
};

const outcome: OutcomeDocument = {
  workspace: 'payments',
  outcome: 'awaiting',
  revision: 'abc',
  problems: [
    {
      severity: 'warning',
      file: 'manifest.yaml',
      line: 3,
      column: 1,
      path: 'gateways.front',
      message: 'Odd.',
    },
  ],
  resources: [
    {
      address: ISSUES,
      kind: 'gatewayTarget',
      name: 'front/issues',
      state: 'awaiting-authorization',
      reasons: [],
      owner: 'platform',
      since: '2026-05-01T11:00:00.000Z',
    },
  ],
  time: '2026-05-01T11:50:00.000Z',
  since: '2026-05-01T11:00:00.000Z',
  owner: 'team',
  applied: {},
};

const record = (address: Address, more: Partial<ResourceRecord> = {}): ResourceRecord => ({
  address,
  state: 'ready',
  reasons: [],
  since: NOW - 30 * MINUTE,
  ...more,
});

async function arrange() {
  const ledger = new InMemoryLedger();
  const bucket = new InMemorySpecBucket();
  bucket.upload('payments', 'manifest.yaml', '');
  bucket.upload('orders', 'manifest.yaml', '');
  await writeOutcome(outcome, bucket);
  const asked = { id: ID, kind: 'authorization', askedAt: NOW - 20 * MINUTE } as const;
  ledger.putResource('payments', record(ISSUES, { state: 'awaiting-authorization', request: asked }));
  ledger.putResource(
    'payments',
    record('gateway/front', { id: 'front-1', outputs: { gatewayArn: 'arn:aws:bedrock:front' } }),
  );
  await ledger.openRequest({
    ...newRequest({
      id: ID,
      workspace: 'payments',
      address: ISSUES,
      subject: consent,
      settings: { remindAfter: [], escalateAfter: 60, expireAfter: 3600 },
      askedAt: asked.askedAt,
      owner: { contacts: [{ channel: 'email', address: 'ada@example.com' }] },
      owners: { escalation: { contacts: [{ channel: 'slack', address: '#platform' }] } },
    }),
    taskToken: 'secret-token',
    notifications: [{ stage: 'ask', sentAt: NOW - 19 * MINUTE, failedContacts: [] }],
  });
  const nowhere: Pick<FleetReads, 'uploads' | 'executions'> = {
    uploads: {
      listVersions: async () => [],
      readMetadata: async () => ({}),
      listOutcomes: async () => [],
      readOutcome: async () => undefined,
    },
    executions: { list: async () => [], describe: async () => undefined, history: async () => [] },
  };
  const reads: FleetReads = { ledger, bucket, now: () => NOW, ...nowhere };
  return { ledger, bucket, reads };
}

describe('readFleet', () => {
  it('readFleet: tells the state, the waiting and the passes of each workspace', async () => {
    const { reads, ledger } = await arrange();
    ledger.putWorkspace('payments', { nextResyncAt: NOW + MINUTE });
    expect(await readFleet(reads)).toEqual({
      time: '2026-05-01T12:00:00.000Z',
      basedOn: 'ledger',
      workspaces: [
        {
          workspace: 'orders',
          state: 'new',
          reconciling: false,
          resources: {},
          errors: 0,
          warnings: 0,
          waiting: 0,
        },
        {
          workspace: 'payments',
          state: 'awaiting',
          since: '2026-05-01T11:00:00.000Z',
          reconciling: false,
          owner: 'team',
          resources: { ready: 1, 'awaiting-authorization': 1 },
          errors: 0,
          warnings: 1,
          waiting: 1,
          waitingSince: '2026-05-01T11:40:00.000Z',
          lastPass: '2026-05-01T11:50:00.000Z',
          // The synchronization is due before the drift pass at 12:05.
          nextPass: '2026-05-01T12:01:00.000Z',
        },
      ],
    });
  });

  it('readFleet: shows a held lease as a reconciliation, and an expired one as none', async () => {
    const { reads, ledger } = await arrange();
    await ledger.takeLease({ workspace: 'payments', holder: 'one', now: NOW, duration: MINUTE });
    await ledger.takeLease({ workspace: 'orders', holder: 'two', now: NOW - MINUTE, duration: 1 });
    const { workspaces } = await readFleet(reads);
    expect(workspaces.map(({ reconciling }) => reconciling)).toEqual([false, true]);
    expect(workspaces[1]).not.toHaveProperty('nextPass');
  });

  it('readFleet: shows suspensions and tripped breakers', async () => {
    const { reads, ledger } = await arrange();
    await ledger.suspend('payments', { since: NOW, reason: 'incident' });
    ledger.putWorkspace('orders', { breaker: { kind: 'fleet', since: NOW, resources: 9 } });
    const { workspaces } = await readFleet(reads);
    expect(workspaces[1]?.suspension).toEqual({ since: '2026-05-01T12:00:00.000Z', reason: 'incident' });
    expect(workspaces[0]?.breaker).toEqual({
      kind: 'fleet',
      since: '2026-05-01T12:00:00.000Z',
      resources: 9,
    });
  });

  it('readFleet: rests on the last outcome where the ledger may not be read', async () => {
    const { bucket, reads } = await arrange();
    const { ledger: _, ...withoutLedger } = reads;
    const { basedOn, workspaces } = await readFleet({ ...withoutLedger, bucket });
    expect(basedOn).toBe('outcome');
    expect(workspaces[1]).toMatchObject({
      state: 'awaiting',
      resources: { 'awaiting-authorization': 1 },
      waiting: 1,
      waitingSince: '2026-05-01T11:00:00.000Z',
    });
  });
});

describe('readWorkspaceView', () => {
  it('readWorkspaceView: lists resources in the order of the outcome, then those of the ledger', async () => {
    const { reads } = await arrange();
    const view = await readWorkspaceView('payments', reads);
    expect(view?.members.map(({ address }) => address)).toEqual([ISSUES, 'gateway/front']);
    expect(view?.members[0]).toMatchObject({
      parent: 'gateway/front',
      state: 'awaiting-authorization',
      owner: 'platform',
      questions: [view?.questions[0]?.reference],
    });
    expect(view?.members[1]).toMatchObject({ id: 'front-1', arn: 'arn:aws:bedrock:front' });
    expect(view?.problems).toEqual(outcome.problems);
  });

  it.each([
    [{ count: 2 }, { failures: 2, nextAt: '2026-05-01T12:00:00.000Z', rolledBack: false }],
    [{ count: 7 }, { failures: 7, rolledBack: false }],
    [
      { count: 9, denied: true as const },
      { failures: 9, nextAt: '2026-05-01T12:00:00.000Z', rolledBack: false },
    ],
    [
      { count: 3, rolledBack: true as const },
      { failures: 3, rolledBack: true },
    ],
  ])('readWorkspaceView: tells of the failures %j when the next attempt comes', async (more, retry) => {
    const { reads, ledger } = await arrange();
    const state = { fingerprint: 'f', firstAt: NOW, nextAt: NOW, deferrals: 0, reasons: [], ...more };
    ledger.putResource('payments', record('gateway/front', { state: 'failed', retry: state }));
    const view = await readWorkspaceView('payments', reads);
    expect(view?.members[1]?.retry).toEqual(retry);
  });

  it('readWorkspaceView: proves the last synchronization', async () => {
    const { reads, ledger } = await arrange();
    const toolWatch = { synchronizedAt: NOW, lists: {}, readFrom: [], obstacles: {} };
    ledger.putResource('payments', record(ISSUES, { toolWatch, syncWantedAt: NOW }));
    const view = await readWorkspaceView('payments', reads);
    expect(view?.members[0]?.sync).toMatchObject({
      at: '2026-05-01T12:00:00.000Z',
      wantedSince: '2026-05-01T12:00:00.000Z',
      watch: { watched: false },
    });
  });

  it('readWorkspaceView: leaves out what is absent, and knows no workspace without a file', async () => {
    const { reads, ledger } = await arrange();
    ledger.putResource('payments', record('gateway/gone', { state: 'absent' }));
    expect((await readWorkspaceView('payments', reads))?.members).toHaveLength(2);
    expect(await readWorkspaceView('orders', reads)).toMatchObject({ state: 'new', members: [] });
    expect(await readWorkspaceView('nowhere', reads)).toBeUndefined();
  });
});

describe('readQuestions', () => {
  it('readQuestions: tells who is asked what, since when and until when, and nothing that opens the request', async () => {
    const { reads } = await arrange();
    const questions = await readQuestions(reads);
    expect(questions).toEqual([
      {
        reference: expect.stringMatching(/^[0-9a-f]{64}$/),
        workspace: 'payments',
        address: ISSUES,
        kind: 'authorization',
        state: 'open',
        question: 'Give consent at github for front/issues, so that it can be created.',
        owner: 'platform',
        escalation: '#platform',
        askedAt: '2026-05-01T11:40:00.000Z',
        until: '2026-05-01T12:40:00.000Z',
        toldAt: '2026-05-01T11:41:00.000Z',
        undelivered: false,
      },
    ]);
    const text = JSON.stringify([
      questions,
      await readFleet(reads),
      await readWorkspaceView('payments', reads),
    ]);
    for (const secret of [ID, 'secret-token', 'ada@example.com']) expect(text).not.toContain(secret);
  });

  it('readQuestions: leaves out what was answered', async () => {
    const { reads, ledger } = await arrange();
    const [question] = await readQuestions(reads);
    const stored = await ledger.readRequest(question?.reference ?? '');
    if (stored) ledger.putRequest({ ...stored.request, state: 'refused' });
    expect(await readQuestions(reads)).toEqual([]);
  });

  it('readQuestions: lists the records of registries', async () => {
    const { reads, ledger } = await arrange();
    ledger.putWorkspace('orders', { registryIds: ['r1'] });
    await ledger.openRequest(
      newRequest({
        id: 'f'.repeat(32),
        workspace: 'orders',
        address: 'registry/tools',
        subject: {
          kind: 'record',
          registryId: 'r1',
          recordId: 'x',
          name: 'weather',
          descriptorType: 'MCP',
          facts: {},
          importedBy: [],
        },
        settings: { remindAfter: [], escalateAfter: 60, expireAfter: 3600 },
        askedAt: NOW,
        owner: undefined,
        owners: {},
      }),
    );
    expect((await readQuestions(reads)).map(({ question }) => question)).toEqual([
      'Give consent at github for front/issues, so that it can be created.',
      'Approve the record weather of the registry tools.',
    ]);
  });

  it.each([
    [
      sampleRequest({
        address: 'registry/tools',
        subject: { ...sampleRecordSubject, difference: { changes: [], total: 0 } },
      }),
      'Approve the new version of the record issues of the registry tools.',
    ],
    [
      sampleRequest({
        address: 'registryRecord/refunds',
        subject: {
          kind: 'authorization',
          of: 'registryRecord',
          gateway: '',
          target: 'refunds',
          loginAt: 'GitHub',
          scopes: [],
          reason: 'create',
        },
      }),
      'Give consent at GitHub for the record refunds, so that its registry can read the source.',
    ],
  ])('questionOf: names the record that a person is asked about (%#)', (request, question) => {
    expect(questionOf(request)?.question).toBe(question);
  });
});

describe('readTools', () => {
  it('readTools: takes the tools of a schema, and otherwise those that were listed last', async () => {
    const { reads, ledger, bucket } = await arrange();
    const digest = 'd'.repeat(64);
    const lambda = { targetConfiguration: { mcp: { lambda: { toolSchema: { s3: { uri: 's3://a' } } } } } };
    const tool = { name: 'find', description: 'Finds.', inputSchema: {} };
    await contractDocument.write(contractKey('payments', 'f1'), { config: lambda, tools: [tool] }, bucket);
    await saveToolList({ workspace: 'payments', address: ISSUES, digest }, [{ name: 'list' }], bucket);
    const toolWatch = { synchronizedAt: NOW, lists: { server: digest }, readFrom: [], obstacles: {} };
    ledger.putResource('payments', record(ISSUES, { toolWatch }));
    const applied = { fingerprint: 'f1', updatedAt: NOW };
    ledger.putResource('payments', record('gatewayTarget/front/orders', { applied }));
    ledger.putResource('payments', record('gatewayTarget/front/new'));
    const view = await readWorkspaceView('payments', reads);
    const tools = view ? await readTools(view, reads) : [];
    const of = (name: string) => tools.find(({ target }) => target === name);
    expect(of('front/issues')).toMatchObject({ source: 'server', tools: [{ name: 'list' }] });
    expect(of('front/orders')).toMatchObject({
      source: 'schema',
      tools: [{ name: 'find', description: 'Finds.' }],
    });
    expect(of('front/new')).toMatchObject({ tools: [], unknown: 'Nothing was applied yet.' });
  });
});

describe('readUploads', () => {
  const version = (path: string, time: number, isDeletion = false) => ({
    path,
    versionId: `${path}@${time}`,
    time,
    isDeletion,
  });

  it('readUploads: groups the files of one push, and names uploader, commit and outcome', async () => {
    const { reads } = await arrange();
    const uploads = await readUploads('payments', 2, {
      ...reads,
      uploads: {
        listVersions: async () => [
          version('manifest.yaml', NOW),
          version('schemas/a.json', NOW - 1000),
          version('schemas/b.json', NOW - 2000, true),
          version('schemas/.DS_Store', NOW - 500),
          version('manifest.yaml', NOW - 10_000),
          version('manifest.yaml', NOW - 60 * MINUTE),
        ],
        readMetadata: async (_, { versionId }) => ({ 'gateloop-by': 'ada', 'gateloop-commit': versionId }),
        listOutcomes: async (_, since) =>
          [NOW + 5000, NOW + 1, NOW - 5000, NOW - 9000]
            .filter((time) => time >= since)
            .map((time) => ({ versionId: `${time}`, time })),
        readOutcome: async (_, { time }) => ({ outcome: time > NOW ? 'ready' : 'failed' }),
      },
    });
    expect(uploads).toEqual([
      {
        time: '2026-05-01T12:00:00.000Z',
        by: 'ada',
        commit: `manifest.yaml@${NOW}`,
        changed: ['manifest.yaml', 'schemas/a.json'],
        deleted: ['schemas/b.json'],
        outcome: 'ready',
      },
      expect.objectContaining({ changed: ['manifest.yaml'], deleted: [], outcome: 'failed' }),
    ]);
  });
});
