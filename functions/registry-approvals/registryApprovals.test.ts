import { describe, expect, it } from 'vitest';
import { InMemoryEvents } from '../../adapters/inMemory/inMemoryEvents.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemoryRegistryRecords } from '../../adapters/inMemory/inMemoryRegistryRecords.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import { InMemoryTaskCallbacks } from '../../adapters/inMemory/inMemoryTaskCallbacks.ts';
import { ServiceError, StepKilled } from '../../adapters/inMemory/serviceError.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { sampleRequest } from '../../core/authorization/testing/sampleRequest.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Owners } from '../../core/manifest/owners.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import { writeDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { readApprovedRecord } from '../../core/storage/registryDocuments.ts';
import { readRequestDetails } from '../../core/storage/requestDetails.ts';
import { applyDecision, applyExternalDecision } from './applyDecision.ts';
import { handleRecordEvent } from './handleRecordEvent.ts';

const NOW = Date.UTC(2026, 0, 1, 10);
const MINUTE = 60_000;
const RECORD = { registryId: 'Registry0001', recordId: 'Record000001' };
const DONE = { next: 'done', reference: '', workspace: '' };
const id = (number: number) => String(number).padStart(32, '0');
const reference = (number: number) => hashId(id(number));

const server = (name: string): JsonObject => {
  const definition = {
    name,
    version: '1',
    remotes: [{ type: 'streamable-http', url: 'https://mcp.example.com/mcp' }],
  };
  return { mcpServer: { data: JSON.stringify(definition) } };
};

/** A registry that the workspace `curation` manages; a record in it waits for approval. */
async function openRegistry() {
  const ledger = new InMemoryLedger();
  const specBucket = new InMemorySpecBucket();
  const records = new InMemoryRegistryRecords();
  const events = new InMemoryEvents();
  const taskCallbacks = new InMemoryTaskCallbacks();
  let ids = 0;
  const newId = () => {
    ids += 1;
    return id(ids);
  };
  const ports = { ledger, specBucket, records, events, taskCallbacks, newId };
  records.putRegistry(RECORD.registryId);
  const content = { name: 'issues', description: 'Reads issues.', recordType: 'MCP' };
  const pending = {
    ...RECORD,
    ...content,
    descriptors: server('issues'),
    status: 'PENDING_APPROVAL',
    version: '1',
    createdAt: NOW,
    updatedAt: NOW,
  };
  records.putRecord(pending);
  const change = (given: Partial<typeof pending>) => records.putRecord({ ...pending, ...given });
  /** Uploads a workspace that manages the registry under the name `tools`. */
  const manage = async (workspace: string, owners: Owners = {}, resources: DesiredResource[] = []) => {
    specBucket.upload(workspace, 'manifest.yaml', '');
    ledger.putResource(workspace, {
      address: 'registry/tools',
      id: RECORD.registryId,
      state: 'ready',
      reasons: [],
      since: NOW,
    });
    ledger.putWorkspace(workspace, { acceptedRevision: 'r1' });
    const desired = { workspace, revision: 'r1', settings: defaultSettings, owners, resources, warnings: [] };
    await writeDesiredDocument(workspace, { revision: 'r1', desired, problems: [] }, specBucket);
  };
  const importFrom = (workspace: string, registryIds: readonly string[]) => {
    specBucket.upload(workspace, 'manifest.yaml', '');
    ledger.putWorkspace(workspace, { registryIds });
  };
  await manage('curation');
  const handle = (now = NOW) => handleRecordEvent(RECORD, now, ports);
  const request = (number: number) => ledger.request(reference(number))?.request;
  const approved = () => readApprovedRecord(RECORD, specBucket);
  return { ...ports, ports, pending, change, manage, importFrom, handle, request, approved };
}

describe('handleRecordEvent: a record that waits for approval', () => {
  it('opens one request, however often the event comes', async () => {
    const { handle, request } = await openRegistry();
    const ask = { next: 'ask', reference: reference(1), workspace: 'curation' };
    expect([await handle(), await handle()]).toEqual([ask, ask]);
    expect(request(1)).toMatchObject({
      id: id(1),
      workspace: 'curation',
      address: 'registry/tools',
      state: 'open',
      askedAt: NOW,
      settings: defaultSettings.authorization,
      subject: { kind: 'record', ...RECORD, name: 'issues', description: 'Reads issues.', importedBy: [] },
    });
    expect(request(2)).toBeUndefined();
  });

  it('sends the request to the owner of the registry, else to the default owner', async () => {
    const { handle, request, manage, change } = await openRegistry();
    const contacts = (address: string) => ({ contacts: [{ channel: 'email' as const, address }] });
    const owners = { default: contacts('default@example.com'), escalation: contacts('second@example.com') };
    await manage('curation', owners);
    await handle();
    expect(request(1)).toMatchObject({ owner: owners.default, escalation: owners.escalation });
    const owner = contacts('tools@example.com');
    const location = { file: 'manifest.yaml', line: 1, column: 1 };
    const registry: DesiredResource = {
      address: 'registry/tools',
      kind: 'registry',
      name: 'tools',
      config: {},
      references: [],
      settings: defaultSettings,
      owner,
      location,
    };
    await manage('curation', owners, [registry]);
    change({ version: '2' });
    await handle();
    expect(request(2)?.owner).toEqual(owner);
  });

  it('names the workspaces that will import a server, and none for a record without a server', async () => {
    const { handle, request, importFrom, change } = await openRegistry();
    importFrom('billing', [RECORD.registryId]);
    importFrom('payments', ['Registry0002', RECORD.registryId]);
    importFrom('search', ['Registry0002']);
    await handle();
    expect(request(1)?.subject).toMatchObject({ importedBy: ['billing', 'payments'] });
    change({ version: '2', descriptors: { custom: { data: '{}' } } });
    await handle();
    expect(request(2)?.subject).toMatchObject({ importedBy: [] });
  });

  it('shows the difference from the approved version, and keeps a long submission out of the ledger', async () => {
    const { handle, request, change, pending, specBucket } = await openRegistry();
    change({ status: 'APPROVED' });
    await handle();
    change({ version: '2', descriptors: server('n'.repeat(30_000)), status: pending.status });
    await handle();
    const subject = request(1)?.subject;
    expect(subject).toMatchObject({ kind: 'record', difference: { total: 1 } });
    expect(JSON.stringify(subject).length).toBeLessThan(30_000);
    if (subject?.kind !== 'record' || !subject.details) throw new Error('The request has no details.');
    expect(await readRequestDetails(subject.details, specBucket)).toMatchObject({
      kind: 'record',
      submission: expect.stringContaining('n'.repeat(30_000)),
      difference: { total: 1 },
    });
  });

  it('withdraws the request about another version', async () => {
    const { handle, request, change, events } = await openRegistry();
    await handle();
    change({ version: '2' });
    expect(await handle()).toMatchObject({ next: 'ask', reference: reference(2) });
    expect(request(1)).toMatchObject({
      state: 'withdrawn',
      reason: 'Another version of the record was submitted.',
    });
    expect(events.published('Authorization Closed')).toHaveLength(1);
  });

  it.each([
    ['completed', 30 * MINUTE - 1, 'done'],
    ['refused', 0, 'done'],
    ['refused', 30 * MINUTE, 'ask'],
    ['expired', 30 * MINUTE, 'ask'],
    ['withdrawn', 0, 'ask'],
  ] as const)(
    'after a request about the same version that was %s and carried out %i ms ago, the next step is %s',
    async (state, age, next) => {
      const { handle, request, ledger } = await openRegistry();
      await handle();
      const first = request(1);
      if (first) ledger.putRequest({ ...first, state, closedAt: NOW });
      await ledger.endRecordRequest('curation', reference(1));
      expect((await handle(NOW + age)).next).toBe(next);
    },
  );

  it.each(['completed', 'refused', 'expired'] as const)(
    'asks anew about the same version that was submitted again right after a request about it was %s',
    async (state) => {
      const { handle, request, ledger, change } = await openRegistry();
      await handle();
      const first = request(1);
      if (first) ledger.putRequest({ ...first, state, closedAt: NOW });
      change({ updatedAt: NOW + 1 });
      // Until the decision is applied, it may be the answer to this submission.
      expect((await handle(NOW + 2)).next).toBe(state === 'expired' ? 'ask' : 'done');
      await ledger.endRecordRequest('curation', reference(1));
      expect(await handle(NOW + 3)).toMatchObject({ next: 'ask', reference: reference(2) });
    },
  );

  it.each([
    ['completed', 'APPROVED'],
    ['refused', 'REJECTED'],
  ] as const)(
    'applies a decision (%s) that was made 30 minutes ago and never carried out, and asks nobody again',
    async (state, status) => {
      const { handle, request, ledger, records } = await openRegistry();
      await handle();
      const first = request(1);
      if (first) ledger.putRequest({ ...first, state, closedAt: NOW });
      expect(await handle(NOW + 30 * MINUTE)).toEqual(DONE);
      expect(records.decisions()).toMatchObject([{ ...RECORD, status }]);
      expect(request(2)).toBeUndefined();
      expect(await ledger.listRecordRequests('curation')).toEqual([]);
    },
  );

  it('opens a new request when a person renewed a refused one', async () => {
    const { handle, request, ledger } = await openRegistry();
    await handle();
    const first = request(1);
    if (first) ledger.putRequest({ ...first, state: 'refused', closedAt: NOW, renewalRequestedAt: NOW });
    expect(await handle()).toMatchObject({ next: 'ask', reference: reference(2) });
  });

  it('opens the request in the workspace that manages this registry, not in one with another registry', async () => {
    const { handle, manage, ledger } = await openRegistry();
    await manage('analytics');
    const other = ledger.resource('analytics', 'registry/tools')?.record;
    if (other) ledger.putResource('analytics', { ...other, id: 'Registry0002' });
    expect((await handle()).workspace).toBe('curation');
  });

  it('opens no request for a registry that no workspace manages', async () => {
    const { handle, specBucket, request } = await openRegistry();
    specBucket.deleteUpload('curation', 'manifest.yaml');
    expect(await handle()).toEqual(DONE);
    expect(request(1)).toBeUndefined();
  });

  it('fails with a retryable error while the manifest of the owning workspace is not parsed', async () => {
    const { handle, ledger } = await openRegistry();
    for (const record of [{}, { acceptedRevision: 'r2' }]) {
      ledger.putWorkspace('curation', record);
      await expect(handle()).rejects.toMatchObject({ code: 'ManifestUnread', retryable: true });
    }
  });

  it('withdraws its own request when another step opened one meanwhile, and starts the other', async () => {
    const { handle, request, ledger, events } = await openRegistry();
    ledger.script.beforeNext('replaceAlias', async () => void (await handle()));
    expect(await handle()).toMatchObject({ next: 'ask', reference: reference(2) });
    expect(request(1)).toMatchObject({ state: 'withdrawn' });
    expect(events.published()).toEqual([]);
  });

  it('fails with a retryable error after five attempts', async () => {
    const { handle, ledger } = await openRegistry();
    const alias = hashId(`record ${RECORD.registryId} ${RECORD.recordId}`);
    for (let attempt = 0; attempt < 5; attempt += 1)
      ledger.script.beforeNext('replaceAlias', () => ledger.putAlias(alias, `other ${attempt}`));
    await expect(handle()).rejects.toMatchObject({ code: 'RequestContended', retryable: true });
    expect(ledger.script.calls('replaceAlias')).toHaveLength(5);
  });
});

describe('handleRecordEvent: a revision of what was approved', () => {
  const skillPackage = { source: { fromUrl: { url: 's3://skills/a.zip' } } };
  const skill: JsonObject = { agentSkillsDefinition: { additionalData: { skillPackage } } };

  /** A registry with an approved record, of which a new revision waits. */
  async function resubmitted(edit: object, content: object = {}) {
    const registry = await openRegistry();
    registry.change({ ...content, status: 'APPROVED' });
    await registry.handle();
    registry.change({ ...content, version: '2', ...edit });
    return registry;
  }

  it('approves a revision with the approved content without asking, whatever its version', async () => {
    const { handle, records, request, approved } = await resubmitted({});
    expect(await handle()).toEqual(DONE);
    const reason = 'Approved through Gateloop: nothing differs from the revision that was approved before.';
    expect(records.decisions()).toEqual([{ ...RECORD, status: 'APPROVED', reason }]);
    expect(request(1)).toBeUndefined();
    expect(await approved()).toMatchObject({ version: '2' });
  });

  it('withdraws the question about another revision when the approved content is submitted again', async () => {
    const { handle, request, change } = await resubmitted({ description: 'Edited.' });
    expect(await handle()).toMatchObject({ next: 'ask' });
    change({ version: '3' });
    expect(await handle()).toEqual(DONE);
    expect(request(1)).toMatchObject({
      state: 'withdrawn',
      reason: 'The record has what was approved before.',
    });
  });

  it.each([
    { name: 'other' },
    { description: 'Edited.' },
    { descriptors: server('other') },
    { customMetadata: { team: 'search' } },
    { packageSha256: 'a'.repeat(64) },
  ])('asks about a revision with another member: %j', async (edit) => {
    const { handle, records } = await resubmitted(edit);
    expect(await handle()).toMatchObject({ next: 'ask' });
    expect(records.decisions()).toEqual([]);
  });

  it('asks about a skill package whose files cannot be compared', async () => {
    const { handle } = await resubmitted({}, { recordType: 'SKILL', descriptors: skill });
    expect(await handle()).toMatchObject({ next: 'ask' });
  });

  it('approves a skill package with the checksum of the approved one', async () => {
    const packageSha256 = 'a'.repeat(64);
    const { handle } = await resubmitted({}, { recordType: 'SKILL', descriptors: skill, packageSha256 });
    expect(await handle()).toEqual(DONE);
  });

  it('asks again about a record that was deprecated since', async () => {
    const { handle, change } = await resubmitted({ status: 'DEPRECATED' });
    await handle();
    change({ version: '3' });
    expect(await handle()).toMatchObject({ next: 'ask' });
  });

  it('leaves a record of a registry that no workspace manages any more', async () => {
    const { handle, records, specBucket } = await resubmitted({});
    specBucket.deleteUpload('curation', 'manifest.yaml');
    expect(await handle()).toEqual(DONE);
    expect(records.decisions()).toEqual([]);
  });

  it.each(['ThrottlingException', 'ConflictException'] as const)('is tried again after %s', async (code) => {
    const { handle, records } = await resubmitted({});
    records.script.failNext('updateStatus', new ServiceError(code));
    await expect(handle()).rejects.toMatchObject({ code, retryable: true });
    expect(await handle()).toEqual(DONE);
    expect(records.decisions()).toHaveLength(1);
  });
});

describe('handleRecordEvent: any other status', () => {
  it.each(['DRAFT', 'REJECTED', undefined])(
    'withdraws the open request, and reconciles the importing workspaces: %s',
    async (status) => {
      const { handle, request, change, records, importFrom, events, approved } = await openRegistry();
      importFrom('billing', [RECORD.registryId]);
      importFrom('payments', [RECORD.registryId]);
      await handle();
      if (status) change({ status });
      else records.removeRecord(RECORD);
      expect(await handle()).toEqual(DONE);
      expect(request(1)).toMatchObject({
        state: 'withdrawn',
        reason: 'The record does not wait for approval any more.',
      });
      const reconciled = events.published('Reconcile Requested').map(({ detail }) => detail.workspace);
      expect(reconciled).toEqual(['curation', 'billing', 'payments']);
      expect(await approved()).toBeUndefined();
    },
  );

  it('publishes nothing when no workspace imports from the registry', async () => {
    const { handle, change, events } = await openRegistry();
    change({ status: 'DRAFT' });
    await handle();
    expect(events.script.calls()).toEqual([]);
  });

  it('stores a record that was approved in the console, for a registry that a workspace manages', async () => {
    const { handle, change, approved, specBucket } = await openRegistry();
    change({ status: 'APPROVED' });
    await handle();
    expect(await approved()).toMatchObject({ content: { name: 'issues' } });
    specBucket.deleteUpload('curation', 'manifest.yaml');
    change({ status: 'APPROVED', name: 'other' });
    await handle();
    expect(await approved()).toMatchObject({ content: { name: 'issues' } });
  });
});

describe('applyDecision', () => {
  async function decided(state: 'completed' | 'refused' | 'expired' | 'withdrawn', details = {}) {
    const registry = await openRegistry();
    await registry.handle();
    const request = registry.request(1);
    if (request) registry.ledger.putRequest({ ...request, state, closedAt: NOW, ...details });
    return { ...registry, apply: () => applyDecision(reference(1), registry.ports) };
  }

  it('approves the record of an approved request once, and stores the version', async () => {
    const { apply, records, approved } = await decided('completed', { closedBy: 'ada', reason: 'useful' });
    expect([await apply(), await apply()]).toEqual([DONE, DONE]);
    const reason = 'Approved through Gateloop by ada: useful';
    expect(records.decisions()).toEqual([{ ...RECORD, status: 'APPROVED', reason }]);
    expect(await approved()).toMatchObject({ content: { name: 'issues' } });
  });

  it('ends the request once the registry has the decision, and keeps it while the registry rejects it', async () => {
    const { apply, records, ledger } = await decided('completed');
    records.script.failNext('updateStatus', new ServiceError('ThrottlingException', 'Slow down.'));
    await expect(apply()).rejects.toThrow();
    expect(await ledger.listRecordRequests('curation')).toEqual([reference(1)]);
    await apply();
    expect(await ledger.listRecordRequests('curation')).toEqual([]);
  });

  it('rejects the record of a refused request, and stores no version', async () => {
    const { apply, records, approved } = await decided('refused');
    await apply();
    const reason = 'Rejected through Gateloop by a person with the link.';
    expect(records.decisions()).toEqual([{ ...RECORD, status: 'REJECTED', reason }]);
    expect(await approved()).toBeUndefined();
  });

  it('cuts the reason at the 255 characters that the API accepts', async () => {
    const { apply, records } = await decided('refused', { reason: 'r'.repeat(300) });
    await apply();
    expect(records.decisions()[0]?.reason).toHaveLength(255);
  });

  it.each(['expired', 'withdrawn'] as const)('leaves the record of a request that is %s', async (state) => {
    const { apply, records } = await decided(state);
    expect(await apply()).toEqual(DONE);
    expect(records.script.calls('updateStatus')).toEqual([]);
  });

  it.each([{ version: '2' }, { status: 'DRAFT' }])(
    'leaves a record that was edited since the person saw it: %j',
    async (edit) => {
      const { apply, change, records } = await decided('completed');
      change(edit);
      await apply();
      expect(records.script.calls('updateStatus')).toEqual([]);
    },
  );

  it('ignores requests that are unknown, open or not about a record', async () => {
    const { ports, ledger, records, handle } = await openRegistry();
    await handle();
    const other = sampleRequest({ state: 'completed', closedAt: NOW });
    ledger.putRequest(other);
    for (const each of ['unknown', reference(1), other.reference])
      expect(await applyDecision(each, ports)).toEqual(DONE);
    expect(records.script.calls('updateStatus')).toEqual([]);
  });

  it.each([
    ['ThrottlingException', true],
    ['ConflictException', true],
    ['AccessDeniedException', false],
  ] as const)('fails with %s of the service, retryable: %s', async (code, retryable) => {
    const { apply, records, approved } = await decided('completed');
    records.script.failNext('updateStatus', new ServiceError(code));
    await expect(apply()).rejects.toMatchObject({ code, retryable });
    expect(await approved()).toBeUndefined();
  });

  it('is done by the event of the record when the step is killed before it stores the version', async () => {
    const { apply, specBucket, approved, handle } = await decided('completed');
    specBucket.script.failNext('writeDocument', new StepKilled());
    await expect(apply()).rejects.toThrow(StepKilled);
    await handle();
    expect(await approved()).toMatchObject({ content: { name: 'issues' } });
  });
});

describe('applyExternalDecision', () => {
  const decision = { by: 'service desk', reason: 'ticket 7' };

  it.each([
    ['approved', 'completed'],
    ['refused', 'refused'],
  ] as const)('closes a request about a record that another system %s', async (outcome, state) => {
    const { ports, handle, request, events } = await openRegistry();
    await handle();
    expect(
      await applyExternalDecision({ reference: reference(1), outcome, ...decision }, NOW, ports),
    ).toEqual(DONE);
    expect(request(1)).toMatchObject({ state, closedBy: 'service desk', reason: 'ticket 7' });
    expect(events.published().map(({ detailType }) => detailType)).toEqual([
      'Authorization Closed',
      'Reconcile Requested',
    ]);
  });

  it('closes no authorization that another system calls approved, and reconciles the workspace', async () => {
    const { ports, ledger, events } = await openRegistry();
    const open = sampleRequest();
    ledger.putRequest(open);
    await applyExternalDecision({ reference: open.reference, outcome: 'approved' }, NOW, ports);
    expect(ledger.request(open.reference)?.request.state).toBe('open');
    expect(events.published()).toEqual([
      { detailType: 'Reconcile Requested', detail: { workspace: 'payments' } },
    ]);
    await applyExternalDecision({ reference: open.reference, outcome: 'refused' }, NOW, ports);
    expect(ledger.request(open.reference)?.request.state).toBe('refused');
  });

  it('does nothing for an unknown request', async () => {
    const { ports, events } = await openRegistry();
    await applyExternalDecision({ reference: 'unknown', outcome: 'refused' }, NOW, ports);
    expect(events.published()).toEqual([]);
  });
});
