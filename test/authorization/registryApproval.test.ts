import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  CreateRegistryRecordCommand,
  DeleteRegistryRecordCommand,
  GetRegistryRecordCommand,
  ListRegistryRecordsCommand,
  SubmitRegistryRecordForApprovalCommand,
  UpdateRegistryRecordCommand,
  UpdateRegistryRecordStatusCommand,
} from '../../adapters/agentRegistry/index.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import { linksIn, type System, startSystem } from '../system/system.ts';
import { Browser } from './browser.ts';

const MANIFEST = `owners:
  default: { email: curator@example.com }
  escalation: { email: lead@example.com }
settings: { authorization: { remindAfter: [1 hour], escalateAfter: 2 hours, expireAfter: 3 hours } }
registries: { tools: { description: Tools that agents may find } }
`;
const WORKSPACE = 'curation';
const HOUR = 3_600_000;

let system: System;
let registryId: string;
beforeAll(async () => {
  system = await startSystem();
  system.upload(WORKSPACE, 'manifest.yaml', MANIFEST);
  await system.settle();
  registryId = system.outcome(WORKSPACE).resources.find(({ kind }) => kind === 'registry')?.id ?? '';
});
afterAll(() => system.close());
/** Links of other tests' records, whose reminders still arrive. */
let earlier: ReadonlySet<string>;
beforeEach(() => {
  earlier = new Set(linksIn(system.gateloop.aws.outbox.list()));
});

/** Names are unique in a registry, and each test submits one record. */
afterEach(async () => {
  const list = async () => {
    const answer = await system.registry.send(new ListRegistryRecordsCommand({ registryId }));
    return answer.registryRecords ?? [];
  };
  for (const { recordId } of await list())
    await system.registry.send(new DeleteRegistryRecordCommand({ registryId, recordId }));
  await system.gateloop.aws.until(async () => (await list()).length === 0);
});

interface Submitted {
  readonly registryId: string;
  readonly recordId: string;
}

const serverOf = (version: string, url = 'https://weather.example.com/mcp') =>
  JSON.stringify({ name: 'com.example/weather', version, remotes: [{ type: 'streamable-http', url }] });

/** Creates a record, submits it, and waits until a request is open. */
async function submitted(): Promise<Submitted> {
  const { recordArn = '' } = await system.registry.send(
    new CreateRegistryRecordCommand({
      registryId,
      name: 'weather',
      recordType: 'MCP',
      descriptors: { mcpServer: { data: serverOf('1.0.0') } },
    }),
  );
  const id = { registryId, recordId: recordArn.slice(recordArn.lastIndexOf('/') + 1) };
  await submit(id);
  return id;
}

async function submit(id: Submitted): Promise<void> {
  await system.gateloop.aws.until(async () => (await record(id)).status === 'DRAFT');
  const asked = links().length;
  await system.registry.send(new SubmitRegistryRecordForApprovalCommand(id));
  await system.gateloop.aws.until(() => links().length > asked);
}

async function edit(id: Submitted, server: string): Promise<void> {
  const optionalValue = { mcpServer: { optionalValue: { data: { optionalValue: server } } } };
  await system.registry.send(new UpdateRegistryRecordCommand({ ...id, descriptors: { optionalValue } }));
}

async function submitDecision(fields: Record<string, string>) {
  const page = await new Browser(system.gateloop).submit(`${link()}/decide`, fields);
  await system.settle();
  return page;
}

const record = (id: Submitted) => system.registry.send(new GetRegistryRecordCommand(id));
const messages = () =>
  system.gateloop.aws.outbox.list().filter((each) => linksIn([each]).some((link) => !earlier.has(link)));
const links = () => [...new Set(linksIn(messages()))];
const link = () => links().at(-1) ?? '';
const openPage = () => new Browser(system.gateloop).open(link());
const becomes = (title: string) => system.gateloop.aws.until(async () => (await openPage()).title === title);
/** The reference of the request in events: the hash of the id in its link. */
const request = () => hashId(link().slice(link().lastIndexOf('/') + 1));

describe('a record that is submitted for approval', () => {
  it('is announced, shown to its owner, and approved with the reason they give', async () => {
    const id = await submitted();
    expect(messages().map(({ message }) => message)).toEqual([
      expect.stringContaining('Server address: https://weather.example.com/mcp'),
    ]);
    const page = await openPage();
    expect(page.title).toBe('May “weather” enter the registry?');
    expect(page.text).toContain('Server address https://weather.example.com/mcp');
    expect(page.text).toContain('Gateloop knows no approved version');
    expect((await submitDecision({ answer: 'yes', reason: 'useful' })).title).toBe(
      'Done: “weather” is approved',
    );
    const { status, statusReason } = await record(id);
    expect(status).toBe('APPROVED');
    expect(statusReason).toBe('Approved through Gateloop by a person with the link: useful');
  });

  it('is rejected with the reason, and a new submission opens a new request', async () => {
    const id = await submitted();
    const page = await submitDecision({ answer: 'no', reason: 'a copy' });
    expect(page.text).toContain('Its author can change it and submit it again.');
    expect(page.text).not.toContain('Ask for a new request');
    const { status, statusReason } = await record(id);
    expect(status).toBe('REJECTED');
    expect(statusReason).toBe('Rejected through Gateloop by a person with the link: a copy');
    await edit(id, serverOf('1.1.0'));
    await submit(id);
    expect(links()).toHaveLength(2);
  });

  it('is shown with its changes since the approved version, also one approved outside Gateloop', async () => {
    const id = await submitted();
    await system.registry.send(
      new UpdateRegistryRecordStatusCommand({ ...id, status: 'APPROVED', statusReason: 'x' }),
    );
    await becomes('Nothing is left to do');
    await edit(id, serverOf('2.0.0', 'https://api.weather.example.com/mcp'));
    await submit(id);
    const { text } = await openPage();
    expect(text).toContain('What changes since the approved version');
    expect(text).toMatch(/Version changed server\.version was: 1\.0\.0 is: 2\.0\.0/);
    expect(text).toMatch(
      /Server address changed server\.remotes\[0\]\.url was: https:\/\/weather\.\S+ is: https:\/\/api\.weather/,
    );
  });

  it('opens a request while the latest upload is refused, because the registry is unchanged', async () => {
    system.upload(WORKSPACE, 'manifest.yaml', 'registries: [');
    await system.settle();
    expect(system.outcome(WORKSPACE).outcome).toBe('refused');
    await submitted();
    const asked = messages().find((each) => linksIn([each]).includes(link()));
    expect(asked?.attributes).toMatchObject({ owner: 'curator@example.com' });
    system.upload(WORKSPACE, 'manifest.yaml', MANIFEST);
    await system.settle();
  });

  it('has its request withdrawn when a person decides in the console', async () => {
    const id = await submitted();
    await system.registry.send(
      new UpdateRegistryRecordStatusCommand({ ...id, status: 'APPROVED', statusReason: 'by hand' }),
    );
    await becomes('Nothing is left to do');
    expect((await record(id)).statusReason).toBe('by hand');
  });

  it('has its request withdrawn when it is edited, and a late approval has no effect', async () => {
    const id = await submitted();
    const first = link();
    await edit(id, serverOf('3.0.0'));
    await becomes('Nothing is left to do');
    await submit(id);
    expect(link()).not.toBe(first);
    await new Browser(system.gateloop).submit(`${first}/decide`, { answer: 'yes' });
    await system.settle();
    expect((await record(id)).status).toBe('PENDING_APPROVAL');
  });

  it('can be approved by another system through an event, whose reason is cut to the length of the API', async () => {
    const id = await submitted();
    const [by, reason] = ['CHG-1234'.padEnd(200, '.'), 'change board'.padEnd(200, '.')];
    system.gateloop.aws.bus.publish({
      bus: 'gateloop',
      source: 'com.example.servicedesk',
      detailType: 'Authorization Completed',
      detail: { request: request(), outcome: 'approved', by, reason },
    });
    await system.settle();
    const { status, statusReason } = await record(id);
    expect(status).toBe('APPROVED');
    expect(statusReason).toMatch(/^Approved through Gateloop by CHG-1234\.+: change board\.+$/);
  });

  it('is reminded of, escalated and expires, and can then be requested again', async () => {
    const id = await submitted();
    await system.advance(HOUR);
    await system.advance(HOUR);
    expect(messages().map(({ subject }) => subject)).toEqual([
      'Gateloop: may weather enter the registry?',
      'Gateloop, a reminder: may weather enter the registry?',
      'Gateloop, nobody has answered: may weather enter the registry?',
      'Gateloop, nobody has answered: may weather enter the registry?',
    ]);
    await system.advance(HOUR);
    await becomes('This request has expired');
    expect((await record(id)).status).toBe('PENDING_APPROVAL');
    const expired = link();
    const page = await new Browser(system.gateloop).submit(`${expired}/again`);
    expect(page.title).toBe('A new request is on its way');
    await system.gateloop.aws.until(() => link() !== expired);
    await submitDecision({ answer: 'yes' });
    expect((await record(id)).status).toBe('APPROVED');
  });
});
