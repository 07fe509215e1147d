import {
  BedrockAgentCoreControlClient,
  ListGatewaysCommand,
  ListGatewayTargetsCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  AgentRegistryControlClient,
  CreateRegistryRecordCommand,
  GetRegistryRecordCommand,
  ListRegistriesCommand,
  ListRegistryRecordsCommand,
  SubmitRegistryRecordForApprovalCommand,
  UpdateRegistryRecordCommand,
} from '../../adapters/agentRegistry/index.ts';
import { reservePort } from '../../cli/start/reservePort.ts';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { serveConsole } from '../../local/console/serveConsole.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../../local/gateloop.ts';
import { ScaledClock } from '../../local/simulation/clock.ts';
import {
  curationManifest,
  serverDefinition,
  skillManifest,
  skillSecrets,
} from '../authorization/recordManifests.ts';
import { startChromium } from './chromium.ts';

const PORT = 4793;
/** Simulated seconds per real second: a link is valid for a real minute. */
const SPEED = 10;

let browser: Browser;
let gateloop: Gateloop;
let registry: AgentRegistryControlClient;
let control: BedrockAgentCoreControlClient;
const closing: (() => unknown)[] = [];
beforeAll(async () => {
  browser = await startChromium();
  gateloop = await startGateloop({
    guardrails: openGuardrailsFile,
    clock: () => new ScaledClock(SPEED, Date.now()),
    authorizationUrl: `http://127.0.0.1:${PORT}`,
    agentCore: { behaviors: { unreachable: 'accepted' } },
    secrets: skillSecrets,
    schedules: false,
  });
  const held = await reservePort(PORT);
  serveConsole(gateloop, held.server);
  const settings = {
    endpoint: gateloop.agentCore.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
  };
  registry = new AgentRegistryControlClient(settings);
  control = new BedrockAgentCoreControlClient(settings);
  closing.push(
    () => browser.close(),
    () => gateloop.close(),
    () => held.close(),
    () => registry.destroy(),
    () => control.destroy(),
  );
});
afterAll(async () => {
  for (const close of closing.reverse()) await close();
});

function upload(workspace: string, manifest: string): void {
  gateloop.aws.buckets.put(SPEC_BUCKET, `workspaces/${workspace}/manifest.yaml`, Buffer.from(manifest));
}

const links = () => {
  const texts = gateloop.aws.outbox.list().map(({ message }) => message);
  return [...new Set(texts.join('\n').match(/http\S+\/authorizations\/[0-9a-f]{32}/g))];
};

/** Opens the newest of so many links in a new browser context. */
async function openLink(count: number): Promise<Page> {
  await gateloop.aws.until(() => links().length === count);
  const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
  closing.push(() => context.close());
  const page = await context.newPage();
  await page.goto(links().at(-1) ?? '');
  return page;
}

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();
const heading = (page: Page, text: string) =>
  page.getByRole('heading', { level: 1, name: text }).waitFor({ timeout: 30_000 });

async function registryNamed(name: string): Promise<string> {
  const { registries = [] } = await registry.send(new ListRegistriesCommand({}));
  return registries.find((each) => each.name === name)?.registryId ?? '';
}

async function targets() {
  const { items: [gateway] = [] } = await control.send(new ListGatewaysCommand({}));
  const { items = [] } = await control.send(
    new ListGatewayTargetsCommand({ gatewayIdentifier: gateway?.gatewayId }),
  );
  return items;
}

describe('a registry that gateways draw targets from', () => {
  it('asks its owner about a record and about an edit of it, and serves what was approved until the yes', async () => {
    upload('curation', curationManifest);
    await gateloop.aws.idle();
    const registryId = await registryNamed('tools');
    const descriptors = { mcpServer: { data: serverDefinition('1.0.0', 'https://weather.example.com/mcp') } };
    const { recordArn = '' } = await registry.send(
      new CreateRegistryRecordCommand({ registryId, name: 'weather', recordType: 'MCP', descriptors }),
    );
    const id = { registryId, recordId: recordArn.split('/').at(-1) ?? '' };
    const submit = async () => {
      const isDraft = async () => (await registry.send(new GetRegistryRecordCommand(id))).status === 'DRAFT';
      await gateloop.aws.until(isDraft);
      await registry.send(new SubmitRegistryRecordForApprovalCommand(id));
    };
    await submit();
    const page = await openLink(1);
    await heading(page, 'May “weather” enter the registry?');
    await press(page, 'Yes, approve');
    await heading(page, 'Done: “weather” is approved');
    await gateloop.aws.until(async () => (await targets())[0]?.status === 'READY');

    const before = await targets();
    const data = { optionalValue: serverDefinition('2.0.0', 'https://api.weather.example.com/mcp') };
    const change = { optionalValue: { mcpServer: { optionalValue: { data } } } };
    await registry.send(new UpdateRegistryRecordCommand({ ...id, descriptors: change }));
    await submit();
    const edited = await openLink(2);
    await heading(edited, 'May “weather” change in the registry?');
    const address = edited.getByRole('row', { name: 'Server address changed' });
    expect(await address.textContent()).toContain('https://api.weather.example.com/mcp');
    await gateloop.aws.idle();
    expect(await targets()).toEqual(before);
    await press(edited, 'Yes, approve');
    await heading(edited, 'Done: “weather” is approved');
    await gateloop.aws.until(async () => {
      const [target] = await targets();
      return target?.status === 'READY' && target.description !== before[0]?.description;
    });
  });
});

describe('a record whose source needs the consent of a GitHub user', () => {
  it('is consented to through the page of its link, and submitted', async () => {
    const earlier = links().length;
    upload('refunds', skillManifest('refunds'));
    const page = await openLink(earlier + 1);
    await heading(page, 'May a registry read “refunds-skill” for you?');
    await press(page, 'Go on to the login');
    await heading(page, 'Local identity provider');
    await press(page, 'Log in and allow');
    await heading(page, 'Thank you. The registry has read “refunds-skill”');
    const registryId = await registryNamed('refunds-skills');
    const { registryRecords = [] } = await registry.send(new ListRegistryRecordsCommand({ registryId }));
    expect(registryRecords).toMatchObject([{ name: 'refunds-skill', status: 'PENDING_APPROVAL' }]);
  });
});
