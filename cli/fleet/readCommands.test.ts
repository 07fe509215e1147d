import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetGatewayCommand,
  ListGatewaysCommand,
  UpdateGatewayCommand,
} from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { CLIENT_SECRET, manifest as consentManifest } from '../../test/authorization/consentManifest.ts';
import { linksIn, manifestOf, toolSchema, uploadWorkspace } from '../../test/system/system.ts';
import { readCommandLine } from '../program.ts';
import { statusCommand } from '../status/command.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { type LocalEnvironment, startLocalEnvironment } from '../testing/localEnvironment.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { readFleetOf } from './runRead.ts';

let local: LocalEnvironment;
/** The id in the link of the request for consent: whoever has it can answer. */
let link = '';

beforeAll(async () => {
  local = await startLocalEnvironment({ secrets: { 'shared/github': CLIENT_SECRET } });
  const { system } = local;
  uploadWorkspace(system, 'orders', ['ledger', 'mail']);
  system.upload('repositories', 'manifest.yaml', consentManifest());
  system.upload('broken', 'manifest.yaml', 'gateways: { front: { roleArn: 1 } }');
  await system.settle();
  link = linksIn(system.gateloop.aws.outbox.list()).at(-1)?.slice(-32) ?? '';
  await system.advance(120_000);
});
afterAll(() => local.close());

const json = async (line: string, definition: string) => {
  const { code, stdout, stderr } = await local.gateloop(`${line} --json`);
  expect([code, stderr]).toEqual([0, '']);
  return expectOutput(definition, stdout);
};

const text = async (line: string) => {
  const { code, stdout, stderr } = await local.gateloop(line);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
};

describe('gateloop status', () => {
  it('shows each workspace with its state, and what waits for a person', async () => {
    const { workspaces, basedOn } = await json('status', 'fleet');
    expect(basedOn).toBe('ledger');
    expect(workspaces).toMatchObject([
      { workspace: 'broken', state: 'refused', errors: expect.any(Number), waiting: 0 },
      { workspace: 'orders', state: 'ready', resources: { ready: 3 }, waiting: 0 },
      { workspace: 'repositories', state: 'awaiting', waiting: 1, reconciling: false },
    ]);
    const shown = await text('status');
    expect(shown).toMatch(/^WORKSPACE +STATE +SINCE +RESOURCES +WAITING +LAST PASS +NEXT PASS$/m);
    expect(shown).toMatch(/^orders +✓ ready +2 min .* 3 ready +- +2 min.* ago +in 1 h/m);
    expect(shown).toMatch(/^repositories +\? awaiting .* 1, for 2 min/m);
  });

  it('shows the problems of a workspace with their lines', async () => {
    const view = await json('status broken', 'workspace');
    expect(view.problems[0]).toMatchObject({ file: 'manifest.yaml', line: 1 });
    expect(await text('status broken')).toMatch(/manifest\.yaml:1:\d+: error: gateways\.front/);
  });

  it('shows the resources and questions of a workspace, and its owners with -o wide', async () => {
    const view = await json('status repositories', 'workspace');
    expect(view.members.map(({ state }: { state: string }) => state)).toContain('awaiting-authorization');
    expect(view.questions).toHaveLength(1);
    const shown = await text('status repositories');
    expect(shown).toContain('? repositories  waits for a person, for 2 min');
    expect(shown).toContain('Waiting for people:');
    expect(await text('status -o wide')).toMatch(/WARNINGS$/m);
  });

  it('writes YAML with -o yaml', async () => {
    expect(parse(await text('status -o yaml'))).toMatchObject({ workspaces: [{}, {}, {}] });
  });

  it.each([
    ['status', 2],
    ['status orders', 0],
    ['status repositories', 4],
  ])('gateloop %s --detailed-exitcode: ends with %d', async (line, code) => {
    expect(await local.gateloop(`${line} --detailed-exitcode`)).toMatchObject({ code });
  });

  it('says which environment is not deployed', async () => {
    const missing = Object.assign(new Error('no table'), { name: 'ResourceNotFoundException' });
    const reading = local.withFlags((flags) =>
      readFleetOf(readCommandLine(statusCommand, flags, recordedIo()), () => Promise.reject(missing)),
    );
    await expect(reading).rejects.toMatchObject({
      code: 'AwsTrouble',
      message: expect.stringContaining('There is no environment of npm start'),
    });
  });

  it('refuses a workspace that does not exist', async () => {
    const { code, stderr } = await local.gateloop('status nowhere');
    expect(code).toBe(2);
    expect(stderr).toContain('There is no workspace nowhere');
  });
});

describe('gateloop waiting', () => {
  it('shows who is asked what, since when and until when', async () => {
    const { questions } = await json('waiting', 'waiting');
    expect(questions).toMatchObject([
      {
        workspace: 'repositories',
        kind: 'authorization',
        owner: 'default',
        escalation: 'e-mail at example.com',
      },
    ]);
    const shown = await text('waiting');
    expect(shown).toContain(questions[0].reference.slice(0, 8));
    expect(shown).toContain('default, then e-mail at example.com · asked 2 min');
    expect(await text('waiting --workspace orders')).toBe('Nothing waits for a person.\n');
  });
});

describe('gateloop get and describe', () => {
  it('lists the resources of all workspaces, of a kind, or one', async () => {
    const addresses = async (line: string) =>
      (await json(line, 'resources')).resources.map(({ address }: { address: string }) => address);
    expect(await addresses('get')).toContain('oauth2CredentialProvider/repositories-github');
    expect(await addresses('get gatewayTarget --workspace orders')).toEqual([
      'gatewayTarget/orders/ledger',
      'gatewayTarget/orders/mail',
    ]);
    expect(await addresses('get orders/ledger')).toEqual(['gatewayTarget/orders/ledger']);
    expect(await text('get orders/ledger')).toMatch(/^orders +gatewayTarget\/orders\/ledger +✓ ready/m);
  });

  it('describes a target with its tools, and one that waits with its question', async () => {
    const { tools } = await json('describe orders/ledger', 'description');
    expect(tools).toMatchObject({ source: 'schema', tools: [{ name: 'find' }] });
    const shown = await text('describe repositories/issues');
    expect(shown).toContain('? gatewayTarget/repositories/issues  awaiting-authorization, for');
    expect(shown).toContain('Give consent at GitHub for repositories/issues');
  });

  it.each([
    ['get ledger', '"ledger" names no resource'],
    ['get orders/legder', 'No workspace in gateloop-spec has the resource gatewayTarget/orders/legder'],
    ['describe gateway/orders --workspace broken', 'The workspace broken has no resource gateway/orders'],
    ['describe gateway/orders --workspace nowhere', 'There is no workspace nowhere'],
    ['get -o csv', 'Allowed choices are wide, json, yaml.'],
    ['get -o yaml --json', '--json and --output yaml exclude each other'],
    ['get --bucket a', '--bucket and --local exclude each other'],
  ])('gateloop %s: ends with 2 and explains why', async (line, message) => {
    const { code, stdout, stderr } = await local.gateloop(line);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });
});

describe('gateloop diff', () => {
  it('shows both values of what was changed outside Gateloop, and of nothing else', async () => {
    const { system } = local;
    uploadWorkspace(system, 'drifting', ['ledger'], { settings: '{ selfHeal: false }' });
    await system.settle();
    expect(await json('diff --all --workspace drifting', 'drift')).toMatchObject({
      compared: 2,
      resources: [],
    });
    const { items = [] } = await system.control.send(new ListGatewaysCommand({}));
    const { gatewayId: gatewayIdentifier = '' } = items.find(({ name }) => name === 'drifting') ?? {};
    const gateway = await system.control.send(new GetGatewayCommand({ gatewayIdentifier }));
    const { name, roleArn, protocolType, protocolConfiguration, authorizerType } = gateway;
    await system.control.send(
      new UpdateGatewayCommand({
        ...{ gatewayIdentifier, name, roleArn, protocolType, protocolConfiguration, authorizerType },
        description: 'By hand',
      }),
    );
    await system.settle();
    // A named resource is compared now; the others, once a pass has found the difference.
    const fields = [{ path: 'description', live: 'By hand' }];
    expect(await json('diff gateway/drifting', 'drift')).toMatchObject({
      compared: 1,
      resources: [{ fields }],
    });
    await system.reconcile('drifting');
    expect(await json('diff', 'drift')).toMatchObject({
      compared: 1,
      resources: [{ workspace: 'drifting', address: 'gateway/drifting', state: 'drifted', fields }],
    });
    expect(await text('diff')).toContain('description: nothing applied, "By hand" in AWS');
    expect(await local.gateloop('diff --detailed-exitcode')).toMatchObject({ code: 5 });
    expect(await local.gateloop('diff --workspace orders --detailed-exitcode')).toMatchObject({ code: 0 });
  });
});

describe('gateloop tools', () => {
  it('lists the tools of a gateway and of one target', async () => {
    const { targets } = await json('tools orders', 'tools');
    expect(targets).toMatchObject([
      { target: 'orders/ledger', tools: [{ name: 'find', description: 'Finds things.' }] },
      { target: 'orders/mail' },
    ]);
    expect(await text('tools orders/mail')).toBe(
      'Tools of orders/mail  1, from its schema\n  find  Finds things.\n',
    );
    expect((await json('tools repositories', 'tools')).targets[0]).toHaveProperty('unknown');
    expect(await local.gateloop('tools nowhere')).toMatchObject({ code: 2 });
  });
});

describe('gateloop history', () => {
  it('lists the uploads of a workspace with their outcomes', async () => {
    const { system } = local;
    system.upload('history', 'manifest.yaml', 'gateways: 1');
    await system.settle();
    await system.advance(60_000);
    uploadWorkspace(system, 'history', ['ledger']);
    await system.settle();
    expect((await json('history history', 'history')).uploads).toMatchObject([
      { changed: ['manifest.yaml', 'schemas/ledger.json'], deleted: [], outcome: 'ready' },
      { changed: ['manifest.yaml'], outcome: 'refused' },
    ]);
    expect(await text('history history --limit 1')).toMatch(
      /ago {2}uploader not named {2}✓ ready\n {2}manifest\.yaml, schemas\/ledger\.json\n$/,
    );
    const { aws } = system.gateloop;
    aws.buckets.put(SPEC_BUCKET, 'workspaces/history/schemas/ledger.json', toolSchema(['find', 'list']), {
      headers: { 'x-amz-meta-gateloop-by': 'ada', 'x-amz-meta-gateloop-commit': '0123456789abcdef' },
    });
    expect(await text('history history --limit 1')).toContain('ago  ada, commit 0123456789ab');
    expect(await local.gateloop('history nowhere')).toMatchObject({ code: 2 });
  });
});

describe('gateloop trace', () => {
  it('shows what each step of the latest execution of a workspace got and gave', async () => {
    const trace = await json('trace --workspace orders', 'trace');
    expect(trace).toMatchObject({ workflow: 'reconcile', status: 'SUCCEEDED', workspace: 'orders' });
    expect(trace.steps[0]).toMatchObject({ state: 'Poll', type: 'Task', failures: 0 });
    expect(await text(`trace ${trace.name}`)).toMatch(/^ {2}Poll {2}Task {2}[\d.]+ s$/m);
  });

  it('lists executions', async () => {
    const { executions } = await json('trace --list --workspace orders', 'executions');
    expect(executions).toMatchObject([{ workflow: 'reconcile', workspace: 'orders', status: 'SUCCEEDED' }]);
    expect(await text('trace --list --workflow authorize')).toMatch(/authorize +repositories +RUNNING/);
  });

  it('refuses an execution that does not exist', async () => {
    expect((await local.gateloop('trace none')).stderr).toContain('There is no execution none.');
    expect((await local.gateloop('trace none --list')).stderr).toContain('--list takes no execution');
    expect((await local.gateloop('trace --workspace none')).stderr).toContain('of the workspace none');
  });
});

describe('gateloop plan', () => {
  const plannedFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateloop-plans-'));
    for (const name of ['plan-a', 'plan-b']) {
      mkdirSync(join(folder, name, 'schemas'), { recursive: true });
      writeFileSync(join(folder, name, 'manifest.yaml'), manifestOf(['ledger'], { gateway: name }));
      writeFileSync(join(folder, name, 'schemas/ledger.json'), toolSchema());
    }
    return folder;
  };

  it('plans every workspace in a folder, and keeps the plans in one file', async () => {
    const folder = plannedFolder();
    const out = join(folder, 'plans.json');
    const { stdout } = await local.gateloop(`plan ${folder} --out ${out} --json`);
    const { workspaces } = expectOutput('plans', stdout);
    expect(workspaces).toMatchObject({
      'plan-a': { exitCode: 0, plan: { resources: [{ action: 'create' }, { action: 'create' }] } },
      'plan-b': { exitCode: 0 },
    });
    expect(JSON.parse(readFileSync(out, 'utf8')).workspaces).toEqual(workspaces);
  });

  it('ends with the worst code of the workspaces', async () => {
    const folder = plannedFolder();
    expect(await local.gateloop(`plan ${folder} --detailed-exitcode`)).toMatchObject({ code: 7 });
    writeFileSync(join(folder, 'plan-b/manifest.yaml'), 'gateways: 1');
    expect(await local.gateloop(`plan ${folder} --detailed-exitcode`)).toMatchObject({ code: 2 });
    expect(await local.gateloop(`plan ${folder} --workspace other`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('holds 2 workspaces'),
    });
  });
});

it('gateloop: shows no link, task token, user id or e-mail address to those who read', async () => {
  expect(link).toMatch(/^[0-9a-f]{32}$/);
  const { executions } = await json('trace --list --workflow authorize', 'executions');
  const outputs = await Promise.all(
    [
      'status repositories -o json',
      'waiting -o json',
      'get -o json',
      'describe repositories/issues -o json',
      `trace ${executions[0].name} -o json`,
      'trace --workspace repositories -o json',
    ].map((line) => text(line)),
  );
  const shown = outputs.join('');
  expect(shown).toContain('WaitForPerson');
  for (const secret of [link, 'platform@example.com', 'lead@example.com', CLIENT_SECRET])
    expect(shown).not.toContain(secret);
  expect(shown).not.toMatch(/taskToken":"(?!\[token\])/i);
  expect(shown).not.toMatch(/request_uri|authorizationUrl":"(?!\[link\])/);
});

it('gateloop: writes out the hidden characters of untrusted text', async () => {
  const { system } = local;
  system.upload('hidden', 'schemas/a.json', toolSchema(['find'], 'Right\u202eto left'));
  uploadWorkspace(system, 'hidden', ['ledger']);
  system.upload('hidden', 'schemas/ledger.json', toolSchema(['find'], 'Right\u202eto left'));
  await system.settle();
  expect(await text('tools hidden')).toContain('Right\\u{202e}to left');
  for (const format of ['json', 'yaml'])
    expect(await text(`tools hidden -o ${format}`)).not.toContain('\u202e');
});
