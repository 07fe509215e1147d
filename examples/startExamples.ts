import local from './local.json' with { type: 'json' };
import { bankDetailTools } from './mcp/bankDetailTools.ts';
import type { ExampleTool } from './mcp/exampleTool.ts';
import { issueTools } from './mcp/issueTools.ts';
import { type RunningMcpServer, startMcpServer } from './mcpServer.ts';

/** The running servers and the secrets that the example workspaces need. */
export interface RunningExamples {
  /** The endpoints in manifests, and the URL of each one's server on this machine. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** The secrets that manifests name, by name. They are placeholders. */
  readonly secrets: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** The values that `tools` of an endpoint can have in local.json. */
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
  const endpoints: readonly (readonly [string, LocalEndpoint])[] = Object.entries(local.endpoints);
  const running = await Promise.all(
    endpoints.map(async ([endpoint, settings]) => [endpoint, await startServer(settings)] as const),
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
  if (toolSet === undefined) throw new Error(`local.json names an unknown set of tools: "${tools}".`);
  return startMcpServer({ tools: toolSet(), needsToken });
}
