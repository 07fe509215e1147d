import { CreateGatewayCommand, CreateGatewayTargetCommand } from '@aws-sdk/client-bedrock-agentcore-control';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SPEC_BUCKET } from '../../local/gateloop.ts';
import { linksIn, manifestOf, type System, startSystem, toolSchema } from '../system/system.ts';
import { Browser } from './browser.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

/** Each test has its own workspace and gateway. */
let workspace = '';
let tests = 0;
let updatesBefore = 0;
beforeEach(() => {
  tests += 1;
  workspace = `payments-${tests}`;
  updatesBefore = allUpdates();
});

type Rule = 'never' | 'breaking' | 'always';

async function start(approve: Rule, schema = toolSchema(['find', 'refund'])): Promise<void> {
  system.upload(workspace, 'schemas/cards.json', schema);
  const settings = `{ approve: ${approve} }`;
  system.upload(workspace, 'manifest.yaml', manifestOf(['cards'], { gateway: workspace, settings }));
  await system.settle();
}

async function change(schema: string): Promise<void> {
  system.upload(workspace, 'schemas/cards.json', schema);
  await system.settle();
}

const links = () =>
  linksIn(system.gateloop.aws.outbox.list().filter(({ attributes }) => attributes.workspace === workspace));
const allUpdates = () => system.gateloop.agentCore.calls().UpdateGatewayTarget ?? 0;
const updates = () => allUpdates() - updatesBefore;
const outcome = () => system.outcome(workspace);
const target = () =>
  outcome().resources.find(({ address }) => address === `gatewayTarget/${workspace}/cards`);
const submitDecision = (yes: boolean, at = links().at(-1)) =>
  new Browser(system.gateloop).submit(`${at}/decide`, { answer: yes ? 'yes' : 'no' });
const withoutRefund = toolSchema(['find']);

describe('a new schema that removes a tool', () => {
  it('waits for approval on a page that shows the changes, and is then applied', async () => {
    await start('breaking');
    await change(withoutRefund);
    expect(updates()).toBe(0);
    expect(outcome().outcome).toBe('awaiting');
    const browser = new Browser(system.gateloop);
    const [link = ''] = links();
    const page = await browser.open(link);
    expect(page.title).toBe('May the tools of “cards” change?');
    expect(page.text).toMatch(/refund: Tool removed\. may break agents/);
    await browser.submit(`${link}/decide`, { answer: 'yes', reason: 'agreed' });
    await system.settle();
    expect(updates()).toBe(1);
    expect(outcome().outcome).toBe('ready');
    expect((await browser.open(link)).title).toBe('Done: “cards” is ready');
  });

  it('is not applied when rejected, which the outcome says, and the next version opens a new request', async () => {
    await start('breaking');
    await change(withoutRefund);
    await submitDecision(false);
    await system.settle();
    expect(updates()).toBe(0);
    expect(target()?.state).toBe('refused');
    expect(target()?.reasons.join()).toContain('last good schema stays');
    // Another version opens another request and withdraws the open one. The applied version only withdraws it.
    await change(toolSchema(['search']));
    await change(toolSchema(['look']));
    expect(links()).toHaveLength(3);
    await change(toolSchema(['find', 'refund']));
    expect(outcome().outcome).toBe('ready');
    const browser = new Browser(system.gateloop);
    const [, second = '', third = ''] = links();
    for (const link of [second, third])
      expect((await browser.open(link)).title).toBe('Nothing is left to do');
    expect((await browser.open(third)).text).toContain('nothing is left to approve');
  });

  it('waits for approval although the same upload turns approve off; an upload of its own turns it off', async () => {
    await start('breaking');
    await start('never', withoutRefund);
    expect(updates()).toBe(0);
    expect(outcome().outcome).toBe('awaiting');
    await start('never');
    await start('never', withoutRefund);
    expect(updates()).toBe(1);
  });

  it('is not decided by a GET, by the login form, or by a form without an answer', async () => {
    await start('breaking');
    await change(withoutRefund);
    const browser = new Browser(system.gateloop);
    const [link = ''] = links();
    await browser.open(`${link}/decide?answer=yes`);
    await browser.submit(link);
    await browser.submit(`${link}/decide`, { reason: 'a copy' });
    await system.settle();
    expect(updates()).toBe(0);
    expect((await browser.open(link)).title).toBe('May the tools of “cards” change?');
  });

  it('needs approval again when it is uploaded again after it was reverted', async () => {
    await start('breaking');
    await change(withoutRefund);
    await submitDecision(true);
    await system.settle();
    await change(toolSchema(['find', 'refund']));
    expect([updates(), links().length]).toEqual([2, 1]);
    await change(withoutRefund);
    expect([updates(), links().length]).toEqual([2, 2]);
  });
});

describe('a change of a tool', () => {
  const tool = (change: object) => JSON.stringify([{ ...JSON.parse(toolSchema())[0], ...change }]);
  const query = { type: 'string' };

  it.each<[string, object, number]>([
    ['a changed description', { description: 'Finds other things.' }, 1],
    ['a description with other white space', { description: ' Finds\n  things. ' }, 0],
    [
      'a new required input',
      { inputSchema: { type: 'object', properties: { query, page: query }, required: ['query', 'page'] } },
      1,
    ],
    [
      'a new optional input',
      { inputSchema: { type: 'object', properties: { query, page: query }, required: ['query'] } },
      0,
    ],
    [
      'an input of another type',
      { inputSchema: { type: 'object', properties: { query: { type: 'number' } }, required: ['query'] } },
      1,
    ],
    ['a new output schema', { outputSchema: { type: 'object', properties: { id: query } } }, 0],
  ])('needs approval only if it may break agents: %s', async (_, changed, asked) => {
    await start('breaking', toolSchema());
    await change(tool(changed));
    expect([links().length, updates()]).toEqual([asked, 1 - asked]);
  });
});

describe('a new schema that adds a tool', () => {
  it.each([
    ['never', 1, 0],
    ['breaking', 1, 0],
    ['always', 0, 1],
  ] as const)('follows the setting approve: %s', async (approve, applied, asked) => {
    await start(approve);
    await change(toolSchema(['find', 'refund', 'void']));
    expect(updates()).toBe(applied);
    expect(links()).toHaveLength(asked);
  });
});

describe('a breaking change', () => {
  it('is applied at once when approve is never', async () => {
    await start('never');
    await change(withoutRefund);
    expect(updates()).toBe(1);
    expect(links()).toEqual([]);
  });
});

describe('an applied schema without a saved tool contract', () => {
  /** Deletes all objects under a prefix, such as saved tool contracts or applied copies. */
  const deleteObjects = (prefix: string) => {
    const { buckets } = system.gateloop.aws;
    for (const { key } of buckets.list(SPEC_BUCKET, { prefix })) buckets.delete(SPEC_BUCKET, key);
  };

  it('is compared by the applied copy of the schema', async () => {
    await start('breaking');
    deleteObjects(`desired/contracts/${workspace}/`);
    await change(withoutRefund);
    const page = await new Browser(system.gateloop).open(links()[0] ?? '');
    expect(page.text).toContain('refund: Tool removed.');
  });

  it('needs approval when no copy is left, and the page says that the changes are unknown', async () => {
    await start('breaking');
    deleteObjects(`desired/contracts/${workspace}/`);
    deleteObjects('applied/');
    await change(withoutRefund);
    expect(updates()).toBe(0);
    const page = await new Browser(system.gateloop).open(links()[0] ?? '');
    expect(page.text).toContain('The changes are unknown. The copy of its current schema is missing');
    expect(page.text).toMatch(/find: It is unknown whether this tool changes\. may break agents/);
    await submitDecision(true);
    await system.settle();
    expect([updates(), outcome().outcome]).toEqual([1, 'ready']);
  });

  it('is read from the service when the target was created outside Gateloop', async () => {
    await createOutsideGateloop();
    system.upload(workspace, 'schemas/elsewhere.json', withoutRefund);
    system.upload(workspace, 'schemas/cards.json', withoutRefund);
    const options = { gateway: workspace, settings: '{ approve: breaking }', adopt: true };
    system.upload(workspace, 'manifest.yaml', manifestOf(['cards', 'elsewhere'], options));
    await system.settle();
    expect(updates()).toBe(0);
    const browser = new Browser(system.gateloop);
    const texts = await Promise.all(links().map(async (link) => (await browser.open(link)).text));
    expect(texts).toHaveLength(2);
    expect(texts.join()).toContain('refund: Tool removed.');
    expect(texts.join()).toContain('s3://others/tools.json, which Gateloop may not read');
  });
});

/** Creates a gateway and two targets without Gateloop: one with an inline schema, one with a schema in another bucket. */
async function createOutsideGateloop(): Promise<void> {
  const { buckets } = system.gateloop.aws;
  buckets.create({ name: 'others' });
  buckets.put('others', 'tools.json', toolSchema(['find', 'refund']));
  const { gatewayId: gatewayIdentifier } = await system.control.send(
    new CreateGatewayCommand({
      name: workspace,
      roleArn: 'arn:aws:iam::123456789012:role/gateway',
      protocolType: 'MCP',
      authorizerType: 'AWS_IAM',
      protocolConfiguration: { mcp: { supportedVersions: ['2025-11-25'] } },
    }),
  );
  await system.advance(60_000);
  for (const [name, toolSchemaOf] of [
    ['cards', { inlinePayload: JSON.parse(toolSchema(['find', 'refund'])) }],
    ['elsewhere', { s3: { uri: 's3://others/tools.json' } }],
  ] as const) {
    const lambdaArn = `arn:aws:lambda:us-east-1:123456789012:function:${name}`;
    await system.control.send(
      new CreateGatewayTargetCommand({
        gatewayIdentifier,
        name,
        targetConfiguration: { mcp: { lambda: { lambdaArn, toolSchema: toolSchemaOf } } },
        credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
      }),
    );
  }
  await system.advance(60_000);
}
