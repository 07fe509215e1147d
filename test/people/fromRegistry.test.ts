import {
  BedrockAgentCoreControlClient,
  CreateRegistryRecordCommand,
  GetRegistryRecordCommand,
  ListGatewaysCommand,
  ListGatewayTargetsCommand,
  SubmitRegistryRecordForApprovalCommand,
  UpdateRegistryRecordCommand,
  UpdateRegistryRecordStatusCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type System, startSystem } from '../system/system.ts';
import { Browser } from './browser.ts';

const WORKSPACE = 'curation';
const manifest = (
  settings = '{ prune: true }',
  source = "{ registryId: '${registries.tools.registryId}' }",
) => `
owners: { default: { email: curator@example.com } }
settings: ${settings}
registries: { tools: { description: Tools that agents may find } }
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targetsFromRegistry: ${source}
`;
const serverAt = (url: string, version = '1.0.0') =>
  JSON.stringify({ name: 'com.example/weather', version, remotes: [{ type: 'streamable-http', url }] });

let system: System;
let control: BedrockAgentCoreControlClient;
let registryId: string;

beforeAll(async () => {
  system = await startSystem({ agentCore: { switches: { unreachable: 'accepted' } } });
  control = new BedrockAgentCoreControlClient({
    endpoint: system.gateloop.agentCore.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  });
  system.upload(WORKSPACE, 'manifest.yaml', manifest());
  await system.settle();
  registryId = system.outcome(WORKSPACE).resources.find(({ kind }) => kind === 'registry')?.id ?? '';
});
afterAll(() => system.gateloop.close());

/** Creates a record of an MCP server and submits it. */
async function submit(name: string, server: string): Promise<string> {
  const { recordArn = '' } = await control.send(
    new CreateRegistryRecordCommand({
      registryId,
      name,
      descriptorType: 'MCP',
      descriptors: { mcp: { server: { inlineContent: server } } },
    }),
  );
  const recordId = recordArn.slice(recordArn.lastIndexOf('/') + 1);
  await system.settle();
  await submitAgain(recordId);
  return recordId;
}

async function submitAgain(recordId: string): Promise<void> {
  await system.gateloop.aws.until(async () => (await statusOf(recordId)) === 'DRAFT');
  const asked = links().length;
  await control.send(new SubmitRegistryRecordForApprovalCommand({ registryId, recordId }));
  await system.gateloop.aws.until(() => links().length > asked);
}

const statusOf = async (recordId: string) =>
  (await control.send(new GetRegistryRecordCommand({ registryId, recordId }))).status;
const links = () =>
  system.gateloop.aws.outbox
    .list()
    .flatMap(({ message }) => /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? []);

async function approve(): Promise<void> {
  await new Browser(system.gateloop).press(`${links().at(-1)}/decide`, { answer: 'yes' });
  await system.settle();
}

async function targets() {
  const { items: gateways = [] } = await control.send(new ListGatewaysCommand({}));
  const gatewayIdentifier = gateways.find(({ name }) => name === 'front')?.gatewayId ?? '';
  const { items = [] } = await control.send(new ListGatewayTargetsCommand({ gatewayIdentifier }));
  return items.map(({ name, status, description }) => ({ name, status, description }));
}

describe('A record whose registry a gateway draws from', () => {
  let recordId: string;

  it('becomes a target once its owner has said yes, with no other hand on it', async () => {
    recordId = await submit('weather', serverAt('https://weather.example.com/mcp'));
    expect(await targets()).toEqual([]);
    await approve();
    expect(await targets()).toEqual([
      {
        name: 'weather',
        status: 'READY',
        description: `From record weather (${recordId}), version 1, of registry ${registryId}`,
      },
    ]);
    expect(system.states(WORKSPACE)).toMatchObject({ 'front/weather': 'ready' });
  });

  it('costs a pass that finds nothing new one List of the registry, and no read of a record', async () => {
    const calls = await system.callsDuring(async () => {
      system.look(WORKSPACE);
      await system.settle();
    });
    expect(calls).toMatchObject({ ListRegistryRecords: 1 });
    expect(calls).not.toHaveProperty('GetRegistryRecord');
  });

  it('that cannot become a target is told with its remedy, and stops nobody else', async () => {
    const local = await submit('local', JSON.stringify({ packages: [] }));
    await approve();
    const { problems, outcome } = system.outcome(WORKSPACE);
    expect(outcome).toBe('ready');
    expect(problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        file: 'manifest.yaml',
        path: 'gateways.front.targetsFromRegistry',
        message: expect.stringMatching(/record local .* names no remote server.*Name the address/),
      }),
    ]);
    expect(system.messages(WORKSPACE).at(-1)).toContain('names no remote server');
    await control.send(
      new UpdateRegistryRecordStatusCommand({
        registryId,
        recordId: local,
        status: 'DEPRECATED',
        statusReason: '',
      }),
    );
    await system.settle();
  });

  it('loses its target while an edit of it is not approved, and has it back after', async () => {
    const server = { inlineContent: serverAt('https://weather.example.com/v2', '2.0.0') };
    const optionalValue = { mcp: { optionalValue: { server: { optionalValue: server } } } };
    await control.send(
      new UpdateRegistryRecordCommand({ registryId, recordId, descriptors: { optionalValue } }),
    );
    await system.gateloop.aws.until(async () => (await statusOf(recordId)) === 'DRAFT');
    await system.settle();
    expect(await targets()).toEqual([]);
    await submitAgain(recordId);
    await approve();
    expect(await targets()).toEqual([expect.objectContaining({ name: 'weather', status: 'READY' })]);
  });

  it('that is deprecated loses its target where pruning is on, and keeps it where it is off', async () => {
    system.upload(WORKSPACE, 'manifest.yaml', manifest('{ prune: false }'));
    await system.settle();
    const deprecation = { registryId, recordId, status: 'DEPRECATED', statusReason: 'old' } as const;
    await control.send(new UpdateRegistryRecordStatusCommand(deprecation));
    await system.settle();
    expect(await targets()).toHaveLength(1);
    system.upload(WORKSPACE, 'manifest.yaml', manifest('{ prune: true }'));
    await system.settle();
    expect(await targets()).toEqual([]);
  });
});

describe('A registry that cannot be read', () => {
  it('is told, and takes no target away', async () => {
    const named = `{ registryId: AbCdEf123456, hosts: [mcp.example.com] }`;
    await submit('news', serverAt('https://news.example.com/mcp'));
    await approve();
    system.upload(WORKSPACE, 'manifest.yaml', manifest('{ prune: true }', named));
    await system.settle();
    expect(system.outcome(WORKSPACE).problems).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('AbCdEf123456 cannot be read (ResourceNotFoundException)'),
      }),
    ]);
    expect(await targets()).toHaveLength(1);
  });
});
