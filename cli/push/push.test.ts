import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { Browser } from '../../test/authorization/browser.ts';
import { manifestOf, type System, startSystem, toolSchema } from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { pushCommand } from './command.ts';
import { type PushResult, push } from './push.ts';
import { type PolicyStatement, uploadPolicy } from './uploadPolicy.ts';

/** A call of S3, as a policy sees it. */
interface Call {
  readonly action: string;
  readonly resource: string;
  readonly prefix: string | undefined;
}

const actions: Readonly<Record<string, string>> = {
  ListObjectsV2Command: 's3:ListBucket',
  GetObjectCommand: 's3:GetObject',
  HeadObjectCommand: 's3:GetObject',
  PutObjectCommand: 's3:PutObject',
  DeleteObjectCommand: 's3:DeleteObject',
};

const WORKSPACE = 'payments';
let system: System;
let client: S3Client;
let folder: string;
/** Of the present test. */
const calls: Call[] = [];
/** Of all tests, for one and the same workspace. */
const madeCalls: Call[] = [];
let text = '';
/** What happens while the push waits for its outcome. */
let meanwhile: () => Promise<void> = async () => undefined;
/** Fails the upload of this file, as a network that is gone does. */
let failing: string | undefined;

beforeAll(async () => {
  system = await startSystem();
  client = new S3Client({
    endpoint: system.gateloop.aws.environment.AWS_ENDPOINT_URL_S3 ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    forcePathStyle: true,
    maxAttempts: 1,
  });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { Bucket, Key, Prefix } = Object(args.input);
        const arn = `arn:aws:s3:::${Bucket}`;
        calls.push({
          action: actions[commandName] ?? commandName,
          resource: Key === undefined ? arn : `${arn}/${Key}`,
          prefix: Prefix,
        });
        if (failing !== undefined && commandName === 'PutObjectCommand' && String(Key).endsWith(failing))
          throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        return next(args);
      },
    { step: 'initialize' },
  );
});
afterAll(() => system.close());

beforeEach(() => {
  madeCalls.push(...calls);
  calls.length = 0;
  text = '';
  meanwhile = () => system.settle();
  failing = undefined;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  folder = mkdtempSync(join(tmpdir(), 'gateloop-push-'));
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, WORKSPACE, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
  }
}

async function run(...flags: string[]): Promise<PushResult> {
  const args = [join(folder, WORKSPACE), '--bucket', SPEC_BUCKET, ...flags];
  const options = readCommandLine(pushCommand, args, recordedIo());
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const screen = screenOn({ write } as unknown as NodeJS.WritableStream); // All that a screen needs where it is no terminal.
  const clock = { time: 0 };
  const pause = async () => {
    clock.time += 10_000;
    await meanwhile();
  };
  return push(options, () => ({ client, bucket: SPEC_BUCKET }), { screen, pause, now: () => clock.time });
}

const writes = () => calls.filter(({ action }) => /Put|Delete/.test(action));
const paths = () => writes().map(({ resource }) => resource.replace(/^.*workspaces\/[^/]+\//, ''));
const targets = (names: readonly string[], settings = '{ prune: true, approve: breaking }') => ({
  ...Object.fromEntries(names.map((name) => [`schemas/${name}.json`, toolSchema()])),
  'manifest.yaml': manifestOf(names, { gateway: WORKSPACE, settings }),
});

describe('a push', () => {
  it('tells everything that is wrong at once, with its places, and asks nothing of AWS', async () => {
    write({ ...targets(['a']), 'manifest.yaml': 'gatways: {}\nowners: { default: { email: nobody } }\n' });
    const { exitCode, problems } = await run();
    expect(exitCode).toBe(2);
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(2);
    expect(text).toMatch(/manifest\.yaml:1:1: error: gatways.*\n(.*\n)?manifest\.yaml:2:22: error: owners/);
    expect(calls).toEqual([]);
  });

  it('stops after the plan where only that is asked for', async () => {
    write(targets(['a', 'b']));
    const { exitCode, plan } = await run('--plan');
    expect(exitCode).toBe(0);
    expect(plan?.resources.map(({ action, address }) => `${action} ${address}`)).toEqual([
      'create gateway/payments',
      'create gatewayTarget/payments/a',
      'create gatewayTarget/payments/b',
    ]);
    expect(writes()).toEqual([]);
  });

  it('uploads the manifest last and follows until all is ready, telling each step', async () => {
    write(targets(['a', 'b']));
    const { exitCode, outcome } = await run();
    expect(exitCode).toBe(0);
    expect(outcome?.resources.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    expect(paths()).toEqual(['schemas/a.json', 'schemas/b.json', 'manifest.yaml']);
    expect(text).toMatch(/… gatewayTarget\/payments\/[ab] {2}in-progress\n(.*\n)*✓ payments {2}ready/);
  });

  it('uploads nothing where nothing differs, and says how the workspace stands', async () => {
    write(targets(['a', 'b']));
    const { exitCode, plan } = await run();
    expect(exitCode).toBe(0);
    expect(new Set(plan?.resources.map(({ action }) => action))).toEqual(new Set(['unchanged']));
    expect(writes()).toEqual([]);
    expect(text).toContain('Nothing differs');
  });

  it('has a workspace looked at again where that is wanted', async () => {
    write(targets(['a', 'b']));
    // In simulated time a look takes no time at all, and its outcome would be the very same document.
    const { aws, clock } = system.gateloop;
    const later = clock.now() + 1000;
    clock.after(1000, () => undefined);
    await aws.until(() => clock.now() >= later);
    const { exitCode, outcome } = await run('--look');
    expect(exitCode).toBe(0);
    expect(paths()).toEqual(['manifest.yaml']);
    expect(outcome?.outcome).toBe('ready');
  });

  it('plans by what was applied: members, tools, deletions, and who is asked first', async () => {
    write({
      ...targets(['a', 'c']),
      'schemas/a.json': toolSchema(['find', 'look']),
      'schemas/c.json': toolSchema(),
    });
    const files = {
      'manifest.yaml': manifestOf(['a', 'c'], { gateway: WORKSPACE, settings: '{ prune: true }' }),
    };
    writeFileSync(
      join(folder, WORKSPACE, 'manifest.yaml'),
      files['manifest.yaml'].replace('authorizerType', 'description: In front\n    authorizerType'),
    );
    const { exitCode, plan, outcome } = await run();
    const planned = Object.fromEntries(plan?.resources.map((each) => [each.address, each]) ?? []);
    expect(planned['gateway/payments']).toMatchObject({
      action: 'change',
      members: [{ path: 'description', after: '"In front"' }],
    });
    expect(planned['gatewayTarget/payments/a']).toMatchObject({
      action: 'change',
      tools: [{ kind: 'toolAdded', tool: 'look', breaking: false }],
    });
    expect(planned['gatewayTarget/payments/b']?.action).toBe('delete');
    expect(planned['gatewayTarget/payments/c']?.action).toBe('create');
    expect(paths()).toEqual(['schemas/a.json', 'schemas/c.json', 'manifest.yaml', 'schemas/b.json']);
    expect(text).toContain('tool look: Tool added.');
    expect([exitCode, outcome?.resources.map(({ name }) => name).sort()]).toEqual([
      0,
      ['payments', 'payments/a', 'payments/c'],
    ]);
  });

  it('says who is awaited and since when, by the name of the owner, and never the link', async () => {
    write({ ...targets(['a', 'c']), 'schemas/a.json': toolSchema(['find']) });
    const first = await run();
    expect(text).toContain('A person is asked first: settings.approve is breaking.');
    expect(first.exitCode).toBe(4);
    expect(text).toMatch(/approval of default \(owner\), who has the link; asked since \d{4}-/);
    expect(text).not.toMatch(/\/authorizations\/|owner@example\.com/);
    expect((await run('--allow-waiting')).exitCode).toBe(0);
  });

  it('follows on until the person has answered, where that is wanted', async () => {
    write({ ...targets(['a', 'c']), 'schemas/a.json': toolSchema(['find']) });
    const [link = ''] = system.gateloop.aws.outbox
      .list()
      .flatMap(({ message }) => /http\S+\/authorizations\/[0-9a-f]{32}/.exec(message) ?? []);
    meanwhile = async () => {
      await new Browser(system.gateloop).submit(`${link}/decide`, { answer: 'yes' });
      await system.settle();
    };
    expect((await run('--until-ready')).exitCode).toBe(0);
    expect(text).toContain('waits for a person');
  });

  it('is not taken for whole when it is cut short: the manifest of before stays in force', async () => {
    write({ ...targets(['d', 'e']) });
    failing = 'e.json';
    await expect(run()).rejects.toThrow('Check that npm start still runs.');
    expect(paths()).toEqual(['schemas/d.json', 'schemas/e.json']);
    await system.settle();
    expect(Object.keys(system.states(WORKSPACE))).not.toContain('payments/d');
  });

  it('says so when somebody else has uploaded meanwhile', async () => {
    write(targets(['d']));
    meanwhile = async () => {
      system.upload(WORKSPACE, 'README.md', 'another hand');
      await system.settle();
    };
    await expect(run()).rejects.toThrow('Another upload of payments came meanwhile');
  });

  it('gives up following when time is up, and says that Gateloop does not', async () => {
    write(targets(['d']));
    meanwhile = async () => undefined;
    await expect(run('--minutes', '1')).rejects.toThrow('Not settled after 1 minutes. Gateloop goes on');
  });
});

describe('the policy of whoever uploads', () => {
  const { Statement } = uploadPolicy(SPEC_BUCKET, WORKSPACE);
  const matches = (pattern: string, value: string) =>
    new RegExp(`^${pattern.replaceAll(/[.]/g, '\\.').replaceAll('*', '.*')}$`).test(value);
  const allows = ({ Action, Resource, Condition }: PolicyStatement, { action, resource, prefix }: Call) =>
    Action.includes(action) &&
    Resource.some((pattern) => matches(pattern, resource)) &&
    (Condition?.StringLike?.['s3:prefix']?.some((pattern) => matches(pattern, prefix ?? '')) ?? true);

  it('covers every call that a push makes, and holds nothing that none needs', async () => {
    // Same size, another content: the checksum is asked for.
    write({ ...targets(['d']), 'schemas/d.json': toolSchema(['find'], 'Binds things.') });
    await run('--plan');
    const used = new Set<string>();
    for (const call of madeCalls) {
      const statement = Statement.find((each) => allows(each, call));
      expect(statement, JSON.stringify(call)).toBeDefined();
      const pattern = statement?.Resource.find((each) => matches(each, call.resource));
      const prefixes = statement?.Condition?.StringLike?.['s3:prefix'];
      const prefix = prefixes?.find((each) => matches(each, call.prefix ?? ''));
      used.add(`${call.action} ${pattern} ${prefix ?? ''}`);
    }
    const granted = Statement.flatMap(({ Action, Resource, Condition }) =>
      Action.flatMap((action) =>
        Resource.flatMap((resource) =>
          (Condition?.StringLike?.['s3:prefix'] ?? ['']).map((prefix) => `${action} ${resource} ${prefix}`),
        ),
      ),
    );
    expect([...used].sort()).toEqual(granted.sort());
  });

  it.each([
    { action: 's3:PutObject', resource: `arn:aws:s3:::${SPEC_BUCKET}/workspaces/orders/manifest.yaml` },
    { action: 's3:PutObject', resource: `arn:aws:s3:::${SPEC_BUCKET}/workspaces/payments-2/manifest.yaml` },
    { action: 's3:GetObject', resource: `arn:aws:s3:::${SPEC_BUCKET}/outcomes/orders.json` },
    { action: 's3:PutObject', resource: `arn:aws:s3:::${SPEC_BUCKET}/outcomes/payments.json` },
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${SPEC_BUCKET}`, prefix: 'workspaces/' },
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${SPEC_BUCKET}` },
  ])('does not allow $action on $resource with the prefix $prefix', ({ action, resource, prefix }) => {
    expect(Statement.some((each) => allows(each, { action, resource, prefix }))).toBe(false);
  });
});

it('is the policy that the documentation shows', () => {
  const documentation = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  expect(documentation).toContain(JSON.stringify(uploadPolicy('BUCKET', 'payments'), null, 2));
});
