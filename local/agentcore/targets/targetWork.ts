import type { SchemaKind } from '../../../core/schemas/schemaReading.ts';
import { quotaExceeded } from '../serviceError.ts';
import type { World } from '../world.ts';
import type { McpServers } from './mcpServers.ts';
import type { SchemaReader } from './schemaReader.ts';
import { isSynchronized, mcpServerOf } from './targetKinds.ts';
import type { TargetConfigurationRecord, TargetRecord } from './targetRecord.ts';

/** How the work on a target ended. */
export type WorkOutcome =
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
const LONGEST_TOOL_NAME = 256;
/** Reasons beyond these few help nobody. */
const MOST_REASONS = 10;

export interface TargetWorkOptions {
  readonly servers: McpServers;
  readonly readSchema: SchemaReader;
  readonly readObject?: ObjectReader | undefined;
}

/** What the service does with a target once it has accepted it: reads its schema, or fetches its server's tools. */
export class TargetWork {
  readonly #world: World;
  readonly #options: TargetWorkOptions;

  constructor(world: World, options: TargetWorkOptions) {
    this.#world = world;
    this.#options = options;
  }

  /** @throws ServiceError ServiceQuotaExceededException for an inline schema that is too large */
  refuseLargeSchema(configuration: TargetConfigurationRecord): void {
    const limit = this.#world.settings.quotas.inlineSchema;
    const size = schemaSource(configuration)?.inline?.length ?? 0;
    if (size > limit)
      throw quotaExceeded(`The inline schema has ${size} bytes; the quota is ${limit}. Put it into S3.`);
  }

  /** Answers at once where nothing has to be fetched, so that such operations settle without real time passing. */
  run(
    target: TargetRecord,
    configuration: TargetConfigurationRecord,
    accessToken: string | undefined,
  ): WorkOutcome | Promise<WorkOutcome> {
    const source = schemaSource(configuration);
    if (source) return this.#readSchema(target, source);
    const server = mcpServerOf(configuration);
    if (server?.endpoint !== undefined && isSynchronized(configuration)) {
      return this.#readServer(target, server.endpoint, accessToken);
    }
    return { ok: true, synchronized: false };
  }

  async #readServer(target: TargetRecord, endpoint: string, accessToken?: string): Promise<WorkOutcome> {
    const reading = await this.#options.servers.read(endpoint, this.#world.settings.quotas, accessToken);
    if ('failure' in reading) return { ok: false, reasons: [reading.failure] };
    if ('unmapped' in reading) {
      if (this.#world.settings.switches.unreachable === 'accepted') return { ok: true, synchronized: true };
      const reason = `Failed to connect and fetch tools from the provided MCP target server. Error - ${endpoint} is not mapped to a local server.`;
      return { ok: false, reasons: [reason] };
    }
    const reasons = nameProblems(
      target,
      reading.tools.map(({ name }) => name),
    );
    if (reasons.length > 0) return { ok: false, reasons };
    return { ok: true, synchronized: true, toolCount: reading.tools.length };
  }

  #readSchema(target: TargetRecord, source: SchemaSource): WorkOutcome | Promise<WorkOutcome> {
    if (source.inline) return this.#check(target, source, source.inline);
    const { uri = '' } = source;
    if (!this.#options.readObject) {
      return this.#world.settings.switches.unreachable === 'accepted'
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
  ): Promise<WorkOutcome> {
    try {
      const bytes = await readObject(uri);
      if (!bytes)
        return { ok: false, reasons: [`Failed to fetch the schema from S3: ${uri} does not exist.`] };
      const limit = this.#world.settings.quotas.s3Schema;
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

  #check(target: TargetRecord, { kind, uri }: SchemaSource, bytes: Uint8Array): WorkOutcome {
    const { errors, toolNames } = this.#options.readSchema(kind, bytes, {
      targetName: target.name,
      inline: uri === undefined,
      fileName: uri ?? 'inlinePayload',
    });
    const limit = this.#world.settings.quotas.toolsPerTarget;
    const reasons = [
      ...errors,
      ...nameProblems(target, toolNames),
      ...(toolNames.length > limit
        ? [`The schema makes ${toolNames.length} tools; the quota is ${limit}.`]
        : []),
    ];
    if (reasons.length > 0) return { ok: false, reasons: reasons.slice(0, MOST_REASONS) };
    return { ok: true, synchronized: false, toolCount: toolNames.length };
  }
}

function nameProblems(target: TargetRecord, names: readonly string[]): string[] {
  return names
    .map((name) => `${target.name}___${name}`)
    .filter((name) => name.length > LONGEST_TOOL_NAME)
    .map(
      (name) =>
        `The tool name ${name.slice(0, 60)}… has ${name.length} characters; at most ${LONGEST_TOOL_NAME}.`,
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
