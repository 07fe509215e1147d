import { describe, expect, it } from 'vitest';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import type { JsonObject } from '../../core/json.ts';
import { listChangedWorkspaces } from './listChangedWorkspaces.ts';

const NOW = Date.UTC(2026, 0, 1);

/** Workspaces by what they have or use, and each of them polled before. */
async function ledgerWith(subjects: Readonly<Record<string, readonly string[]>>) {
  const ledger = new InMemoryLedger();
  for (const [workspace, added] of Object.entries(subjects)) {
    ledger.putWorkspace(workspace, { latencies: {} });
    await ledger.indexWorkspace(workspace, { added, removed: [] });
  }
  return ledger;
}

const list = async (ledger: InMemoryLedger, detail: JsonObject) => {
  const { workspaces } = await listChangedWorkspaces({ detail, execution: 'e', now: NOW }, ledger);
  return workspaces.map(({ workspace }) => workspace);
};

const call = (eventName: string, requestParameters: JsonObject): JsonObject => ({
  eventSource: 'bedrock-agentcore.amazonaws.com',
  eventName,
  requestParameters,
});

describe('listChangedWorkspaces', () => {
  it('lists the workspace of the gateway whose target another client changed, and requests no check', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'], books: ['gateway/other-1'] });
    const detail = call('UpdateGatewayTarget', { gatewayIdentifier: 'front-1', targetId: 'T' });
    expect(await list(ledger, detail)).toEqual(['payments']);
    expect(ledger.workspace('payments')?.checkRequests).toBeUndefined();
  });

  it('lists every workspace whose targets a runtime serves, and has each read the runtime', async () => {
    const subjects = ['agentRuntime/search-1'];
    const ledger = await ledgerWith({ payments: subjects, books: subjects, other: [] });
    expect(await list(ledger, call('UpdateAgentRuntime', { agentRuntimeId: 'search-1' }))).toEqual([
      'books',
      'payments',
    ]);
    for (const workspace of ['books', 'payments'])
      expect(ledger.workspace(workspace)?.checkRequests).toEqual({ dependencies: NOW });
    expect(ledger.workspace('other')?.checkRequests).toBeUndefined();
  });

  it('has tags read again where another client changed tags', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'] });
    const resourceArn = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/front-1';
    expect(await list(ledger, call('UntagResource', { resourceArn }))).toEqual(['payments']);
    expect(ledger.workspace('payments')?.checkRequests).toEqual({ tags: NOW });
  });

  it('lists nothing for what no workspace has, and for calls that it does not know', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'] });
    expect(await list(ledger, call('UpdateGateway', { gatewayIdentifier: 'other-1' }))).toEqual([]);
    expect(await list(ledger, call('InvokeGateway', { gatewayIdentifier: 'front-1' }))).toEqual([]);
    expect(await list(ledger, {})).toEqual([]);
  });

  it('names the executions of an event always in the same way, so that a repeated step starts none twice', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'] });
    const event = {
      detail: call('UpdateGateway', { gatewayIdentifier: 'front-1' }),
      execution: 'e',
      now: NOW,
    };
    const first = await listChangedWorkspaces(event, ledger);
    expect(await listChangedWorkspaces(event, ledger)).toEqual(first);
    expect(await listChangedWorkspaces({ ...event, execution: 'f' }, ledger)).not.toEqual(first);
  });
});
