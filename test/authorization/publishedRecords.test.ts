import { ListGatewaysCommand, ListGatewayTargetsCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GetRegistryRecordCommand, ListRegistryRecordsCommand } from '../../adapters/agentRegistry/index.ts';
import { linksIn, type System, startSystem } from '../system/system.ts';
import { Browser } from './browser.ts';
import { SKILL_URL, serverDefinition, skillManifest, skillSecrets } from './recordManifests.ts';

const WORKSPACE = 'weather';
const DEFINITION = 'schemas/weather.server.json';
const OWNERS = 'owners: { default: { email: curator@example.com } }';

/** A workspace that publishes an MCP server, and whose gateway draws targets from the registry. */
const serverManifest = (more = '') => `${OWNERS}
settings: { prune: true }
registries: { tools: { description: Tools that agents may find } }
registryRecords:
  weather:
    registryId: \${registries.tools.registryId}
    recordType: MCP
    descriptors: { mcpServer: { data: { file: ${DEFINITION} } } }
${more}
gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targetsFromRegistry: { registryId: '\${registries.tools.registryId}' }
`;

let system: System;
beforeAll(async () => {
  system = await startSystem({
    agentCore: { behaviors: { unreachable: 'accepted' } },
    secrets: skillSecrets,
  });
});
afterAll(() => system.close());

let earlier: ReadonlySet<string>;
beforeEach(() => {
  earlier = new Set(linksIn(system.gateloop.aws.outbox.list()));
});
const links = () => [
  ...new Set(linksIn(system.gateloop.aws.outbox.list()).filter((link) => !earlier.has(link))),
];

const idOf = (workspace: string, kind: string) =>
  system.outcome(workspace).resources.find((each) => each.kind === kind)?.id ?? '';

async function recordIn(workspace: string) {
  const registryId = idOf(workspace, 'registry');
  const { registryRecords = [] } = await system.registry.send(new ListRegistryRecordsCommand({ registryId }));
  const [{ recordId = '' } = {}] = registryRecords;
  return system.registry.send(new GetRegistryRecordCommand({ registryId, recordId }));
}

async function targets() {
  const { items: gateways = [] } = await system.control.send(new ListGatewaysCommand({}));
  const gatewayIdentifier = gateways[0]?.gatewayId ?? '';
  const { items = [] } = await system.control.send(new ListGatewayTargetsCommand({ gatewayIdentifier }));
  return items.map(({ name, status, description }) => ({ name, status, description }));
}

/** Waits until a test has sent as many requests. */
async function asked(count = 1): Promise<void> {
  await system.gateloop.aws.until(() => links().length === count);
  await system.settle();
}

/** Decides about the newest request, and waits until the registry has told of it. */
async function decide(answer: 'yes' | 'no') {
  await new Browser(system.gateloop).submit(`${links().at(-1)}/decide`, { answer });
  const state = answer === 'yes' ? 'ready' : 'refused';
  await system.gateloop.aws.until(async () => system.states(WORKSPACE).weather === state);
  // The event of the registry comes after the decision.
  await system.advance(60_000);
}

describe('a record that a manifest publishes', () => {
  it('is submitted, its owner is asked, and once they approve it is a target of the gateway', async () => {
    system.upload(WORKSPACE, DEFINITION, serverDefinition('1.0.0', 'https://weather.example.com/mcp'));
    system.upload(WORKSPACE, 'manifest.yaml', serverManifest());
    await asked();
    expect(system.states(WORKSPACE)).toMatchObject({ weather: 'awaiting-approval', front: 'ready' });
    expect(links()).toHaveLength(1);
    const page = await new Browser(system.gateloop).open(links()[0] ?? '');
    expect(page.title).toBe('May “weather” enter the registry?');
    expect(await targets()).toEqual([]);
    await decide('yes');
    expect(await targets()).toMatchObject([{ name: 'weather', status: 'READY' }]);
    expect(system.states(WORKSPACE)).toMatchObject({ weather: 'ready', 'front/weather': 'ready' });
  });

  it('shows what an edit changes, and keeps the approved revision serving until the yes', async () => {
    const [before] = await targets();
    system.upload(WORKSPACE, DEFINITION, serverDefinition('2.0.0', 'https://api.weather.example.com/mcp'));
    await asked();
    expect(system.states(WORKSPACE)).toMatchObject({
      weather: 'awaiting-approval',
      'front/weather': 'ready',
    });
    const { text } = await new Browser(system.gateloop).open(links().at(-1) ?? '');
    expect(text).toMatch(/Server address changed .* is: https:\/\/api\.weather\.example\.com\/mcp/);
    expect(await targets()).toEqual([before]);
    await decide('yes');
    const [after] = await targets();
    expect(after?.description).not.toBe(before?.description);
    expect(system.states(WORKSPACE)).toMatchObject({ weather: 'ready', 'front/weather': 'ready' });
  });

  it('is refused with the reason of the registry when its owner says no, and submitted again once it changes', async () => {
    const [before] = await targets();
    system.upload(WORKSPACE, DEFINITION, serverDefinition('3.0.0', 'https://evil.example.com/mcp'));
    await asked();
    await decide('no');
    const { state, reasons } =
      system.outcome(WORKSPACE).resources.find(({ name }) => name === 'weather') ?? {};
    expect(state).toBe('refused');
    expect(reasons?.join(' ')).toContain('Rejected through Gateloop by a person with the link');
    expect(await targets()).toEqual([before]);
    system.upload(WORKSPACE, DEFINITION, serverDefinition('3.0.1', 'https://weather.example.com/mcp'));
    await asked(2);
    await decide('yes');
    expect(system.states(WORKSPACE)).toMatchObject({ weather: 'ready' });
  });

  it('costs a reconcile without news no write', async () => {
    const calls = await system.callsDuring(async () => {
      await system.reconcile(WORKSPACE);
    });
    expect(Object.keys(calls).filter((call) => !/\.?(Get|List)\w+$/.test(call))).toEqual([]);
  });

  it('is deprecated when the manifest says so, and its target goes', async () => {
    system.upload(WORKSPACE, 'manifest.yaml', serverManifest('    publication: deprecated'));
    await system.gateloop.aws.until(async () => (await targets()).length === 0);
    await system.settle();
    expect((await recordIn(WORKSPACE)).status).toBe('DEPRECATED');
    expect(system.states(WORKSPACE)).toMatchObject({ weather: 'ready' });
  });
});

/** Clicks the button of the newest link, and follows the redirects to the provider. */
async function clickThrough(browser: Browser): Promise<string> {
  const link = links().at(-1) ?? '';
  await browser.submit(link);
  await system.settle();
  browser.providerUrl = undefined;
  await browser.open(`${link}/go`);
  return browser.providerUrl ?? '';
}

async function consent(browser: Browser, providerUrl: string) {
  const page = await browser.open(system.gateloop.agentCore.consent(providerUrl).href);
  await system.settle();
  return page;
}

describe('a record whose source needs the consent of a GitHub user', () => {
  it('is asked about with the link of the answer, and submitted once the person has consented', async () => {
    system.upload('refunds', 'manifest.yaml', skillManifest('refunds'));
    await asked();
    expect(system.states('refunds')).toMatchObject({ 'refunds-skill': 'awaiting-authorization' });
    const browser = new Browser(system.gateloop);
    const page = await browser.open(links()[0] ?? '');
    expect(page.title).toBe('May a registry read “refunds-skill” for you?');
    expect(page.text).toContain(SKILL_URL);
    const calls = await system.callsDuring(async () => {
      await consent(browser, await clickThrough(browser));
    });
    expect(calls['AgentRegistry.UpdateRegistryRecord']).toBeUndefined();
    expect((await recordIn('refunds')).status).toBe('PENDING_APPROVAL');
  });

  it('is asked about anew, by force, when a crash lost the link of the answer', async () => {
    // The step was stopped right after the answer: nothing of it reached the ledger.
    vi.spyOn(system.ledger, 'keepLink').mockImplementationOnce(async () => {});
    system.upload('returns', 'manifest.yaml', skillManifest('returns'));
    await asked();
    const browser = new Browser(system.gateloop);
    const calls = await system.callsDuring(async () => {
      await consent(browser, await clickThrough(browser));
    });
    expect(calls['AgentRegistry.UpdateRegistryRecord']).toBe(1);
    expect((await recordIn('returns')).status).toBe('PENDING_APPROVAL');
  });

  it('is asked about anew when the person clicks after the link has expired', async () => {
    system.upload('exchanges', 'manifest.yaml', skillManifest('exchanges'));
    await asked();
    await system.advance(30 * 60_000);
    expect(links()).toHaveLength(1);
    const browser = new Browser(system.gateloop);
    await consent(browser, await clickThrough(browser));
    expect((await recordIn('exchanges')).status).toBe('PENDING_APPROVAL');
  });
});

describe('two workspaces that publish records of one name', () => {
  const manifest = (registryId: string, registries = '') => `${OWNERS}
${registries}
registryRecords:
  search: { registryId: '${registryId}', recordType: CUSTOM, publication: draft, descriptors: { custom: { data: '{}' } } }
`;

  it('publish both in two registries, and the first alone in one', async () => {
    const own = manifest(`\${registries.maps.registryId}`, 'registries: { maps: {} }');
    system.upload('maps', 'manifest.yaml', own);
    system.upload('books', 'manifest.yaml', manifest(idOf(WORKSPACE, 'registry')));
    await system.settle();
    for (const workspace of ['maps', 'books'])
      expect(system.states(workspace)).toMatchObject({ search: 'ready' });
    system.upload('later', 'manifest.yaml', manifest(idOf('maps', 'registry')));
    await system.settle();
    const [refused] = system.outcome('later').resources;
    expect(refused?.state).toBe('refused');
    expect(refused?.reasons?.join()).toContain('It belongs to the workspace "maps"');
  });
});
