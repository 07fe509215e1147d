import { ListGatewaysCommand, ListGatewayTargetsCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CreateRegistryRecordCommand,
  GetRegistryRecordCommand,
  SubmitRegistryRecordForApprovalCommand,
  UpdateRegistryRecordCommand,
  UpdateRegistryRecordStatusCommand,
} from '../../adapters/agentRegistry/index.ts';
import { storedState } from '../faults/storedTargets.ts';
import { linksIn, type System, startSystem } from '../system/system.ts';
import { Browser } from './browser.ts';

const WORKSPACE = 'curation';
/** A workspace without a registry, which imports the one of `WORKSPACE`. */
const OTHER = 'agents';
const gateway = (name: string, source: string) => `gateways:
  ${name}:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } }
    targetsFromRegistry: ${source}
`;
const manifest = (
  settings = '{ prune: true }',
  source = "{ registryId: '${registries.tools.registryId}' }",
) => `
owners: { default: { email: curator@example.com } }
settings: ${settings}
registries: { tools: { description: Tools that agents may find } }
${gateway('front', source)}`;
const serverAt = (url: string, version = '1.0.0') =>
  JSON.stringify({ name: 'com.example/weather', version, remotes: [{ type: 'streamable-http', url }] });

let system: System;
let registryId: string;

beforeAll(async () => {
  system = await startSystem({ agentCore: { behaviors: { unreachable: 'accepted' } } });
  system.upload(WORKSPACE, 'manifest.yaml', manifest());
  await system.settle();
  registryId = system.outcome(WORKSPACE).resources.find(({ kind }) => kind === 'registry')?.id ?? '';
  system.upload(OTHER, 'manifest.yaml', gateway('back', `{ registryId: ${registryId} }`));
  await system.settle();
});
afterAll(() => system.close());

/** Creates a record of an MCP server and submits it. */
async function submit(name: string, server: string): Promise<string> {
  const { recordArn = '' } = await system.registry.send(
    new CreateRegistryRecordCommand({
      registryId,
      name,
      recordType: 'MCP',
      descriptors: { mcpServer: { data: server } },
    }),
  );
  const recordId = recordArn.slice(recordArn.lastIndexOf('/') + 1);
  await system.settle();
  await submitAgain(recordId);
  return recordId;
}

async function submitAgain(recordId: string): Promise<void> {
  await statusBecomes(recordId, 'DRAFT');
  const asked = links().length;
  await system.registry.send(new SubmitRegistryRecordForApprovalCommand({ registryId, recordId }));
  await system.gateloop.aws.until(() => links().length > asked);
}

const links = () => linksIn(system.gateloop.aws.outbox.list());

async function approve(): Promise<void> {
  await new Browser(system.gateloop).submit(`${links().at(-1)}/decide`, { answer: 'yes' });
}

async function statusBecomes(recordId: string, status: string): Promise<void> {
  await system.gateloop.aws.until(async () => {
    const record = await system.registry.send(new GetRegistryRecordCommand({ registryId, recordId }));
    return record.status === status;
  });
}

const decide = (recordId: string, status: 'APPROVED' | 'DEPRECATED') =>
  system.registry.send(
    new UpdateRegistryRecordStatusCommand({ registryId, recordId, status, statusReason: 'by hand' }),
  );

async function targetsOf(gatewayName: string) {
  const { items: gateways = [] } = await system.control.send(new ListGatewaysCommand({}));
  const gatewayIdentifier = gateways.find(({ name }) => name === gatewayName)?.gatewayId ?? '';
  const { items = [] } = await system.control.send(new ListGatewayTargetsCommand({ gatewayIdentifier }));
  return items.map(({ name, status, description }) => ({ name, status, description }));
}

/** Waits until the reconciles that registry events started have ended. Requests none itself. */
async function targetsBecome(...names: string[]): Promise<void> {
  for (const name of ['front', 'back']) {
    // Without a call: the condition is checked whenever something happens, and the rate of the account is limited.
    await system.gateloop.aws.until(() => {
      const gateway = storedState(system.gateloop).gateways.find((each) => each.name === name);
      const ready = gateway?.targets.filter(({ status }) => status === 'READY') ?? [];
      return ready.map((target) => target.name).join() === names.join();
    });
  }
  await system.settle();
}

describe('a record of a registry that gateways import', () => {
  let recordId: string;

  it('becomes a target as soon as its owner approves it', async () => {
    recordId = await submit('weather', serverAt('https://weather.example.com/mcp'));
    expect(await targetsOf('front')).toEqual([]);
    const { text } = await new Browser(system.gateloop).open(links().at(-1) ?? '');
    expect(text).toContain('through gateways of the workspaces “agents”, “curation”.');
    await approve();
    await targetsBecome('weather');
    const description = expect.stringMatching(
      `^From record weather \\(${recordId}\\), version 1, revision [0-9a-f]{8}, of registry ${registryId}$`,
    );
    expect(await targetsOf('front')).toEqual([{ name: 'weather', status: 'READY', description }]);
    expect(await targetsOf('back')).toEqual([{ name: 'weather', status: 'READY', description }]);
    expect(system.states(WORKSPACE)).toMatchObject({ 'front/weather': 'ready' });
  });

  it('costs a reconcile without news one List, beside that of the own registry for lost submissions', async () => {
    const reconcileCalls = (workspace: string) =>
      system.callsDuring(async () => {
        await system.reconcile(workspace);
      });
    const calls = await reconcileCalls(WORKSPACE);
    expect(calls['AgentRegistry.ListRegistryRecords']).toBe(2);
    expect(calls['AgentRegistry.GetRegistryRecord']).toBeUndefined();
    system.upload('plain', 'manifest.yaml', 'registries: { others: {} }');
    await system.settle();
    expect(await reconcileCalls('plain')).toEqual({
      'AgentRegistry.ListRegistries': 1,
      'AgentRegistry.ListRegistryRecords': 1,
    });
  });

  it('is reported with its remedy when it cannot become a target, and does not stop other records', async () => {
    const local = await submit('local', JSON.stringify({ packages: [] }));
    await approve();
    await system.gateloop.aws.until(() => system.outcome(WORKSPACE).problems.length > 0);
    await system.settle();
    const { problems, outcome } = system.outcome(WORKSPACE);
    expect(outcome).toBe('ready');
    expect(problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        file: 'manifest.yaml',
        path: 'gateways.front.targetsFromRegistry',
        message: expect.stringMatching(/record local .* names no remote server.*Add the address/),
      }),
    ]);
    expect(system.messages(WORKSPACE).at(-1)).toContain('names no remote server');
    await decide(local, 'DEPRECATED');
    await system.gateloop.aws.until(() => system.outcome(WORKSPACE).problems.length === 0);
  });

  it('keeps its target as it was approved while an edit is not approved, and also when it is refused', async () => {
    const [before] = await targetsOf('front');
    const server = serverAt('https://weather.example.com/v2', '2.0.0');
    const optionalValue = { mcpServer: { optionalValue: { data: { optionalValue: server } } } };
    await system.registry.send(
      new UpdateRegistryRecordCommand({ registryId, recordId, descriptors: { optionalValue } }),
    );
    await submitAgain(recordId);
    const { text } = await new Browser(system.gateloop).open(links().at(-1) ?? '');
    expect(text).toMatch(/Server address changed .* is: https:\/\/weather\.example\.com\/v2/);
    await system.reconcile(WORKSPACE);
    expect(await targetsOf('front')).toEqual([before]);
    await new Browser(system.gateloop).submit(`${links().at(-1)}/decide`, { answer: 'no' });
    await statusBecomes(recordId, 'REJECTED');
    await system.settle();
    expect(await targetsOf('front')).toEqual([before]);
  });

  it('has its target changed once the edit is approved', async () => {
    const [before] = await targetsOf('front');
    const description = { optionalValue: 'Forecasts' };
    await system.registry.send(new UpdateRegistryRecordCommand({ registryId, recordId, description }));
    await submitAgain(recordId);
    await approve();
    await system.gateloop.aws.until(
      async () => (await targetsOf('front'))[0]?.description !== before?.description,
    );
    await targetsBecome('weather');
  });

  it('has its target deleted when it is deprecated and prune is on, and kept when prune is off', async () => {
    await decide(recordId, 'DEPRECATED');
    await system.gateloop.aws.until(async () => (await targetsOf('front')).length === 0);
    await system.settle();
    expect(await targetsOf('back')).toEqual([expect.objectContaining({ name: 'weather', status: 'READY' })]);
    expect(system.outcome(OTHER).resources.map(({ name }) => name)).toEqual(['back']);
  });
});

describe('a registry that cannot be read', () => {
  it('is reported, and none of its targets is deleted', async () => {
    await decide(await submit('news', serverAt('https://news.example.com/mcp')), 'APPROVED');
    await system.gateloop.aws.until(async () => (await targetsOf('front'))[0]?.status === 'READY');
    const source = '{ registryId: AbCdEf123456, hosts: [mcp.example.com] }';
    system.upload(WORKSPACE, 'manifest.yaml', manifest('{ prune: true }', source));
    await system.settle();
    expect(system.outcome(WORKSPACE).problems).toEqual([
      expect.objectContaining({
        message: expect.stringContaining('AbCdEf123456 cannot be read (ResourceNotFoundException)'),
      }),
    ]);
    expect(await targetsOf('front')).toHaveLength(1);
  });
});
