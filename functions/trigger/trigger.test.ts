import { describe, expect, it } from 'vitest';
import { InMemoryExecutionStarter } from '../../adapters/inMemory/inMemoryExecutionStarter.ts';
import { InMemoryLedger } from '../../adapters/inMemory/inMemoryLedger.ts';
import type { JsonObject } from '../../core/json.ts';
import { trigger } from './trigger.ts';
import { parseTriggerEvent } from './triggerEvent.ts';

const NOW = Date.UTC(2026, 0, 1);

/** Workspaces by what they have or use, and each of them polled before. */
async function ledgerWith(subjects: Readonly<Record<string, readonly string[]>>) {
  const ledger = new InMemoryLedger();
  for (const [workspace, added] of Object.entries(subjects)) {
    ledger.putWorkspace(workspace, {});
    await ledger.indexWorkspace(workspace, { added, removed: [] });
  }
  return ledger;
}

/** Handles an event. @returns the workspaces that it is about, and what it has started */
async function handle(event: JsonObject, ledger = new InMemoryLedger()) {
  const starter = new InMemoryExecutionStarter();
  let ids = 0;
  const newId = () => {
    ids += 1;
    return `execution-${ids}`;
  };
  const { workspaces } = await trigger(parseTriggerEvent(event, NOW), NOW, { ledger, starter, newId });
  const inputs = starter.started().map(({ input }) => input);
  return { workspaces, inputs, starter };
}

const list = async (ledger: InMemoryLedger, detail: JsonObject) =>
  (await handle({ 'detail-type': 'AWS API Call via CloudTrail', detail }, ledger)).workspaces;

const uploadOf = (key: string, detailType = 'Object Created'): JsonObject => ({
  'detail-type': detailType,
  source: 'aws.s3',
  detail: { bucket: { name: 'specs' }, object: { key } },
});

const call = (eventName: string, requestParameters: JsonObject): JsonObject => ({
  eventSource: 'bedrock-agentcore.amazonaws.com',
  eventName,
  requestParameters,
});

describe('trigger', () => {
  it('trigger: reconciles the workspace of the gateway whose target another client changed, and has it read what is behind its records', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'], books: ['gateway/other-1'] });
    const detail = call('UpdateGatewayTarget', { gatewayIdentifier: 'front-1', targetId: 'T' });
    expect(await list(ledger, detail)).toEqual(['payments']);
    expect(ledger.workspace('payments')?.checkRequests).toEqual({ dependencies: NOW });
  });

  it('trigger: reconciles every workspace whose targets a runtime serves, and has each read the runtime', async () => {
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

  it('trigger: has tags read again where another client changed tags', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'] });
    const resourceArn = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/front-1';
    expect(await list(ledger, call('UntagResource', { resourceArn }))).toEqual(['payments']);
    expect(ledger.workspace('payments')?.checkRequests).toEqual({ tags: NOW });
  });

  it.each(['PutResourcePolicy', 'DeleteResourcePolicy'])(
    'trigger: reconciles the workspace of the gateway whose resource policy another client changed: %s',
    async (name) => {
      const ledger = await ledgerWith({ payments: ['gateway/front-1'], books: ['agentRuntime/front-1'] });
      const resourceArn = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/front-1';
      expect(await list(ledger, call(name, { resourceArn }))).toEqual(['payments']);
    },
  );

  it('trigger: starts nothing for what no workspace has, and for calls that it does not know', async () => {
    const ledger = await ledgerWith({ payments: ['gateway/front-1'] });
    expect(await list(ledger, call('UpdateGateway', { gatewayIdentifier: 'other-1' }))).toEqual([]);
    expect(await list(ledger, call('InvokeGateway', { gatewayIdentifier: 'front-1' }))).toEqual([]);
    expect(await list(ledger, {})).toEqual([]);
  });

  it('trigger: starts one execution for the uploads of a workspace', async () => {
    const ledger = new InMemoryLedger();
    expect((await handle(uploadOf('workspaces/payments/manifest.yaml'), ledger)).inputs).toEqual([
      { workspace: 'payments' },
    ]);
    const second = await handle(
      uploadOf('workspaces/payments/schemas/ledger.yaml', 'Object Deleted'),
      ledger,
    );
    expect(second).toMatchObject({ workspaces: ['payments'], inputs: [] });
  });

  it('trigger: starts one execution an hour for the files of a folder that is in no workspace', async () => {
    const first = uploadOf('workspaces/my team/manifest.yaml');
    const { inputs, starter } = await handle(first);
    expect(inputs).toEqual([first]);
    const again = parseTriggerEvent(uploadOf('workspaces/my team/schemas/a.yaml'), NOW);
    await trigger(again, NOW, { ledger: new InMemoryLedger(), starter, newId: () => 'unused' });
    expect(starter.started()).toHaveLength(1);
  });

  it('trigger: starts nothing for the marker of a folder, and for a deleted file that was in no workspace', async () => {
    expect((await handle(uploadOf('workspaces/payments/'))).inputs).toEqual([]);
    expect((await handle(uploadOf('workspaces/alone.yaml', 'Object Deleted'))).inputs).toEqual([]);
  });

  it('trigger: stores a command before the execution that carries it out may read it', async () => {
    const ledger = new InMemoryLedger();
    const detail = { workspace: 'payments', resource: 'gatewayTarget/front/issues' };
    const { inputs } = await handle({ 'detail-type': 'Retry Requested', detail }, ledger);
    expect(inputs).toEqual([{ workspace: 'payments' }]);
    expect(await ledger.readCommands('payments')).toEqual([
      { action: 'retry', address: 'gatewayTarget/front/issues', givenAt: NOW },
    ]);
    const calls = ledger.script.calls().map(({ method }) => method);
    expect(calls.indexOf('putCommand')).toBeLessThan(calls.indexOf('reserveStart'));
  });

  it.each([
    { 'detail-type': 'Reconcile Requested', detail: {} },
    { 'detail-type': 'Retry Requested', detail: { workspace: 'payments' } },
    { 'detail-type': 'AWS API Call via CloudTrail' },
    'text',
  ])('trigger: rejects an event that names nothing: %j', (event) => {
    expect(() => parseTriggerEvent(event, NOW)).toThrow(expect.objectContaining({ code: 'InvalidEvent' }));
  });
});
