import type { SchemaKind } from '../../../core/schemas/schemaTypes.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { quotaExceeded } from '../serviceError.ts';
import type { McpServers } from './mcpServers.ts';
import type { SchemaReader } from './schemaReader.ts';
import { isSynchronized, mcpServerOf } from './targetKinds.ts';
import type { TargetConfigurationRecord, TargetRecord } from './targetRecord.ts';

/** How the work on a target ended. */
export type LoadResult =
  | { readonly ok: true; readonly toolCount?: number; readonly synchronized: boolean }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Fetches an object by its `s3://` URI; `undefined` when there is none. */
export type ObjectReader = (uri: string) => Promise<Uint8Array | undefined>;

/** Where a schema stands: in the request, or in a bucket. */
interface SchemaSource {
  readonly kind: SchemaKind;
  readonly inline?: Uint8Array;
  readonly uri?: string;
}

/** Longest full name of a tool, which is `<target>___<tool>` (quota table of the developer guide). */
const MAX_TOOL_NAME_LENGTH = 256;
/** Reasons beyond these few help nobody. */
const MAX_REASONS = 10;

export interface ToolLoaderOptions {
  readonly servers: McpServers;
  readonly readSchema: SchemaReader;
  readonly readObject?: ObjectReader | undefined;
}

/** What the service does with a target once it has accepted it: reads its schema, or fetches its server's tools. */
export class ToolLoader {
  readonly #context: EmulatorContext;
  readonly #options: ToolLoaderOptions;

  constructor(context: EmulatorContext, options: ToolLoaderOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** @throws ServiceError ServiceQuotaExceededException for an inline schema that is too large */
  rejectLargeSchema(configuration: TargetConfigurationRecord): void {
    const limit = this.#context.settings.quotas.inlineSchema;
    const size = schemaSource(configuration)?.inline?.length ?? 0;
    if (size > limit)
      throw quotaExceeded(`The inline schema has ${size} bytes; the quota is ${limit}. Put it into S3.`);
  }

  /** Answers at once where nothing has to be fetched, so that such operations settle without real time passing. */
  load(
    target: TargetRecord,
    configuration: TargetConfigurationRecord,
    accessToken: string | undefined,
  ): LoadResult | Promise<LoadResult> {
    const source = schemaSource(configuration);
    if (source) return this.#readSchema(target, source);
    const server = mcpServerOf(configuration);
    if (server?.endpoint !== undefined && isSynchronized(configuration)) {
      return this.#readServer(target, server.endpoint, accessToken);
    }
    return { ok: true, synchronized: false };
  }

  async #readServer(target: TargetRecord, endpoint: string, accessToken?: string): Promise<LoadResult> {
    const listing = await this.#options.servers.listTools(
      endpoint,
      this.#context.settings.quotas,
      accessToken,
    );
    if ('failure' in listing) return { ok: false, reasons: [listing.failure] };
    if ('unmapped' in listing) {
      if (this.#context.settings.behaviors.unreachable === 'accepted')
        return { ok: true, synchronized: true };
      const reason = `Failed to connect and fetch tools from the provided MCP target server. Error - ${endpoint} is not mapped to a local server.`;
      return { ok: false, reasons: [reason] };
    }
    const reasons = nameProblems(
      target,
      listing.tools.map(({ name }) => name),
    );
    if (reasons.length > 0) return { ok: false, reasons };
    return { ok: true, synchronized: true, toolCount: listing.tools.length };
  }

  #readSchema(target: TargetRecord, source: SchemaSource): LoadResult | Promise<LoadResult> {
    if (source.inline) return this.#check(target, source, source.inline);
    const { uri = '' } = source;
    if (!this.#options.readObject) {
      return this.#context.settings.behaviors.unreachable === 'accepted'
        ? { ok: true, synchronized: false }
        : { ok: false, reasons: [`Failed to read ${uri}: the emulator was given no bucket to read from.`] };
    }
    return this.#fetch(target, source, uri, this.#options.readObject);
  }

  async #fetch(
    target: TargetRecord,
    source: SchemaSource,
    uri: string,
    readObject: ObjectReader,
  ): Promise<LoadResult> {
    try {
      const bytes = await readObject(uri);
      if (!bytes)
        return { ok: false, reasons: [`Failed to fetch the schema from S3: ${uri} does not exist.`] };
      const limit = this.#context.settings.quotas.s3Schema;
      if (bytes.length > limit) {
        return {
          ok: false,
          reasons: [`The schema ${uri} has ${bytes.length} bytes; the quota is ${limit}.`],
        };
      }
      return this.#check(target, source, bytes);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      return { ok: false, reasons: [`Failed to fetch the schema from S3: ${uri}: ${text}`] };
    }
  }

  #check(target: TargetRecord, { kind, uri }: SchemaSource, bytes: Uint8Array): LoadResult {
    const { errors, toolNames } = this.#options.readSchema(kind, bytes, {
      targetName: target.name,
      inline: uri === undefined,
      fileName: uri ?? 'inlinePayload',
    });
    const limit = this.#context.settings.quotas.toolsPerTarget;
    const reasons = [
      ...errors,
      ...nameProblems(target, toolNames),
      ...(toolNames.length > limit
        ? [`The schema makes ${toolNames.length} tools; the quota is ${limit}.`]
        : []),
    ];
    if (reasons.length > 0) return { ok: false, reasons: reasons.slice(0, MAX_REASONS) };
    return { ok: true, synchronized: false, toolCount: toolNames.length };
  }
}

function nameProblems(target: TargetRecord, names: readonly string[]): string[] {
  return names
    .map((name) => `${target.name}___${name}`)
    .filter((name) => name.length > MAX_TOOL_NAME_LENGTH)
    .map(
      (name) =>
        `The tool name ${name.slice(0, 60)}… has ${name.length} characters; at most ${MAX_TOOL_NAME_LENGTH}.`,
    );
}

/** The schema that a target brings along, where its kind has one. */
function schemaSource(configuration: TargetConfigurationRecord): SchemaSource | undefined {
  const { mcp } = configuration.targetConfiguration;
  const text = (kind: SchemaKind, source?: { inlinePayload?: string; s3?: { uri?: string } }) =>
    source && {
      kind,
      ...(source.inlinePayload !== undefined && { inline: Buffer.from(source.inlinePayload) }),
      ...(source.s3?.uri !== undefined && { uri: source.s3.uri }),
    };
  if (mcp?.openApiSchema) return text('openApi', mcp.openApiSchema);
  if (mcp?.smithyModel) return text('smithy', mcp.smithyModel);
  if (mcp?.mcpServer?.mcpToolSchema) return text('mcpTools', mcp.mcpServer.mcpToolSchema);
  const tools = mcp?.lambda?.toolSchema;
  if (!tools) return undefined;
  return {
    kind: 'lambdaTools',
    ...(tools.inlinePayload && { inline: Buffer.from(JSON.stringify(tools.inlinePayload)) }),
    ...(tools.s3?.uri !== undefined && { uri: tools.s3.uri }),
  };
}
