import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterEach, describe, expect, it } from 'vitest';
import { readSchema } from '../core/schemas/readSchema.ts';
import { bankDetailTools } from './mcp/bankDetailTools.ts';
import { issueTools } from './mcp/issueTools.ts';
import { type McpServerOptions, startMcpServer } from './mcpServer.ts';
import { startExamples } from './startExamples.ts';

const open: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(options?: McpServerOptions) {
  const server = await startMcpServer(options);
  open.push(server.close);
  return server;
}

async function connect(url: string, token?: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  open.push(() => client.close());
  return client;
}

/** Lists all tools. Returns their names by page. */
async function pages(client: Client): Promise<string[][]> {
  const found: string[][] = [];
  for (let cursor: string | undefined, first = true; first || cursor !== undefined; first = false) {
    const { tools, nextCursor } = await client.listTools(cursor === undefined ? {} : { cursor });
    found.push(tools.map(({ name }) => name));
    cursor = nextCursor;
  }
  return found;
}

async function call(client: Client, name: string, input: Record<string, unknown>): Promise<unknown> {
  const { content, isError } = await client.callTool({ name, arguments: input });
  const [first] = Array.isArray(content) ? content : [];
  return isError ? { error: first?.text } : JSON.parse(first?.text);
}

describe('example MCP server', () => {
  it('the example MCP server answers no page of another site', async () => {
    const { url } = await start();
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    const foreign = await fetch(url, {
      method: 'POST',
      body,
      headers: { origin: 'https://evil.example.com' },
    });
    expect(foreign.status).toBe(403);
  });

  it('lists its tools in pages', async () => {
    const client = await connect((await start({ pageSize: 4 })).url);
    expect(await pages(client)).toEqual([
      ['check_iban', 'check_card_number', 'make_creditor_reference', 'split_amount'],
      ['format_amount', 'add_banking_days'],
    ]);
  });

  it('lists the new tools after setTools', async () => {
    const server = await start();
    server.setTools(issueTools());
    expect((await pages(await connect(server.url))).flat()).toContain('search_issues');
  });

  it('rejects a cursor whose tool no longer exists', async () => {
    const server = await start();
    const client = await connect(server.url);
    const { nextCursor = '' } = await client.listTools();
    server.setTools(issueTools());
    await expect(client.listTools({ cursor: nextCursor })).rejects.toThrow('List the tools again');
  });

  it('rejects requests without a bearer token when needsToken is on', async () => {
    const { url } = await start({ needsToken: true });
    await expect(connect(url)).rejects.toThrow('A bearer token is required.');
    expect((await pages(await connect(url, 'given-by-a-person'))).flat()).toHaveLength(6);
  });

  it.each<[string, Record<string, unknown>, unknown]>([
    ['check_iban', { iban: 'DE89 3704 0044 0532 0130 00' }, { valid: true }],
    [
      'check_iban',
      { iban: 'DE88 3704 0044 0532 0130 00' },
      { valid: false, reason: 'The check digits are wrong.' },
    ],
    [
      'check_iban',
      { iban: 'DE8937' },
      { valid: false, reason: 'An IBAN of DE has 22 characters; this one has 6.' },
    ],
    ['check_card_number', { number: '4242 4242 4242 4242' }, { valid: true }],
    ['check_card_number', { number: '4242 4242 4242 4243' }, { valid: false }],
    ['make_creditor_reference', { invoice: '539007547034' }, { reference: 'RF18539007547034' }],
    ['split_amount', { minorUnits: 1000, parts: 3 }, { parts: [334, 333, 333] }],
    ['format_amount', { minorUnits: 123456, currency: 'USD', locale: 'en-US' }, { text: '$1,234.56' }],
    ['format_amount', { minorUnits: 1234, currency: 'JPY', locale: 'en-US' }, { text: '¥1,234' }],
    ['add_banking_days', { date: '2026-03-26', days: 2 }, { date: '2026-03-30' }],
    ['add_banking_days', { date: 'soon', days: 2 }, { error: '"date" must be a day such as 2026-03-31.' }],
    [
      'split_amount',
      { minorUnits: 10.5, parts: 3 },
      { error: '"minorUnits" must be a whole number from 0 to 1000000000000.' },
    ],
  ])(
    '%s: computes what its description says, or reports the invalid input',
    async (name, input, expected) => {
      expect(await call(await connect((await start()).url), name, input)).toEqual(expected);
    },
  );

  it('stores, changes and finds issues', async () => {
    const client = await connect((await start({ tools: issueTools() })).url);
    const created = await call(client, 'create_issue', { title: 'Round amounts', text: 'Cents are lost.' });
    expect(created).toMatchObject({ number: 4, state: 'open' });
    await call(client, 'comment_issue', { number: 4, comment: 'Seen again.' });
    await call(client, 'close_issue', { number: 4 });
    expect(await call(client, 'get_issue', { number: 4 })).toMatchObject({
      state: 'closed',
      comments: ['Seen again.'],
    });
    expect(await call(client, 'search_issues', { words: 'CENTS lost', state: 'closed' })).toMatchObject([
      { number: 4 },
    ]);
    expect(await call(client, 'get_issue', { number: 9 })).toEqual({ error: 'There is no issue 9.' });
  });

  it.each([
    ['bank details', bankDetailTools],
    ['issues', issueTools()],
  ])('describes the tools for %s in a form that a gateway accepts', (_, tools) => {
    const list = { tools: tools.map(({ call: _call, ...described }) => described) };
    const { problems } = readSchema('mcpTools', new TextEncoder().encode(JSON.stringify(list)), 'tools.json');
    // The gateway lists these tools from the server; that rule concerns only mcpToolSchema.
    expect(problems.filter(({ rule }) => rule !== 'mcp-tool-keywords')).toEqual([]);
  });
});

describe('startExamples', () => {
  it('starts a server for each endpoint, and provides each secret, that the example manifests name', async () => {
    const examples = await startExamples();
    open.push(examples.close);
    const {
      'https://mcp.example.com/bank-details': bankDetails = '',
      'https://mcp.example.com/issues': issues = '',
    } = examples.endpoints;
    expect((await pages(await connect(bankDetails))).flat()).toContain('check_iban');
    expect((await pages(await connect(issues, 'given-by-a-person'))).flat()).toContain('search_issues');
    expect(Object.keys(examples.secrets)).toEqual(
      expect.arrayContaining(['payments/ledger-api-key', 'repositories/github']),
    );
  });
});
