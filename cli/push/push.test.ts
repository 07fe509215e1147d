import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { matchesPattern } from '../../core/iam/evaluatePolicy.ts';
import { GUARDRAILS_KEY } from '../../core/storage/keys.ts';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { Browser } from '../../test/authorization/browser.ts';
import { linksIn, manifestOf, type System, startSystem, toolSchema } from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { liveOf } from '../testing/livePlan.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { pushCommand } from './command.ts';
import { type PushResult, push } from './push.ts';
import { type PolicyStatement, uploadPolicy } from './uploadPolicy.ts';

/** An S3 call in the terms of an IAM policy. */
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
/** Calls of the present test. */
const calls: Call[] = [];
/** Calls of all tests, for the same workspace. */
const madeCalls: Call[] = [];
let text = '';
/** Runs while the push waits for its outcome. */
let meanwhile: () => Promise<void> = async () => undefined;
/** Fails the upload of this file, as a broken network does. */
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
  const screen = screenOn({ write } as unknown as NodeJS.WritableStream); // A screen that is no terminal calls only `write`.
  const clock = { time: 0 };
  const pause = async () => {
    clock.time += 10_000;
    await meanwhile();
  };
  return push(options, () => ({ client, bucket: SPEC_BUCKET, live: liveOf(system) }), {
    screen,
    pause,
    now: () => clock.time,
  });
}

const writes = () => calls.filter(({ action }) => /Put|Delete/.test(action));
const paths = () => writes().map(({ resource }) => resource.replace(/^.*workspaces\/[^/]+\//, ''));
const targets = (names: readonly string[], settings = '{ prune: true, approve: breaking }') => ({
  ...Object.fromEntries(names.map((name) => [`schemas/${name}.json`, toolSchema()])),
  'manifest.yaml': manifestOf(names, { gateway: WORKSPACE, settings }),
});

describe('push', () => {
  it('push: reports all problems with their places at once, and sends no request to AWS', async () => {
    write({ ...targets(['a']), 'manifest.yaml': 'gatways: {}\nowners: { default: { email: nobody } }\n' });
    const { exitCode, problems } = await run();
    expect(exitCode).toBe(2);
    expect(problems.filter(({ severity }) => severity === 'error')).toHaveLength(2);
    expect(text).toMatch(/manifest\.yaml:1:1: error: gatways.*\n(.*\n)?manifest\.yaml:2:22: error: owners/);
    expect(calls).toEqual([]);
  });

  it('push: stops after the plan with planOnly', async () => {
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

  it('push: uploads the manifest last, and reports each step until the workspace is ready', async () => {
    write(targets(['a', 'b']));
    const { exitCode, outcome } = await run();
    expect(exitCode).toBe(0);
    expect(outcome?.resources.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    expect(paths()).toEqual(['schemas/a.json', 'schemas/b.json', 'manifest.yaml']);
    expect(text).toMatch(/… gatewayTarget\/payments\/[ab] {2}in-progress\n(.*\n)*✓ payments {2}ready/);
  });

  it('push: uploads nothing when no file differs, and reports the last outcome', async () => {
    write(targets(['a', 'b']));
    const { exitCode, plan } = await run();
    expect(exitCode).toBe(0);
    expect(new Set(plan?.resources.map(({ action }) => action))).toEqual(new Set(['nothing']));
    expect(writes()).toEqual([]);
    expect(text).toContain('No file differs');
  });

  it('push: starts a reconciliation with reconcile although no file differs', async () => {
    write(targets(['a', 'b']));
    // In simulated time a reconciliation takes no time, and its outcome would be an identical document.
    const { aws, clock } = system.gateloop;
    const later = clock.now() + 1000;
    clock.after(1000, () => undefined);
    await aws.until(() => clock.now() >= later);
    const { exitCode, outcome } = await run('--reconcile');
    expect(exitCode).toBe(0);
    expect(paths()).toEqual(['manifest.yaml']);
    expect(outcome?.outcome).toBe('ready');
  });

  /** A person says yes to the latest question. */
  const approve = async () => {
    const [link = ''] = linksIn(system.gateloop.aws.outbox.list()).slice(-1);
    await new Browser(system.gateloop).submit(`${link}/decide`, { answer: 'yes' });
    await system.settle();
  };

  it('push: compares the plan with the applied state: members, tools, deletions and approvals', async () => {
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
    const { exitCode, plan } = await run();
    const planned = Object.fromEntries(plan?.resources.map((each) => [each.address, each]) ?? []);
    expect(planned['gateway/payments']).toMatchObject({
      action: 'update',
      differences: [{ path: 'description', to: 'In front' }],
    });
    expect(planned['gatewayTarget/payments/a']).toMatchObject({
      action: 'update',
      tools: [{ kind: 'toolAdded', tool: 'look', breaking: false }],
    });
    // This upload turns approve off, but it was on when the target was applied.
    expect(planned['gatewayTarget/payments/b']).toMatchObject({
      action: 'delete',
      asks: [{ kind: 'deletion', owner: 'default' }],
    });
    expect(planned['gatewayTarget/payments/c']?.action).toBe('create');
    expect(paths()).toEqual(['schemas/a.json', 'schemas/c.json', 'manifest.yaml', 'schemas/b.json']);
    expect(text).toContain('tool look: Tool added.');
    expect(exitCode).toBe(4);
    await approve();
    expect(Object.keys(system.states(WORKSPACE)).sort()).toEqual(['payments', 'payments/a', 'payments/c']);
  });

  it('push: names the owner that a resource waits for and since when, never the link', async () => {
    const tools = ['find', 'look'];
    write({ ...targets(['a', 'c']), 'schemas/a.json': toolSchema(tools) });
    expect((await run()).exitCode).toBe(0);
    write({ ...targets(['a', 'c']), 'schemas/a.json': toolSchema(tools.slice(0, 1)) });
    const first = await run();
    expect(text).toContain('Needs the approval of default (owner), who will be asked.');
    expect(first.exitCode).toBe(4);
    expect(text).toMatch(/approval of default \(owner\), who has the link; waiting since \d{4}-/);
    expect(text).not.toMatch(/\/authorizations\/|owner@example\.com/);
    expect((await run('--allow-waiting')).exitCode).toBe(0);
  });

  it('push: follows with untilReady until the person has answered', async () => {
    write({ ...targets(['a', 'c']), 'schemas/a.json': toolSchema(['find']) });
    meanwhile = approve;
    expect((await run('--until-ready')).exitCode).toBe(0);
    expect(text).toContain('waits for a person');
  });

  it('push: leaves the earlier manifest in force when the upload is interrupted', async () => {
    write({ ...targets(['d', 'e']) });
    failing = 'e.json';
    await expect(run()).rejects.toThrow('Check that npm start still runs.');
    expect(paths()).toEqual(['schemas/d.json', 'schemas/e.json']);
    await system.settle();
    expect(Object.keys(system.states(WORKSPACE))).not.toContain('payments/d');
  });

  it('push: fails with NotFollowed when another user uploads meanwhile', async () => {
    write(targets(['d']));
    meanwhile = async () => {
      system.upload(WORKSPACE, 'README.md', 'changed by another user');
      await system.settle();
    };
    await expect(run()).rejects.toThrow('Another user has uploaded payments since');
  });

  it('push: stops following at the time limit, and reports that Gateloop continues', async () => {
    write(targets(['f']));
    meanwhile = async () => undefined;
    await expect(run('--minutes', '1')).rejects.toThrow('Not settled after 1 minutes. Gateloop continues');
  });
});

describe('uploadPolicy', () => {
  const { Statement } = uploadPolicy(SPEC_BUCKET, WORKSPACE);
  const allows = ({ Action, Resource, Condition }: PolicyStatement, { action, resource, prefix }: Call) =>
    Action.includes(action) &&
    Resource.some((pattern) => matchesPattern(resource, pattern)) &&
    (Condition?.StringLike?.['s3:prefix']?.some((pattern) => matchesPattern(prefix ?? '', pattern)) ?? true);

  it('uploadPolicy: allows every call of a push, and contains no statement that no call needs', async () => {
    // Same size, different content: the push requests the checksum.
    write({ ...targets(['d']), 'schemas/d.json': toolSchema(['find'], 'Binds things.') });
    await run('--plan');
    const used = new Set<string>();
    // A plan asks for the operators' file where there is no copy for the team yet, and may be denied it.
    const mayBeDenied = ({ prefix = '', resource }: Call) =>
      prefix === GUARDRAILS_KEY || resource.endsWith(`/${GUARDRAILS_KEY}`);
    for (const call of madeCalls.filter((each) => !mayBeDenied(each))) {
      const statement = Statement.find((each) => allows(each, call));
      expect(statement, JSON.stringify(call)).toBeDefined();
      const pattern = statement?.Resource.find((each) => matchesPattern(call.resource, each));
      const prefixes = statement?.Condition?.StringLike?.['s3:prefix'];
      const prefix = prefixes?.find((each) => matchesPattern(call.prefix ?? '', each));
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
  ])(
    'uploadPolicy: does not allow $action on $resource with the prefix $prefix',
    ({ action, resource, prefix }) => {
      expect(Statement.some((each) => allows(each, { action, resource, prefix }))).toBe(false);
    },
  );
});

it('uploadPolicy: equals the policy in the documentation', () => {
  const documentation = readFileSync(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  expect(documentation).toContain(JSON.stringify(uploadPolicy('BUCKET', 'payments'), null, 2));
});
