import {
  BedrockAgentCoreControlClient,
  CreateRegistryRecordCommand,
  GetRegistryRecordCommand,
  SubmitRegistryRecordForApprovalCommand,
  UpdateRegistryRecordStatusCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterEach, describe, expect, it } from 'vitest';
import { referenceOf } from '../../core/authorization/reference.ts';
import { type System, startSystem } from '../system/system.ts';
import { Browser } from './browser.ts';

const MANIFEST = `owners: { default: { email: curator@example.com } }
registries: { tools: { description: Tools that agents may find } }
`;
const WORKSPACE = 'curation';

let system: System;
afterEach(() => system.gateloop.close());

const control = () =>
  new BedrockAgentCoreControlClient({
    endpoint: system.gateloop.agentCore.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });

interface Submitted {
  readonly registryId: string;
  readonly recordId: string;
}

async function submit(switches = {}): Promise<Submitted> {
  system = await startSystem({ agentCore: { switches } });
  system.upload(WORKSPACE, 'manifest.yaml', MANIFEST);
  await system.settle();
  const registryId = system.outcome(WORKSPACE).resources.find(({ kind }) => kind === 'registry')?.id ?? '';
  const { recordArn = '' } = await control().send(
    new CreateRegistryRecordCommand({
      registryId,
      name: 'weather',
      descriptorType: 'CUSTOM',
      descriptors: { custom: { inlineContent: JSON.stringify({ name: 'weather' }) } },
    }),
  );
  const recordId = recordArn.slice(recordArn.lastIndexOf('/') + 1);
  await system.settle();
  await system.gateloop.aws.until(async () => (await record({ registryId, recordId })).status === 'DRAFT');
  await control().send(new SubmitRegistryRecordForApprovalCommand({ registryId, recordId }));
  await system.gateloop.aws.until(() => link() !== '');
  return { registryId, recordId };
}

const record = (id: Submitted) => control().send(new GetRegistryRecordCommand(id));
const link = () => {
  const texts = system.gateloop.aws.outbox.list().map(({ message }) => message);
  return /http\S+\/authorizations\/[0-9a-f]{32}/.exec(texts.join('\n'))?.[0] ?? '';
};
/** As the event names it: the hash of what the link carries. */
const request = () => referenceOf(link().slice(link().lastIndexOf('/') + 1));

describe('A record that is submitted for approval', () => {
  it.each(['aws.agent-registry', 'aws.bedrock-agentcore'] as const)(
    'is announced by %s, shown to its owner, and approved with their reason',
    async (registryEventSource) => {
      const id = await submit({ registryEventSource });
      const browser = new Browser(system.gateloop);
      const page = await browser.open(link());
      expect(page.title).toBe('May “weather” enter the registry?');
      const result = await browser.press(`${link()}/decide`, { answer: 'yes', reason: 'useful' });
      expect(result.title).toBe('Done: “weather” is approved');
      await system.settle();
      const { status, statusReason } = await record(id);
      expect(status).toBe('APPROVED');
      expect(statusReason).toBe('Approved through Gateloop by a person with the link: useful');
    },
  );

  it('is rejected after a no', async () => {
    const id = await submit();
    await new Browser(system.gateloop).press(`${link()}/decide`, { answer: 'no', reason: 'a copy' });
    await system.settle();
    expect((await record(id)).status).toBe('REJECTED');
  });

  it('is let go when somebody decides in the console', async () => {
    const id = await submit();
    await control().send(
      new UpdateRegistryRecordStatusCommand({ ...id, status: 'APPROVED', statusReason: 'by hand' }),
    );
    const browser = new Browser(system.gateloop);
    const title = async () => (await browser.open(link())).title;
    await system.gateloop.aws.until(async () => (await title()) === 'Nothing is left to do here');
    expect((await record(id)).statusReason).toBe('by hand');
  });

  it('can be approved by another system through an event', async () => {
    const id = await submit();
    system.gateloop.aws.bus.publish({
      bus: 'gateloop',
      source: 'com.example.servicedesk',
      detailType: 'Authorization Completed',
      detail: { request: request(), outcome: 'approved', by: 'CHG-1234', reason: 'change board' },
    });
    await system.settle();
    expect((await record(id)).statusReason).toBe('Approved through Gateloop by CHG-1234: change board');
  });
});
