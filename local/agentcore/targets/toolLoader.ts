import { defined } from '../../../core/objects.ts';
import { readSchema } from '../../../core/schemas/readSchema.ts';
import type { SchemaKind } from '../../../core/schemas/schemaTypes.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import { quotaExceeded } from '../serviceError.ts';
import { FAILED_TO_CONNECT, type McpServers } from './mcpServers.ts';
import { lacksToolsArray, NO_TOOLS_ARRAY } from './staticToolSchema.ts';
import { isSynchronized, mcpServerOf } from './targetKinds.ts';
import type { ListedTool, TargetConfigurationRecord, TargetRecord } from './targetRecord.ts';

/** The result of loading a target's tools. */
export type LoadResult =
  | { readonly ok: true; readonly tools?: readonly ListedTool[]; readonly synchronized: boolean }
  | { readonly ok: false; readonly reasons: readonly string[] };

/** Fetches an object by its `s3://` URI; `undefined` if it does not exist. */
export type ObjectReader = (uri: string) => Promise<Uint8Array | undefined>;

export interface TargetSchema {
  /** The problems for which the service rejects the schema. */
  readonly errors: readonly string[];
  readonly tools: readonly ListedTool[];
}

export interface SchemaReaderOptions {
  readonly targetName: string;
  readonly inline: boolean;
  readonly privateEndpoint: boolean;
  readonly fileName: string;
}

/** Parses and validates a schema as the service does. */
export type SchemaReader = (
  kind: SchemaKind,
  bytes: Uint8Array,
  options: SchemaReaderOptions,
) => TargetSchema;

/** The location of a schema: inline in the request, or an object in S3. */
interface SchemaSource {
  readonly kind: SchemaKind;
  readonly privateEndpoint: boolean;
  readonly inline?: Uint8Array;
  readonly uri?: string;
}

/** The longest full name of a tool, `<target>___<tool>` (quota table of the developer guide). */
const MAX_TOOL_NAME_LENGTH = 256;
/** A status lists at most this many reasons, to stay readable. */
const MAX_REASONS = 10;

export interface ToolLoaderOptions {
  readonly servers: McpServers;
  readonly readSchema: SchemaReader;
  readonly readObject?: ObjectReader | undefined;
}

/** Loads the tools of a target after the service has accepted it, from its schema or from its MCP server. */
export class ToolLoader {
  readonly #context: EmulatorContext;
  readonly #options: ToolLoaderOptions;

  constructor(context: EmulatorContext, options: ToolLoaderOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** @throws ServiceError ServiceQuotaExceededException for an inline schema beyond the quota */
  rejectLargeSchema(configuration: TargetConfigurationRecord): void {
    const limit = this.#context.settings.quotas.inlineSchema;
    const size = schemaSource(configuration)?.inline?.length ?? 0;
    if (size > limit)
      throw quotaExceeded(`The inline schema has ${size} bytes; the quota is ${limit}. Store it in S3.`);
  }

  /** Returns synchronously if there is nothing to fetch, so that such operations settle in simulated time alone. */
  load(
    target: TargetRecord,
    configuration: TargetConfigurationRecord,
    accessToken: string | undefined,
  ): LoadResult | Promise<LoadResult> {
    const source = schemaSource(configuration);
    if (source) return this.#readSchema(target, source);
    const server = mcpServerOf(configuration);
    if (server?.endpoint !== undefined && isSynchronized(configuration)) {
      return this.#fetchTools(target, server.endpoint, accessToken);
    }
    return { ok: true, synchronized: false };
  }

  /** @returns the tools of a target that are listed at each request to the gateway; none where its server does not answer */
  async listDynamic(configuration: TargetConfigurationRecord): Promise<readonly ListedTool[]> {
    const server = mcpServerOf(configuration);
    if (server?.endpoint === undefined || server.listingMode !== 'DYNAMIC') return [];
    const listing = await this.#options.servers.listTools(server.endpoint, this.#context.settings.quotas);
    return 'tools' in listing ? listing.tools : [];
  }

  async #fetchTools(target: TargetRecord, endpoint: string, accessToken?: string): Promise<LoadResult> {
    const listing = await this.#options.servers.listTools(
      endpoint,
      this.#context.settings.quotas,
      accessToken,
    );
    if ('failure' in listing) return { ok: false, reasons: [listing.failure] };
    if ('unmapped' in listing) {
      if (this.#context.settings.behaviors.unreachable === 'accepted')
        return { ok: true, synchronized: true };
      return { ok: false, reasons: [`${FAILED_TO_CONNECT}${endpoint} is not mapped to a local server.`] };
    }
    const reasons = nameProblems(target, listing.tools);
    if (reasons.length > 0) return { ok: false, reasons };
    return { ok: true, synchronized: true, tools: listing.tools };
  }

  #readSchema(target: TargetRecord, source: SchemaSource): LoadResult | Promise<LoadResult> {
    if (source.inline) return this.#check(target, source, source.inline);
    const { uri = '' } = source;
    if (!this.#options.readObject) {
      return this.#context.settings.behaviors.unreachable === 'accepted'
        ? { ok: true, synchronized: false }
        : { ok: false, reasons: [`Failed to read ${uri}: the emulator has no S3 endpoint.`] };
    }
    return this.#fetchSchema(target, source, uri, this.#options.readObject);
  }

  async #fetchSchema(
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

  #check(target: TargetRecord, { kind, uri, privateEndpoint }: SchemaSource, bytes: Uint8Array): LoadResult {
    if (kind === 'mcpTools' && lacksToolsArray(Buffer.from(bytes).toString()))
      return { ok: false, reasons: [NO_TOOLS_ARRAY] };
    const { errors, tools } = this.#options.readSchema(kind, bytes, {
      targetName: target.name,
      inline: uri === undefined,
      privateEndpoint,
      fileName: uri ?? 'inlinePayload',
    });
    const limit = this.#context.settings.quotas.toolsPerTarget;
    const reasons = [
      ...errors,
      ...nameProblems(target, tools),
      ...(tools.length > limit ? [`The schema defines ${tools.length} tools; the quota is ${limit}.`] : []),
    ];
    if (reasons.length > 0) return { ok: false, reasons: reasons.slice(0, MAX_REASONS) };
    return { ok: true, synchronized: false, tools };
  }
}

function nameProblems(target: TargetRecord, tools: readonly ListedTool[]): string[] {
  return tools
    .map(({ name }) => fullToolName(target, name))
    .filter((name) => name.length > MAX_TOOL_NAME_LENGTH)
    .map(
      (name) =>
        `The tool name ${name.slice(0, 60)}… has ${name.length} characters; at most ${MAX_TOOL_NAME_LENGTH}.`,
    );
}

/** The name under which agents see a tool of a target. */
export function fullToolName({ name: target }: Pick<TargetRecord, 'name'>, tool: string): string {
  return `${target}___${tool}`;
}

/** Validates with the parser that Gateloop itself uses. Its warnings do not fail a target. */
export const readTargetSchema: SchemaReader = (kind, bytes, { fileName, ...options }) => {
  const { problems, tools } = readSchema(kind, bytes, fileName, options);
  return {
    errors: problems
      .filter(({ severity }) => severity === 'error')
      .map(({ message, path }) => (path === '' ? message : `${path}: ${message}`)),
    tools,
  };
};

/** The schema in a target's configuration, if its kind has one. */
function schemaSource(configuration: TargetConfigurationRecord): SchemaSource | undefined {
  const { mcp } = configuration.targetConfiguration;
  const privateEndpoint = configuration.privateEndpoint !== undefined;
  const sourceOf = (kind: SchemaKind, text: string | undefined, s3: { uri?: string } | undefined) =>
    defined({
      kind,
      privateEndpoint,
      inline: text === undefined ? undefined : Buffer.from(text),
      uri: s3?.uri,
    });
  const { openApiSchema: openApi, smithyModel: smithy, mcpServer, lambda } = mcp ?? {};
  const mcpTools = mcpServer?.mcpToolSchema;
  const lambdaTools = lambda?.toolSchema;
  if (openApi) return sourceOf('openApi', openApi.inlinePayload, openApi.s3);
  if (smithy) return sourceOf('smithy', smithy.inlinePayload, smithy.s3);
  if (mcpTools) return sourceOf('mcpTools', mcpTools.inlinePayload, mcpTools.s3);
  if (!lambdaTools) return undefined;
  const { inlinePayload } = lambdaTools;
  return sourceOf('lambdaTools', inlinePayload && JSON.stringify(inlinePayload), lambdaTools.s3);
}
