import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openGuardrailsFile } from '../../../core/guardrails/guardrailsFile.ts';
import { type Gateloop, SPEC_BUCKET, startGateloop } from '../../../local/gateloop.ts';
import { ScaledClock } from '../../../local/simulation/clock.ts';
import { Browser } from '../../authorization/browser.ts';
import {
  curationManifest,
  serverDefinition,
  skillManifest,
  skillSecrets,
} from '../../authorization/recordManifests.ts';
import { linksIn, PAGES_URL } from '../../system/system.ts';

/** Simulated seconds per real second: an operation of the emulator takes a twentieth of a second. */
const SPEED = 100;
/** In simulated ms: 18 real seconds, in which a busy machine answers too. */
const LIMIT = 30 * 60_000;

interface Answer {
  readonly status?: string;
  readonly registryId?: string;
  readonly recordArn?: string;
  readonly statusReason?: string;
  readonly registries?: readonly { readonly name: string; readonly registryId: string }[];
  readonly registryRecords?: readonly { readonly recordId: string; readonly status: string }[];
  readonly items?: readonly {
    readonly gatewayId: string;
    readonly name: string;
    readonly status: string;
    readonly description: string;
  }[];
}

/** An author of records, who knows the service and not Gateloop. */
class Author {
  readonly #child: ChildProcess;
  readonly #answers: AsyncIterator<string>;

  /** @param python the Python that has boto3 */
  constructor(python: string, { aws, agentCore }: Gateloop) {
    this.#child = spawn(python, [join(import.meta.dirname, 'callBoto3.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
      // What a shell has that has read the aws.env of "gateloop dev".
      env: { ...aws.environment, PATH: process.env.PATH },
    });
    assert.ok(this.#child.stdout);
    this.#answers = createInterface(this.#child.stdout)[Symbol.asyncIterator]();
    assert.ok(Object.values(aws.environment).includes(agentCore.url));
  }

  registry(operation: string, parameters: object = {}): Promise<Answer> {
    return this.#call('agent-registry-control', operation, parameters);
  }

  agentCore(operation: string, parameters: object = {}): Promise<Answer> {
    return this.#call('bedrock-agentcore-control', operation, parameters);
  }

  async #call(service: string, operation: string, parameters: object): Promise<Answer> {
    this.#child.stdin?.write(`${JSON.stringify({ service, operation, parameters })}\n`);
    const { value, done } = await this.#answers.next();
    assert.ok(!done, 'boto3 ended');
    const { answer, error }: { answer?: Answer; error?: string } = JSON.parse(value);
    assert.equal(error, undefined, operation);
    assert.ok(answer);
    return answer;
  }

  close(): void {
    this.#child.stdin?.end();
  }
}

/**
 * Publishes records with boto3 while Gateloop runs: a record becomes a target of a gateway once its owner has approved it, an
 * edit of it changes nothing until the yes, and a GitHub user consents to the source of another one.
 *
 * @param python the Python that has boto3
 */
export async function publishWithBoto3(python: string): Promise<void> {
  const gateloop = await startGateloop({
    guardrails: openGuardrailsFile,
    clock: () => new ScaledClock(SPEED, Date.now()),
    authorizationUrl: PAGES_URL,
    agentCore: { behaviors: { unreachable: 'accepted' } },
    secrets: skillSecrets,
    schedules: false,
  });
  const author = new Author(python, gateloop);
  try {
    await publishServer(author, gateloop);
    await publishSkill(author, gateloop);
  } finally {
    author.close();
    await gateloop.close();
  }
}

async function publishServer(author: Author, gateloop: Gateloop): Promise<void> {
  upload(gateloop, 'curation', curationManifest);
  await gateloop.aws.idle();
  const registryId = await registryNamed('tools', author);
  const [{ gatewayId: gatewayIdentifier } = { gatewayId: '' }] =
    (await author.agentCore('list_gateways')).items ?? [];
  const targets = async () => (await author.agentCore('list_gateway_targets', { gatewayIdentifier })).items;
  const descriptors = { mcpServer: { data: serverDefinition('1.0.0', 'https://weather.example.com/mcp') } };
  const { recordArn = '' } = await author.registry('create_registry_record', {
    registryId,
    name: 'weather',
    recordType: 'MCP',
    descriptors,
  });
  const id = { registryId, recordId: recordArn.split('/').at(-1) };
  const status = async () => (await author.registry('get_registry_record', id)).status;
  /** @returns the title and the text of the page that asks about the submission */
  const submit = async (count: number) => {
    await gateloop.aws.until(async () => (await status()) === 'DRAFT', LIMIT);
    await author.registry('submit_registry_record_for_approval', id);
    await gateloop.aws.until(() => links(gateloop).length === count, LIMIT);
    return new Browser(gateloop).open(links(gateloop).at(-1) ?? '');
  };
  const decide = (answer: 'yes' | 'no') =>
    new Browser(gateloop).submit(`${links(gateloop).at(-1)}/decide`, { answer, reason: 'as agreed' });
  const edit = async (version: string, url: string) => {
    const data = { optionalValue: serverDefinition(version, url) };
    const change = { optionalValue: { mcpServer: { optionalValue: { data } } } };
    await author.registry('update_registry_record', { ...id, descriptors: change });
  };

  assert.equal((await submit(1)).title, 'May “weather” enter the registry?');
  assert.deepEqual(await targets(), []);
  await decide('yes');
  await gateloop.aws.until(async () => (await targets())?.[0]?.status === 'READY', LIMIT);
  assert.equal(await status(), 'APPROVED');

  const before = await targets();
  await edit('2.0.0', 'https://evil.example.com/mcp');
  const { title, text } = await submit(2);
  assert.equal(title, 'May “weather” change in the registry?');
  assert.match(text, /Server address changed .* is: https:\/\/evil\.example\.com\/mcp/);
  await gateloop.aws.idle();
  assert.deepEqual(await targets(), before);
  await decide('no');
  await gateloop.aws.until(async () => (await status()) === 'REJECTED', LIMIT);
  await gateloop.aws.idle();
  const { statusReason } = await author.registry('get_registry_record', id);
  assert.equal(statusReason, 'Rejected through Gateloop by a person with the link: as agreed');
  assert.deepEqual(await targets(), before);

  await edit('2.0.1', 'https://api.weather.example.com/mcp');
  await submit(3);
  await decide('yes');
  const isNew = async () => {
    const [target] = (await targets()) ?? [];
    return target?.status === 'READY' && target.description !== before?.[0]?.description;
  };
  await gateloop.aws.until(isNew, LIMIT);
}

async function publishSkill(author: Author, gateloop: Gateloop): Promise<void> {
  const asked = links(gateloop).length;
  upload(gateloop, 'refunds', skillManifest('refunds'));
  await gateloop.aws.until(() => links(gateloop).length > asked, LIMIT);
  const registryId = await registryNamed('refunds-skills', author);
  const status = async () => {
    const { registryRecords = [] } = await author.registry('list_registry_records', { registryId });
    return registryRecords[0]?.status;
  };
  assert.equal(await status(), 'CREATE_PENDING_AUTH');
  const browser = new Browser(gateloop);
  const link = links(gateloop).at(-1) ?? '';
  const { title } = await browser.open(link);
  assert.equal(title, 'May a registry read “refunds-skill” for you?');
  await browser.submit(link);
  const hasLogin = async () => {
    await browser.open(`${link}/go`);
    return browser.providerUrl !== undefined;
  };
  await gateloop.aws.until(hasLogin, LIMIT);
  await browser.open(gateloop.agentCore.consent(browser.providerUrl ?? '').href);
  await gateloop.aws.until(async () => (await status()) === 'PENDING_APPROVAL', LIMIT);
  await gateloop.aws.idle();
  assert.equal((await browser.open(link)).title, 'Thank you. The registry has read “refunds-skill”');
}

async function registryNamed(name: string, author: Author): Promise<string> {
  const { registries = [] } = await author.registry('list_registries');
  const registry = registries.find((each) => each.name === name);
  assert.ok(registry, name);
  return registry.registryId;
}

function upload({ aws }: Gateloop, workspace: string, manifest: string): void {
  aws.buckets.put(SPEC_BUCKET, `workspaces/${workspace}/manifest.yaml`, Buffer.from(manifest));
}

function links({ aws }: Gateloop): readonly string[] {
  return [...new Set(linksIn(aws.outbox.list()))];
}
