import { parseAddress } from '../../core/address.ts';
import { GateloopError } from '../../core/errors.ts';
import { defined } from '../../core/objects.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';
import type { ListedTool, ToolListing, ToolLists } from '../../core/ports/toolLists.ts';
import { saveToolList } from '../../core/storage/toolListDocuments.ts';
import { digestedList, toolsOfTarget } from '../../core/toolContracts/listedTools.ts';
import type {
  GatewayToolSource,
  PlannedToolRead,
  ToolReading,
  ToolReadResult,
  WatchObstacle,
} from '../../core/toolContracts/toolWatch.ts';
import type { ReconcileStateEvent } from '../runtime/reconcileState.ts';

export interface WatchToolsPorts {
  readonly toolLists: ToolLists;
  readonly documents: Pick<DocumentStore, 'writeDocument'>;
  readonly secrets: Secrets;
  /** The prefix of the names of secrets with tokens: `<prefix><workspace>/<gateway>` is one gateway's. */
  readonly tokenPrefix: string;
}

/** Lists that are read at a time: 40 of 20 s each fit into the step. */
const CONCURRENCY = 10;

/**
 * Reads the planned lists of tools, and keeps each in the bucket under its digest. It calls no tool and writes nothing
 * else: strangers choose what it reads.
 */
export async function watchTools(
  { state: { workspace, toolReads } }: ReconcileStateEvent,
  ports: WatchToolsPorts,
): Promise<readonly ToolReading[]> {
  const gateways = new GatewayLists(workspace, ports);
  const readings: ToolReading[] = [];
  for (let start = 0; start < toolReads.length; start += CONCURRENCY) {
    const batch = toolReads.slice(start, start + CONCURRENCY);
    readings.push(
      ...(await Promise.all(batch.map((planned) => readLists(planned, workspace, gateways, ports)))),
    );
  }
  return readings;
}

async function readLists(
  { address, moment, synchronizedAt, configuration, gateway, server }: PlannedToolRead,
  workspace: string,
  gateways: GatewayLists,
  { toolLists, documents }: WatchToolsPorts,
): Promise<ToolReading> {
  const [gatewayName = '', target = ''] = parseAddress(address).name.split('/');
  const keep = async (
    listing: ToolListing | NoToken,
    select: (tools: readonly ListedTool[]) => readonly ListedTool[],
  ): Promise<ToolReadResult> => {
    if ('failure' in listing) return { failure: listing.failure };
    const list = digestedList(select(listing.tools));
    if (!list) return { failure: 'tooLarge' };
    await saveToolList({ workspace, address, digest: list.digest }, list.tools, documents);
    return { digest: list.digest };
  };
  const [fromGateway, fromServer] = await Promise.all([
    gateway &&
      gateways
        .list(gatewayName, gateway)
        .then((listing) => keep(listing, (tools) => toolsOfTarget(tools, target))),
    server &&
      toolLists.list({ kind: 'server', url: server.url }).then((listing) => keep(listing, (tools) => tools)),
  ]);
  return {
    address,
    moment,
    synchronizedAt,
    configuration,
    ...defined({ gateway: fromGateway, server: fromServer }),
  };
}

interface NoToken {
  readonly failure: Extract<WatchObstacle, 'noToken'>;
}

/** The lists of gateways, each read once for all of its targets. */
class GatewayLists {
  readonly #workspace: string;
  readonly #ports: WatchToolsPorts;
  readonly #lists = new Map<string, Promise<ToolListing | NoToken>>();

  constructor(workspace: string, ports: WatchToolsPorts) {
    this.#workspace = workspace;
    this.#ports = ports;
  }

  list(name: string, source: GatewayToolSource): Promise<ToolListing | NoToken> {
    const known = this.#lists.get(source.url) ?? this.#read(name, source);
    this.#lists.set(source.url, known);
    return known;
  }

  async #read(name: string, { url, credentials }: GatewayToolSource): Promise<ToolListing | NoToken> {
    const endpoint = { kind: 'gateway' as const, url, signs: credentials === 'signature' };
    if (credentials !== 'token') return this.#ports.toolLists.list(endpoint);
    const token = await this.#token(name);
    return token === undefined ? { failure: 'noToken' } : this.#ports.toolLists.list({ ...endpoint, token });
  }

  async #token(gateway: string): Promise<string | undefined> {
    const { secrets, tokenPrefix } = this.#ports;
    try {
      const { value } = await secrets.read(`${tokenPrefix}${this.#workspace}/${gateway}`);
      return value.trim();
    } catch (error) {
      if (error instanceof GateloopError && error.code === 'SecretMissing') return undefined;
      throw error;
    }
  }
}
