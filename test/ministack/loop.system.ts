import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from './browser.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { Inbox } from './inbox.ts';
import { createUploader, runCommand } from './runCommand.ts';
import { waitFor } from './waitFor.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/workspaces', import.meta.url));
const REFUSED = fileURLToPath(new URL('../../examples/refused/manifest-mistakes', import.meta.url));

let cloud: Cloud;
let inbox: Inbox;
let sfn: SFNClient;

beforeAll(async () => {
  cloud = await startCloud();
  inbox = await Inbox.open(cloud);
  sfn = new SFNClient(cloud.client);
});
afterAll(() => cloud?.close());

/** Waits until the outcome of a workspace is `expected`. */
function outcome(workspace: string, expected: string): Promise<Record<string, unknown>> {
  return waitFor(`the outcome "${expected}" of ${workspace}`, async () => {
    const document = await cloud.document(`outcomes/${workspace}.json`);
    return document?.outcome === expected && document;
  });
}

async function executions(workflow: string) {
  const stateMachineArn = cloud.stateMachineArn(workflow);
  const { executions: found = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
  return found;
}

/** Waits until no execution of the workflow is running, and returns all of them. */
function settledExecutions(workflow: string) {
  return waitFor(`the executions of ${workflow} to end`, async () => {
    const found = await executions(workflow);
    return found.every(({ status }) => status !== 'RUNNING') && found;
  });
}

/** Scheduler puts the time there. MiniStack leaves it as it is. */
const SCHEDULED_TIME = '<aws.scheduler.scheduled-time>';

describe('the deployed stack on MiniStack, with IAM enforced', () => {
  it('rejects an invalid key, so that policies must have allowed the calls of the other tests', async () => {
    const stranger = new S3Client({
      ...cloud.client,
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKIASTRANGER', secretAccessKey: 'none' },
    });
    const list = stranger.send(new ListObjectsV2Command({ Bucket: cloud.outputs.SpecBucketName }));
    await expect(list).rejects.toThrow();
  });

  it('brings an uploaded workspace to READY and notifies its owner', async () => {
    await cloud.upload('payments', `${EXAMPLES}/payments`, (_, text) =>
      text.replace('rate(1 hour)', 'rate(1 minute)'),
    );
    const { resources } = await outcome('payments', 'ready');
    const targets = ['bank-details', 'ledger', 'orders', 'refunds', 'schedules'];
    const addresses = [
      'apiKeyCredentialProvider/ledger',
      'gateway/payments',
      ...targets.map((target) => `gatewayTarget/payments/${target}`),
    ];
    expect(resources).toHaveLength(addresses.length);
    expect(resources).toEqual(
      expect.arrayContaining(addresses.map((address) => expect.objectContaining({ address }))),
    );
    const { owner } = await inbox.find('the message', ({ text }) => text.includes('payments is up to date'));
    expect(owner).toBe('payments-oncall@example.com');
  });

  it('reconciles an upload of many files once, however many executions its events start', async () => {
    const ended = await settledExecutions('reconcile');
    expect(ended.map(({ status }) => status)).toEqual(ended.map(() => 'SUCCEEDED'));
    const histories = await Promise.all(ended.map(({ executionArn }) => statesOf(executionArn)));
    const working = histories.filter((states) => !states.includes('LeaseHeldElsewhere'));
    expect(working.filter((states) => states.includes('Provision'))).toHaveLength(1);
  });

  it('needs no permission that its policies lack', async () => {
    for (const { executionArn } of await executions('reconcile')) {
      expect(JSON.stringify(await historyOf(executionArn))).not.toMatch(/not authorized|AccessDenied/);
    }
  });

  it('synchronizes a target when its schedule is due', async () => {
    const before = syncs();
    const scheduler = new SchedulerClient(cloud.client);
    const name = { Name: 'resync', GroupName: 'gateloop-main' };
    const { Target, ...schedule } = await scheduler.send(new GetScheduleCommand(name));
    const due = new Date(Date.now() + 600_000).toISOString();
    await scheduler.send(
      new UpdateScheduleCommand({
        ...name,
        FlexibleTimeWindow: schedule.FlexibleTimeWindow,
        ScheduleExpression: schedule.ScheduleExpression,
        Target: Target && { ...Target, Input: Target.Input?.replace(SCHEDULED_TIME, due) },
      }),
    );
    await waitFor('a synchronization', () => syncs() > before, 180_000);
  });

  it('refuses an invalid manifest with its problems, and changes nothing', async () => {
    const before = cloud.agentCore.writes().length;
    await cloud.upload('mistaken', REFUSED);
    const { problems } = await outcome('mistaken', 'refused');
    expect(problems).not.toHaveLength(0);
    const message = await inbox.find('the message', ({ text }) => text.includes('mistaken'));
    expect(message.owner).toBe('payments-oncall@example.com');
    const since = cloud.agentCore.writes().slice(before);
    expect(JSON.stringify(since)).not.toContain('mistaken');
  });

  it('requests a consent, and is ready after a person gave it on the pages', async () => {
    await cloud.upload('repositories', `${EXAMPLES}/repositories`);
    const { text } = await inbox.find('the request', (message) => message.text.includes('/authorizations/'));
    const [link = ''] = /https:\/\/\S+\/authorizations\/[0-9a-f]{32}/.exec(text) ?? [];
    const browser = new Browser(cloud.outputs.PagesUrl ?? '', cloud.miniStack);
    expect((await browser.open('GET', link)).status).toBe(200);
    const clicked = await browser.open('POST', link);
    expect(clicked.status).toBe(303);
    const provider = await waitFor('the redirect to the provider', async () => {
      const { location } = await browser.open('GET', `${link}/go`);
      return location?.includes('/identities/oauth2/authorize') && location;
    });
    const returned = await browser.open('GET', cloud.agentCore.consent(provider).href);
    expect(returned.status).toBeLessThan(400);
    const { resources } = await outcome('repositories', 'ready');
    expect(resources).toEqual(expect.arrayContaining([expect.objectContaining({ state: 'ready' })]));
  });

  it('accepts an upload by a user with the documented policy, and follows it until the workspace is empty', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateloop-empty-'));
    const bucket = ['--bucket', cloud.outputs.SpecBucketName ?? ''];
    // The applied manifest of payments has `approve: breaking`, so that a person is asked about the deletions.
    for (const [workspace, expected] of [['payments', 4] as const, ['repositories', 0] as const]) {
      mkdirSync(join(folder, workspace));
      writeFileSync(join(folder, workspace, 'manifest.yaml'), 'settings: { prune: true }\n');
      const uploader = await createUploader(cloud, workspace);
      const { code, text } = await runCommand(cloud, ['push', join(folder, workspace), ...bucket], uploader);
      expect([code, text]).toEqual([expected, expect.stringMatching(/- delete +gateway\//)]);
      const foreign = ['push', join(folder, workspace), '--workspace', 'mistaken', ...bucket] as const;
      const refused = await runCommand(cloud, foreign, uploader);
      expect([refused.code, refused.text]).toEqual([3, expect.stringContaining('was denied')]);
    }
    rmSync(folder, { recursive: true });
  });

  it('asks about deletions, and makes them after a yes on the pages', async () => {
    const { text } = await inbox.find('the request', ({ subject }) => subject.includes('be deleted'));
    const [link = ''] = /https:\/\/\S+\/authorizations\/[0-9a-f]{32}/.exec(text) ?? [];
    const browser = new Browser(cloud.outputs.PagesUrl ?? '', cloud.miniStack);
    const page = await browser.open('GET', link);
    expect([page.status, page.body]).toEqual([200, expect.stringContaining('gateway/payments')]);
    expect((await browser.open('POST', `${link}/decide`, { answer: 'yes' })).status).toBe(303);
    await waitFor('an empty workspace', async () => {
      const document = await cloud.document('outcomes/payments.json');
      return document?.outcome === 'ready' && Object.keys(Object(document.applied)).length === 0;
    });
  });

  it('redrives the messages of the dead-letter queue, each once', async () => {
    const sqs = new SQSClient(cloud.client);
    const input = { workspace: 'payments' };
    await sqs.send(
      new SendMessageCommand({
        QueueUrl: cloud.outputs.DeadLetterQueueUrl,
        MessageBody: JSON.stringify(input),
        MessageAttributes: {
          TARGET_ARN: { DataType: 'String', StringValue: cloud.stateMachineArn('reconcile') },
        },
      }),
    );
    const before = (await settledExecutions('reconcile')).length;
    const { code, text } = await runCommand(cloud, ['redrive', 'dead-letters', '--yes']);
    expect([code, text]).toEqual([0, expect.stringContaining('1 redriven.')]);
    expect((await settledExecutions('reconcile')).length).toBe(before + 1);
    expect((await runCommand(cloud, ['redrive', 'dead-letters'])).text).toContain(
      'There is nothing to redrive',
    );
  });

  it('is removed without its data, deployed again with it, and removed with it', async () => {
    const before = await cloud.document('outcomes/repositories.json');
    const kept = await runCommand(cloud, ['destroy', '--yes', '--leave-resources']);
    expect([kept.code, kept.text]).toEqual([0, expect.stringContaining('Keeps: table gateloop-main-ledger')]);
    const imported = await cloud.deployAgain('main');
    expect(new Set(Object.values(imported))).toEqual(
      new Set(['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket']),
    );
    expect(Object.keys(imported)).toContain(cloud.outputs.SpecBucketName);
    expect(await cloud.document('outcomes/repositories.json')).toEqual(before);
    const removed = await runCommand(cloud, ['destroy', '--yes', '--remove-data', '--leave-resources']);
    expect([removed.code, removed.text]).toEqual([
      0,
      expect.stringContaining('Removed: bucket gateloop-main-spec-'),
    ]);
    // MiniStack makes the log group of a function anew that still writes to it; on AWS, no role of Gateloop may.
    const again = await waitFor('nothing to be left', async () => {
      const { code, text } = await runCommand(cloud, ['destroy', '--yes', '--remove-data']);
      return code === 0 && text.includes('Removed: log ') ? undefined : { code, text };
    });
    expect(again).toEqual({ code: 2, text: expect.stringContaining('There is no environment main') });
  });
});

function syncs(): number {
  return cloud.agentCore.calls().SynchronizeGatewayTargets ?? 0;
}

async function historyOf(executionArn: string | undefined) {
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events;
}

async function statesOf(executionArn: string | undefined): Promise<(string | undefined)[]> {
  return (await historyOf(executionArn)).map(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name,
  );
}
