import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Identity } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { GateloopError } from '../../core/errors.ts';
import { EVENT_BUS, SPEC_BUCKET } from '../../local/gateloop.ts';
import { CLIENT_SECRET, manifest } from '../../test/authorization/consentManifest.ts';
import {
  emulatorSettings,
  linksIn,
  manifestOf,
  PAGES_URL,
  type System,
  startSystem,
  toolSchema,
} from '../../test/system/system.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { type AnswerResult, type AnswerSystem, answer } from './answer.ts';
import { awsIdentity } from './awsIdentity.ts';
import { answerCommand } from './command.ts';

const JANE: Identity = { name: 'jane@example.com', email: 'jane@example.com' };
let system: System;
let workspace = '';
let tests = 0;
let text = '';

beforeAll(async () => {
  system = await startSystem({ secrets: { 'shared/github': CLIENT_SECRET } });
});
beforeEach(() => {
  tests += 1;
  workspace = `answers-${tests}`;
});
afterEach(() => {
  text = '';
});
afterAll(() => system.close());

/** @param knowsPages whether the deployment says the address of its pages */
async function run(
  line: string,
  changed: Partial<AnswerSystem> = {},
  knowsPages = true,
): Promise<AnswerResult> {
  const options = readCommandLine(answerCommand, line.split(' '), recordedIo());
  const write = (chunk: string) => {
    text += chunk;
    return true;
  };
  const time = { now: 0 };
  const { buckets, environment } = system.gateloop.aws;
  const result = await answer(options, {
    ledger: system.ledger,
    store: { readDocument: async (key) => JSON.parse(buckets.text(SPEC_BUCKET, key)) },
    listWorkspaces: async () => ['nothing-here', workspace],
    events: new EventBridgeClient(emulatorSettings(environment.AWS_ENDPOINT_URL_EVENTBRIDGE ?? '')),
    bus: EVENT_BUS,
    ...(knowsPages && { pagesUrl: PAGES_URL }),
    answersFrom: 'anybody',
    identity: async () => JANE,
    screen: screenOn({ write } as unknown as NodeJS.WritableStream), // A screen that is no terminal calls only `write`.
    pause: async () => {
      time.now += 10_000;
      await system.settle();
    },
    now: () => time.now,
    ...changed,
  });
  return expectOutput('answer', `${JSON.stringify(result)}\n`);
}

/** Uploads a target, and then a schema without one of its tools, which a person has to approve. @returns the link */
async function removeTool(owner = 'owner@example.com'): Promise<string> {
  const settings = '{ approve: breaking }';
  const files = manifestOf(['cards'], { gateway: workspace, settings });
  system.upload(workspace, 'schemas/cards.json', toolSchema(['find', 'refund']));
  system.upload(workspace, 'manifest.yaml', files.replace('owner@example.com', owner));
  await system.settle();
  system.upload(workspace, 'schemas/cards.json', toolSchema(['find']));
  await system.settle();
  return link();
}

function link(): string {
  const messages = system.gateloop.aws.outbox.list();
  return linksIn(messages.filter(({ attributes }) => attributes.workspace === workspace)).at(-1) ?? '';
}

const referenceOf = (url: string) => hashId(url.slice(-32));

describe('gateloop answer', () => {
  it('shows all that is asked, and answers nothing, without --approve and --refuse', async () => {
    const reference = referenceOf(await removeTool());
    expect(await run(reference.slice(0, 8))).toMatchObject({
      exitCode: 0,
      request: reference,
      state: 'open',
    });
    expect(text).toContain('May the tools of “cards” change?');
    expect(text).toContain('- refund: Tool removed. It may break agents.');
    expect(system.outcome(workspace).outcome).toBe('awaiting');
  });

  it('approves a change of tools under the name of the person, and the change is applied', async () => {
    const reference = referenceOf(await removeTool());
    expect(await run(`${reference} --approve --reason agreed`)).toEqual({
      exitCode: 0,
      request: reference,
      workspace,
      address: `gatewayTarget/${workspace}/cards`,
      kind: 'approval',
      state: 'completed',
      by: 'jane@example.com',
      reason: 'agreed',
    });
    await system.settle();
    expect(system.outcome(workspace).outcome).toBe('ready');
    await expect(run(`${reference} --refuse`)).rejects.toThrow(
      'The request is closed already: completed by jane@example.com (agreed).',
    );
  });

  it('refuses by the link of the message', async () => {
    const url = await removeTool();
    expect(await run(`${url} --refuse`)).toMatchObject({ state: 'refused', by: 'jane@example.com' });
  });

  it.each([
    ['a person whose address the request did not go to', JANE, 'someone@example.com'],
    ['a person without a vouched address', { name: 'user/jane' }, 'jane@example.com'],
  ])('takes no answer from %s where only recipients may answer', async (_, identity, owner) => {
    const url = await removeTool(owner);
    const answered = run(`${url} --approve`, { answersFrom: 'owners', identity: async () => identity });
    await expect(answered).rejects.toThrow('Only the recipients of this request may answer it');
    await expect(answered).rejects.toMatchObject({ code: 'NotAllowed' } satisfies Partial<GateloopError>);
    expect((await system.ledger.readRequest(referenceOf(url)))?.request.state).toBe('open');
  });

  it('takes the answer of a recipient where only recipients may answer', async () => {
    const url = await removeTool('Jane@Example.com');
    expect(await run(`${url} --approve`, { answersFrom: 'owners' })).toMatchObject({ state: 'completed' });
  });

  it('takes no yes where what it would cover cannot be read', async () => {
    const url = await removeTool();
    const store = { readDocument: async () => undefined };
    await expect(run(`${url} --approve`, { store })).rejects.toThrow('so that no yes is taken');
  });

  it('prints the link of a consent, which only a browser can give, and ends with 4', async () => {
    system.upload(workspace, 'manifest.yaml', manifest('', 'https://mcp.example.com/issues', workspace));
    await system.settle();
    const url = link();
    const result = await run(`${referenceOf(url).slice(0, 12)} --approve`);
    expect(result).toMatchObject({ exitCode: 4, kind: 'authorization', state: 'open', link: url });
    expect(text).toContain(url);
    await expect(run(`${url} --approve`, {}, false)).rejects.toThrow('the address of the pages is not known');
  });

  it.each([
    ['what-is-this', 'This names no request'],
    ['0'.repeat(64), 'There is no such request'],
    ['0123456789', 'No open request has a reference that starts with 0123456789'],
  ])('refuses %s, which names no request', async (id, message) => {
    await expect(run(`${id} --approve`)).rejects.toThrow(message);
  });

  it.each([
    ['9f86d081 --approve --refuse', 'exclude each other'],
    ['9f86d081 --reason because', '--reason needs --approve or --refuse'],
    [`9f86d081 --refuse --reason ${'x'.repeat(201)}`, 'at most 200 characters'],
  ])('refuses the command line %s', async (line, message) => {
    await expect(run(line)).rejects.toThrow(message);
  });
});

describe('awsIdentity', () => {
  it.each([
    [
      'sts::123456789012:assumed-role/AWSReservedSSO_Operator_0123/jane@example.com',
      { name: 'jane@example.com', email: 'jane@example.com' },
    ],
    ['sts::123456789012:assumed-role/AWSReservedSSO_Operator_0123/jane', { name: 'jane' }],
    ['sts::123456789012:assumed-role/ops/jane@example.com', { name: 'assumed-role/ops/jane@example.com' }],
    ['iam::123456789012:user/jane@example.com', { name: 'user/jane@example.com' }],
    ['iam::123456789012:root', { name: 'root' }],
  ])('arn:aws:%s: takes an address only from IAM Identity Center', (arn, identity) => {
    expect(awsIdentity(`arn:aws:${arn}`)).toEqual(identity);
  });
});
