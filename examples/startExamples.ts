import local from './local.json' with { type: 'json' };
import { bankDetailTools } from './mcp/bankDetailTools.ts';
import type { ExampleTool } from './mcp/exampleTool.ts';
import { issueTools } from './mcp/issueTools.ts';
import { type RunningMcpServer, startMcpServer } from './mcpServer.ts';

/** What the example workspaces need around them, running. */
export interface RunningExamples {
  /** Public endpoints that stand in manifests, and where they are on this machine. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** Secrets that manifests name, by name. None of them opens anything. */
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** What `tools` of an endpoint in local.json can be. */
const toolSets: Readonly<Record<string, () => readonly ExampleTool[]>> = {
  bankDetails: () => bankDetailTools,
  issues: issueTools,
};

interface LocalEndpoint {
  readonly tools: string;
  readonly needsToken?: boolean;
}

/** Starts a server for each endpoint that local.json names. */
export async function startExamples(): Promise<RunningExamples> {
  const named: readonly (readonly [string, LocalEndpoint])[] = Object.entries(local.endpoints);
  const running = await Promise.all(
    named.map(async ([endpoint, wanted]) => [endpoint, await startServer(wanted)] as const),
  );
  return {
    endpoints: Object.fromEntries(running.map(([endpoint, { url }]) => [endpoint, url])),
    secrets: local.secrets,
    close: async () => {
      await Promise.all(running.map(([, server]) => server.close()));
    },
  };
}

function startServer({ tools, needsToken = false }: LocalEndpoint): Promise<RunningMcpServer> {
  const toolSet = toolSets[tools];
  if (toolSet === undefined) throw new Error(`local.json names the tools "${tools}", which do not exist.`);
  return startMcpServer({ tools: toolSet(), needsToken });
}
