import { createHash } from 'node:crypto';
import { isJsonObject } from '../../../core/json.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Endpoints } from '../endpoints.ts';
import { GATEWAY_HOST, type ListedTools } from '../gateways/gatewayEndpoint.ts';
import { errorMessage, type McpServers, type ToolListing } from '../targets/mcpServers.ts';
import type { ObjectReader } from '../targets/toolLoader.ts';
import type { RecordDescriptors, RecordSource, SourceKind } from './recordSources.ts';

/** The version of a skill's source that was read. */
export type ReadVersion =
  | { readonly gitHub: { readonly url: string; readonly commitId: string } }
  | { readonly s3: { readonly url: string; readonly eTag: string } };

/** What a synchronization read, or why it failed. */
export type SourceContent =
  | {
      readonly descriptors: RecordDescriptors;
      readonly version?: ReadVersion;
    }
  | { readonly reasons: readonly string[] };

type Read = (source: RecordSource, before: RecordDescriptors, token?: string) => Promise<SourceContent>;

/** Real time. The service's own limit is not published. */
const RESPONSE_TIMEOUT_MS = 10_000;

/** Constraint DescriptorData, in characters. */
const MAX_DATA = 102_400;

export interface SourceReaderOptions {
  readonly endpoints: Endpoints;
  readonly servers: McpServers;
  /** The gateways of the emulator, whose endpoints are sources too. */
  readonly gateways: ListedTools;
  readonly readObject?: ObjectReader | undefined;
}

/** Reads the content of records from their sources. */
export class SourceReader {
  readonly #context: EmulatorContext;
  readonly #options: SourceReaderOptions;
  readonly #readers: Readonly<Record<SourceKind, Read>>;

  constructor(context: EmulatorContext, options: SourceReaderOptions) {
    this.#context = context;
    this.#options = options;
    this.#readers = {
      mcpServer: (source, before) => this.#readServer(source, before),
      document: (source, before) => this.#readDocument(source, before),
      answer: async (source, before) => {
        const answer = await this.#fetch(source.url);
        return 'reasons' in answer ? answer : { descriptors: before };
      },
      gitHubSkill: (source, before, token) => this.#readFolder(source, before, token),
      s3Skill: (source, before) => this.#readObject(source, before),
      unknownSkill: async () => ({ reasons: ['The source has no repository provider.'] }),
    };
  }

  /** @param accessToken the token from the consent of a GitHub user */
  read(source: RecordSource, before: RecordDescriptors, accessToken?: string): Promise<SourceContent> {
    return this.#readers[source.kind](source, before, accessToken);
  }

  /** The server's name and version as its definition, with its tools. The service's own definition is not published. */
  async #readServer({ url }: RecordSource, before: RecordDescriptors): Promise<SourceContent> {
    const listing = await this.#listTools(url);
    if ('unmapped' in listing) return this.#unmapped(url, before);
    if ('failure' in listing) return { reasons: [listing.failure] };
    const { mcpServer } = before;
    const { name, version, title } = listing.server ?? { name: new URL(url).hostname, version: '1.0.0' };
    const data = JSON.stringify({ name, version, title, remotes: [{ type: 'streamable-http', url }] });
    const tools = JSON.stringify({ tools: listing.tools });
    if (tools.length > MAX_DATA) return { reasons: [`The tools of ${url} exceed ${MAX_DATA} characters.`] };
    const additionalData = {
      ...mcpServer?.additionalData,
      tools: { ...mcpServer?.additionalData?.tools, data: tools },
    };
    return { descriptors: { ...before, mcpServer: { ...mcpServer, data, additionalData } } };
  }

  async #listTools(url: string): Promise<ToolListing> {
    const [, gatewayId] = GATEWAY_HOST.exec(URL.parse(url)?.host ?? '') ?? [];
    if (gatewayId !== undefined) return { tools: await this.#options.gateways.toolsOfGateway(gatewayId) };
    return this.#options.servers.listTools(url, this.#context.settings.quotas);
  }

  async #readDocument({ url }: RecordSource, before: RecordDescriptors): Promise<SourceContent> {
    const answer = await this.#fetch(url);
    if ('reasons' in answer) return answer;
    if ('unmapped' in answer) return { descriptors: before };
    if (answer.text.length > MAX_DATA) return { reasons: [`${url} exceeds ${MAX_DATA} characters.`] };
    if (!isJsonText(answer.text)) return { reasons: [`${url} is not a JSON object.`] };
    const { a2aAgentCard, signatureAgentCard } = before;
    return {
      descriptors: {
        ...before,
        ...(a2aAgentCard && { a2aAgentCard: { ...a2aAgentCard, data: answer.text } }),
        ...(signatureAgentCard && { signatureAgentCard: { ...signatureAgentCard, data: answer.text } }),
      },
    };
  }

  async #readFolder(
    { url }: RecordSource,
    before: RecordDescriptors,
    token?: string,
  ): Promise<SourceContent> {
    const answer = await this.#fetch(`${url.replace(/\/$/, '')}/SKILL.md`, token);
    if ('reasons' in answer) return answer;
    if ('unmapped' in answer) return { descriptors: before };
    // GitHub names the commit; here the content stands for it.
    const commitId = createHash('sha1').update(answer.text).digest('hex');
    return skillWith(before, answer.text, { gitHub: { url, commitId } });
  }

  async #readObject({ url }: RecordSource, before: RecordDescriptors): Promise<SourceContent> {
    if (!this.#options.readObject) return this.#unmapped(url, before);
    try {
      const bytes = await this.#options.readObject(url);
      if (!bytes) return { reasons: [`Failed to read ${url}: the object does not exist.`] };
      const eTag = createHash('md5').update(bytes).digest('hex');
      return skillWith(before, new TextDecoder().decode(bytes), { s3: { url, eTag } });
    } catch (error) {
      return { reasons: [`Failed to read ${url}: ${errorMessage(error)}`] };
    }
  }

  async #fetch(
    url: string,
    token?: string,
  ): Promise<
    { readonly text: string } | { readonly unmapped: true } | { readonly reasons: readonly string[] }
  > {
    const address = this.#options.endpoints.addressOf(url);
    if (address === undefined) {
      const isAccepted = this.#context.settings.behaviors.unreachable === 'accepted';
      return isAccepted ? { unmapped: true } : { reasons: [unreachable(url)] };
    }
    try {
      const response = await fetch(address, {
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        signal: AbortSignal.timeout(RESPONSE_TIMEOUT_MS),
      });
      if (!response.ok) return { reasons: [`Failed to read ${url}: the status is ${response.status}.`] };
      return { text: await response.text() };
    } catch (error) {
      return { reasons: [`Failed to read ${url}: ${errorMessage(error)}`] };
    }
  }

  #unmapped(url: string, before: RecordDescriptors): SourceContent {
    const isAccepted = this.#context.settings.behaviors.unreachable === 'accepted';
    return isAccepted ? { descriptors: before } : { reasons: [unreachable(url)] };
  }
}

function skillWith(before: RecordDescriptors, text: string, version: ReadVersion): SourceContent {
  if (text.length > MAX_DATA) return { reasons: [`SKILL.md exceeds ${MAX_DATA} characters.`] };
  const { agentSkillsDefinition } = before;
  const { additionalData } = agentSkillsDefinition ?? {};
  const skillMd = { ...additionalData?.skillMd, data: text };
  return {
    descriptors: {
      ...before,
      agentSkillsDefinition: { ...agentSkillsDefinition, additionalData: { ...additionalData, skillMd } },
    },
    version,
  };
}

function unreachable(url: string): string {
  return `Failed to read ${url}: the emulator has no endpoint for it.`;
}

function isJsonText(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}
