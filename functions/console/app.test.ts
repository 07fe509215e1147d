import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import { InMemorySpecBucket } from '../../adapters/inMemory/inMemorySpecBucket.ts';
import type { Address } from '../../core/address.ts';
import { newRequest } from '../../core/authorization/request.ts';
import type { Reader, ReaderRules } from '../../core/authorization/workspaceReaders.ts';
import { defaultSettings } from '../../core/manifest/settings.ts';
import type { ExecutionDetails, Executions } from '../../core/ports/fleetReads.ts';
import { newRecord } from '../../core/reconcile/ledgerRecord.ts';
import { writeDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { writeOutcome } from '../../core/storage/outcomeDocument.ts';
import { consoleApp } from './app.ts';
import type { ConsoleSettings } from './consolePorts.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const ID = '0123456789abcdef0123456789abcdef';
const ISSUES: Address = 'gatewayTarget/front/issues';
const rules: ReaderRules = {
  operators: ['ops@example.com'],
  groups: { claim: 'groups', operators: ['platform'], workspaces: { finance: ['pay*'] } },
};
const operator: Reader = { name: 'ops@example.com', email: 'ops@example.com', groups: [] };
const owner: Reader = { name: 'ada@example.com', email: 'Ada@Example.com', groups: [] };
const stranger: Reader = { name: 'eve@example.com', email: 'eve@example.com', groups: [] };
const member: Reader = { name: 'kim', groups: ['finance'] };

/** An execution that worked on a workspace. */
function execution(workspace: string, name: string): ExecutionDetails {
  const input = { workspace, detail: { authorizationUrl: 'https://aws.example.com/?s=1' } };
  return { workflow: 'reconcile', name, status: 'SUCCEEDED', startedAt: NOW - 60_000, stoppedAt: NOW, input };
}

function executionsOf(all: readonly ExecutionDetails[]): Executions & { readonly described: string[] } {
  const described: string[] = [];
  const find = (name: string) => all.find((each) => each.name === name);
  return {
    described,
    list: async (workflow) => all.filter((each) => each.workflow === workflow),
    describe: async (_, name) => {
      described.push(name);
      return find(name);
    },
    history: async () => [],
  };
}

/** A console over the workspaces payments, of ada, and catalog, of nobody, each with one question. */
async function open(readers: ConsoleSettings['readers'] = rules) {
  const [ledger, bucket] = [new InMemoryLedger(), new InMemorySpecBucket()];
  const executions = executionsOf([execution('payments', 'of-payments'), execution('catalog', 'of-catalog')]);
  for (const workspace of ['payments', 'catalog']) {
    bucket.upload(workspace, 'manifest.yaml', 'gateways: {}');
    const revision = `revision-of-${workspace}`;
    await writeOutcome(
      {
        ...{ workspace, outcome: 'awaiting', revision, problems: [], resources: [], applied: {} },
        ...{ time: '2026-05-01T11:50:00.000Z', since: '2026-05-01T11:00:00.000Z', owner: 'team' },
      },
      bucket,
    );
    const owners = { default: { contacts: [{ channel: 'email' as const, address: 'ada@example.com' }] } };
    const desired = {
      ...{ workspace, revision, settings: defaultSettings, resources: [], warnings: [] },
      owners: workspace === 'payments' ? owners : {},
    };
    await writeDesiredDocument(workspace, { revision, desired, problems: [] }, bucket);
    const id = workspace === 'payments' ? ID : [...ID].reverse().join('');
    const request = newRequest({
      ...{ id, workspace, address: ISSUES, askedAt: NOW - 3_600_000, fingerprint: 'f' },
      ...{ settings: defaultSettings.authorization, owner: undefined, owners: {} },
      subject: {
        kind: 'authorization',
        gateway: 'front',
        target: `issues-of-${workspace}`,
        scopes: [],
        reason: 'create',
      },
    });
    await ledger.openRequest(request);
    const record = { ...newRecord(ISSUES, NOW), state: 'awaiting-authorization' as const };
    const opened = { id, kind: 'authorization' as const, askedAt: NOW - 3_600_000, fingerprint: 'f' };
    await ledger.writeResource(workspace, { ...record, request: opened }, 0);
  }
  const uploads = {
    listVersions: async () => [],
    readMetadata: async () => ({}),
    listOutcomes: async () => [],
    readOutcome: async () => undefined,
  };
  const settings = { environment: 'main', readers, links: [] };
  const app = consoleApp({ reads: { ledger, bucket, uploads, executions }, settings });
  const get = async (path: string, visitor: Reader | undefined, headers: Record<string, string> = {}) => {
    const bindings = { now: NOW, correlation: 'call-1', ...(visitor && { visitor }) };
    return app.fetch(new Request(`https://console.example.com${path}`, { headers }), bindings);
  };
  const text = async (path: string, visitor?: Reader) => (await get(path, visitor)).text();
  return { app, ledger, bucket, executions, get, text };
}

const referenceIn = (page: string) => /\/inbox\/([0-9a-f]{64})/.exec(page)?.[1] ?? '';

describe('consoleApp: who sees which workspace', () => {
  it('consoleApp: shows the fleet and the inbox to operators, and to others what is theirs', async () => {
    const { text } = await open();
    for (const path of ['/', '/inbox']) {
      const [all, own, none, grouped] = await Promise.all(
        [operator, owner, stranger, member].map((visitor) => text(path, visitor)),
      );
      expect([path, all]).toEqual([
        path,
        expect.stringMatching(/catalog[\s\S]*payments|payments[\s\S]*catalog/),
      ]);
      expect([path, own]).toEqual([path, expect.stringContaining('payments')]);
      expect([path, own]).toEqual([path, expect.not.stringContaining('catalog')]);
      expect([path, none]).toEqual([path, expect.not.stringMatching(/payments|catalog/)]);
      expect([path, grouped]).toEqual([path, expect.stringContaining('payments')]);
      expect([path, grouped]).toEqual([path, expect.not.stringContaining('catalog')]);
    }
  });

  it('consoleApp: answers for the workspace of another as for one that does not exist', async () => {
    const { get } = await open();
    for (const path of ['', '/timeline', '/executions', '/executions/reconcile/of-catalog']) {
      const foreign = await get(`/workspaces/catalog${path}`, owner);
      const absent = await get(`/workspaces/nothing${path}`, owner);
      expect([foreign.status, await foreign.text()]).toEqual([404, await absent.text()]);
      expect(
        (await get(`/workspaces/payments${path.replace('of-catalog', 'of-payments')}`, owner)).status,
      ).toBe(200);
    }
  });

  it('consoleApp: shows no execution of another workspace under the name of one’s own', async () => {
    const { get } = await open();
    expect((await get('/workspaces/payments/executions/reconcile/of-catalog', owner)).status).toBe(404);
    expect((await get('/workspaces/payments/executions/constructor/of-payments', owner)).status).toBe(404);
  });

  it('consoleApp: leads to the page of a question whoever may see its workspace, and nobody else', async () => {
    const { text, get } = await open();
    const inbox = await text('/inbox', owner);
    expect(inbox).not.toContain(ID);
    const path = `/inbox/${referenceIn(inbox)}`;
    const answer = await get(path, owner);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/authorizations/${ID}`]);
    expect((await get(path, stranger)).status).toBe(404);
    expect((await get(`/inbox/${'0'.repeat(64)}`, operator)).status).toBe(404);
  });

  it('consoleApp: leads to no question that is answered', async () => {
    const { ledger, text, get } = await open();
    const reference = referenceIn(await text('/inbox', owner));
    const found = await ledger.readRequest(reference);
    if (!found) throw new Error('the request is stored');
    await ledger.writeRequest({ ...found.request, state: 'refused' }, found.version);
    const { status, headers } = await get(`/inbox/${reference}`, owner);
    expect([status, headers.get('location')]).toEqual([410, null]);
  });

  it('consoleApp: shows nothing without a login, unless the deployment shows everybody everything', async () => {
    const { get } = await open();
    for (const path of ['/', '/inbox', '/workspaces/payments', '/inbox/0']) {
      const refused = await get(path, undefined);
      expect([refused.status, await refused.text()]).toEqual([401, expect.not.stringContaining('payments')]);
    }
    const local = await open('everybody');
    expect(await local.text('/')).toMatch(/catalog[\s\S]*payments/);
  });

  it('consoleApp: takes the owners of a refused upload, too', async () => {
    const { bucket, text } = await open();
    const owners = { default: { contacts: [{ channel: 'email' as const, address: 'eve@example.com' }] } };
    const revision = 'revision-of-catalog';
    const refusal = { owners, schemaOwners: [] };
    await writeDesiredDocument('catalog', { revision, problems: [], refusal }, bucket);
    expect(await text('/', stranger)).toContain('catalog');
  });
});

describe('consoleApp: what it sends', () => {
  it('consoleApp: takes links out of what the steps of an execution got', async () => {
    const { text } = await open();
    const page = await text('/workspaces/payments/executions/reconcile/of-payments', operator);
    expect(page).not.toContain('aws.example.com');
  });

  it('consoleApp: answers 304 while nothing changes, and sends what has changed', async () => {
    const { get, ledger } = await open();
    const first = await get('/workspaces/payments', operator);
    const etag = first.headers.get('etag') ?? '';
    const again = await get('/workspaces/payments', operator, { 'if-none-match': etag });
    expect([again.status, await again.text()]).toEqual([304, '']);
    await ledger.writeResource('payments', { ...newRecord('gateway/new', NOW), state: 'ready' }, 0);
    expect((await get('/workspaces/payments', operator, { 'if-none-match': etag })).status).toBe(200);
  });

  it('consoleApp: asks for the input of an execution once', async () => {
    const { get, executions } = await open();
    for (const _ of ['once', 'twice']) await get('/workspaces/payments/executions', operator);
    expect(executions.described.toSorted()).toEqual(['of-catalog', 'of-payments']);
  });

  it('consoleApp: changes nothing by any method, and has no other route', async () => {
    const { app } = await open();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const request = new Request('https://console.example.com/workspaces/payments', { method });
      const { status } = await app.fetch(request, { now: NOW, correlation: 'c', visitor: operator });
      expect([method, status]).toEqual([method, 404]);
    }
  });

  it('consoleApp: says of a failure only the id under which the log has it', async () => {
    const { get, bucket } = await open();
    bucket.listWorkspaces = () => Promise.reject(new Error('the bucket gateloop-secret is away'));
    const failed = await get('/', operator);
    const page = await failed.text();
    expect(failed.status).toBe(500);
    expect(page).toContain('call-1');
    expect(page).not.toContain('gateloop-secret');
    expect(failed.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('consoleApp: turns a visitor away who asks too often', async () => {
    const { get } = await open();
    const statuses = new Set<number>();
    for (let request = 0; request < 45; request += 1) statuses.add((await get('/inbox/0', operator)).status);
    expect(statuses).toEqual(new Set([404, 429]));
  });
});
