import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocument } from '@aws-sdk/lib-dynamodb';
import type { AuthorizationRequest } from '../core/authorization/request.ts';
import { expiryOf } from '../core/authorization/rounds.ts';
import type { Memory } from '../core/decide/memory.ts';
import { reserve } from '../core/decide/writeRate.ts';
import { GateloopError } from '../core/errors.ts';
import type {
  LeaseRequest,
  Ledger,
  Remembered,
  RememberedRequest,
  WorkspaceMemory,
} from '../core/ports/ledger.ts';
import type { Address } from '../core/resources/resourceKinds.ts';
import { isException } from './awsError.ts';

/** Sort keys within a workspace's partition. */
const LEASE = 'lease';
const WORKSPACE = 'workspace';
const RESOURCE = 'resource#';
/** Requests stand in partitions of their own: their links carry nothing but the id. A workspace's name holds no `#`. */
const REQUEST = 'request#';
const REQUEST_ITEM = 'request';
const ALIAS = 'alias#';
const ALIAS_ITEM = 'alias';

/** How long a request can still be looked up after its time, for whoever finds the message late: 30 days, in seconds. */
const REQUEST_KEPT = 30 * 86_400;
/** As long as a request may live at most, and a little more. In seconds. */
const ALIAS_KEPT = 400 * 86_400;

/** The latest writes to the control plane, of all workspaces together. */
const WRITES = { workspace: 'account#', item: 'writes' };

/** Taking and marking race with the holder letting go; each retry means that somebody else got further. */
const MOST_TRIES = 10;

/**
 * The ledger in one DynamoDB table: partition key `workspace`, sort key `item`. Every write is conditional: a step
 * that was overtaken learns it instead of undoing what another did.
 */
export class DynamoLedger implements Ledger {
  readonly #table: string;
  readonly #client: DynamoDBDocument;

  constructor(table: string, client = new DynamoDBClient()) {
    this.#table = table;
    this.#client = DynamoDBDocument.from(client, { marshallOptions: { removeUndefinedValues: true } });
  }

  async takeLease(request: LeaseRequest): Promise<boolean> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      if (await this.#tryLease(request)) return true;
      if (await this.#markDirty(request)) return false;
    }
    throw new GateloopError(
      'LeaseContended',
      `The lease of workspace ${request.workspace} changed hands ${MOST_TRIES} times while it was asked for. Try again.`,
      true,
    );
  }

  async releaseLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    const letGo = await this.#update(workspace, LEASE, {
      UpdateExpression: 'REMOVE holder, expiresAt',
      ConditionExpression: 'holder = :holder AND attribute_not_exists(dirty)',
      ExpressionAttributeValues: { ':holder': holder },
    });
    if (letGo) return { dirty: false };
    const dirty = await this.#update(workspace, LEASE, {
      UpdateExpression: 'REMOVE dirty',
      ConditionExpression: 'holder = :holder AND attribute_exists(dirty)',
      ExpressionAttributeValues: { ':holder': holder },
    });
    // Neither ours and clean nor ours and dirty: the lease has run out and is another's, who will look for itself.
    return { dirty };
  }

  async reserveWrites(wanted: number, now: number): Promise<number> {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const { Item } = await this.#client.get({ TableName: this.#table, Key: WRITES, ConsistentRead: true });
      const version = Number(Item?.version ?? 0);
      // Only the update below writes it.
      const reservation = reserve((Item?.times as number[] | undefined) ?? [], wanted, now);
      if (reservation.granted === 0) return 0;
      const written = await this.#update(WRITES.workspace, WRITES.item, {
        UpdateExpression: 'SET times = :times, version = :next',
        ...expectVersion(version),
        ExpressionAttributeValues: {
          ':times': reservation.times,
          ':next': version + 1,
          ...versionValue(version),
        },
      });
      if (written) return reservation.granted;
    }
    // So many others write just now that there is no leave for this one.
    return 0;
  }

  async readWorkspace(workspace: string): Promise<WorkspaceMemory> {
    const { Item } = await this.#client.get({
      TableName: this.#table,
      Key: { workspace, item: WORKSPACE },
      ConsistentRead: true,
    });
    return (Item?.memory as WorkspaceMemory | undefined) ?? { latencies: {} };
  }

  async writeWorkspace(workspace: string, memory: WorkspaceMemory): Promise<void> {
    await this.#update(workspace, WORKSPACE, {
      UpdateExpression: 'SET memory = :memory',
      // Learned latencies and digests only: the later write is the better one, but none may revive a foreign item.
      ConditionExpression: 'attribute_not_exists(workspace) OR attribute_exists(memory)',
      ExpressionAttributeValues: { ':memory': memory },
    });
  }

  async readResources(workspace: string): Promise<ReadonlyMap<Address, Remembered>> {
    const resources = new Map<Address, Remembered>();
    let after: Record<string, unknown> | undefined;
    do {
      const page = await this.#client.query({
        TableName: this.#table,
        KeyConditionExpression: 'workspace = :workspace AND begins_with(#item, :prefix)',
        ExpressionAttributeNames: { '#item': 'item' },
        ExpressionAttributeValues: { ':workspace': workspace, ':prefix': RESOURCE },
        ConsistentRead: true,
        ...(after && { ExclusiveStartKey: after }),
      });
      for (const item of page.Items ?? []) {
        // The item was written by `writeResource` below, from a Memory.
        const memory = item.memory as Memory;
        resources.set(memory.address, { memory, version: Number(item.version) });
      }
      after = page.LastEvaluatedKey;
    } while (after);
    return resources;
  }

  async writeResource(workspace: string, memory: Memory, version: number): Promise<void> {
    const written = await this.#update(workspace, RESOURCE + memory.address, {
      UpdateExpression: 'SET memory = :memory, version = :next',
      ...expectVersion(version),
      ExpressionAttributeValues: { ':memory': memory, ':next': version + 1, ...versionValue(version) },
    });
    if (!written) throw overtaken(workspace, memory.address);
  }

  async openRequest(request: AuthorizationRequest): Promise<void> {
    await this.#update(REQUEST + request.reference, REQUEST_ITEM, {
      UpdateExpression: 'SET about = :request, version = :one, forgetAt = :forgetAt',
      ConditionExpression: 'attribute_not_exists(workspace)',
      ExpressionAttributeValues: { ':request': request, ':one': 1, ':forgetAt': forgetAt(request) },
    });
  }

  async readRequest(reference: string): Promise<RememberedRequest | undefined> {
    const { Item } = await this.#client.get({
      TableName: this.#table,
      Key: { workspace: REQUEST + reference, item: REQUEST_ITEM },
      ConsistentRead: true,
    });
    // The item was written by `openRequest` above or `writeRequest` below.
    return Item && { request: Item.about as AuthorizationRequest, version: Number(Item.version) };
  }

  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean> {
    return this.#update(REQUEST + request.reference, REQUEST_ITEM, {
      UpdateExpression: 'SET about = :request, version = :next',
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':request': request, ':version': version, ':next': version + 1 },
    });
  }

  async noteAlias(alias: string, reference: string, now: number): Promise<void> {
    await this.#client.put({
      TableName: this.#table,
      Item: {
        workspace: ALIAS + alias,
        item: ALIAS_ITEM,
        reference,
        forgetAt: Math.ceil(now / 1000) + ALIAS_KEPT,
      },
    });
  }

  async findAlias(alias: string): Promise<string | undefined> {
    const { Item } = await this.#client.get({
      TableName: this.#table,
      Key: { workspace: ALIAS + alias, item: ALIAS_ITEM },
      ConsistentRead: true,
    });
    return typeof Item?.reference === 'string' ? Item.reference : undefined;
  }

  async forgetResource(workspace: string, address: Address, version: number): Promise<void> {
    try {
      await this.#client.delete({
        TableName: this.#table,
        Key: { workspace, item: RESOURCE + address },
        ConditionExpression: 'version = :version',
        ExpressionAttributeValues: { ':version': version },
      });
    } catch (error) {
      if (isException(error, 'ConditionalCheckFailedException')) throw overtaken(workspace, address);
      throw error;
    }
  }

  #tryLease({ workspace, holder, now, duration }: LeaseRequest): Promise<boolean> {
    return this.#update(workspace, LEASE, {
      UpdateExpression: 'SET holder = :holder, expiresAt = :expiresAt REMOVE dirty',
      ConditionExpression: 'attribute_not_exists(holder) OR holder = :holder OR expiresAt < :now',
      ExpressionAttributeValues: { ':holder': holder, ':expiresAt': now + duration, ':now': now },
    });
  }

  /** Only a lease that is held is marked: a mark on a free one would be seen by nobody. */
  #markDirty({ workspace, holder, now }: LeaseRequest): Promise<boolean> {
    return this.#update(workspace, LEASE, {
      UpdateExpression: 'SET dirty = :true',
      ConditionExpression: 'attribute_exists(holder) AND holder <> :holder AND expiresAt >= :now',
      ExpressionAttributeValues: { ':true': true, ':holder': holder, ':now': now },
    });
  }

  /** @returns whether the condition held */
  async #update(workspace: string, item: string, expression: UpdateExpression): Promise<boolean> {
    try {
      await this.#client.update({ TableName: this.#table, Key: { workspace, item }, ...expression });
      return true;
    } catch (error) {
      if (isException(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  }
}

interface UpdateExpression {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues: Record<string, unknown>;
}

/** When DynamoDB may drop a request, in seconds since the epoch. */
function forgetAt(request: AuthorizationRequest): number {
  return Math.ceil(expiryOf(request) / 1000) + REQUEST_KEPT;
}

function expectVersion(version: number): { ConditionExpression: string } {
  return { ConditionExpression: version === 0 ? 'attribute_not_exists(version)' : 'version = :version' };
}

function versionValue(version: number): Record<string, unknown> {
  return version === 0 ? {} : { ':version': version };
}

function overtaken(workspace: string, address: Address): GateloopError {
  return new GateloopError(
    'LedgerConflict',
    `Another step wrote what the ledger holds of ${address} in workspace ${workspace} meanwhile. Look again.`,
    true,
    { details: { workspace, address } },
  );
}
