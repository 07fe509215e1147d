import { describe, expect, it } from 'vitest';
import type { ListedTool, ToolListEndpoint, ToolLists } from '../../core/ports/toolLists.ts';

/** Endpoints with tools, and what lists them. */
export interface OpenedToolLists {
  readonly lists: ToolLists;
  /** A server without credentials. */
  server(tools: readonly ListedTool[]): Promise<ToolListEndpoint>;
  /** The MCP endpoint of a gateway that demands a signature or a token, which the given endpoint has. */
  gateway(
    tools: readonly ListedTool[],
    demands?: 'signature' | { readonly token: string },
  ): Promise<Extract<ToolListEndpoint, { kind: 'gateway' }>>;
  /** An endpoint to which nothing listens. */
  missing(): Promise<ToolListEndpoint>;
}

const tools: readonly ListedTool[] = [
  {
    name: 'ledger___balance',
    title: 'Balance',
    description: 'Balance of an account',
    inputSchema: { type: 'object', properties: { account: { type: 'string', enum: ['a', 'b'] } } },
    outputSchema: { type: 'object', properties: { amount: { type: 'number' } } },
    annotations: { readOnlyHint: true },
  },
  { name: 'ledger___post', inputSchema: { type: 'object' } },
  { name: 'ledger___close', description: 'Closes an account', inputSchema: { type: 'object' } },
];

/** The behavior of every `ToolLists`. `open` opens one for each test; its servers have two tools on a page. */
export function describeToolListsContract(name: string, open: () => Promise<OpenedToolLists>): void {
  describe(name, () => {
    it(`${name}: lists the tools of all pages as the server describes them`, async () => {
      const { lists, server } = await open();
      expect(await lists.list(await server(tools))).toEqual({ tools });
      expect(await lists.list(await server([]))).toEqual({ tools: [] });
    });

    it(`${name}: lists the tools of gateways without credentials, with a signature and with a token`, async () => {
      const { lists, gateway } = await open();
      for (const demands of [undefined, 'signature' as const, { token: 'e30.e30.c2ln' }])
        expect(await lists.list(await gateway(tools, demands))).toEqual({ tools });
    });

    it(`${name}: tells a gateway that demands other credentials`, async () => {
      const { lists, gateway } = await open();
      const signed = await gateway(tools, 'signature');
      expect(await lists.list({ ...signed, signs: false })).toEqual({ failure: 'denied' });
      const withToken = await gateway(tools, { token: 'e30.e30.c2ln' });
      const { kind, url } = withToken;
      expect(await lists.list({ kind, url, signs: false })).toEqual({ failure: 'denied' });
    });

    it(`${name}: tells an endpoint that does not answer`, async () => {
      const { lists, missing } = await open();
      expect(await lists.list(await missing())).toEqual({ failure: 'unreachable' });
    });
  });
}
