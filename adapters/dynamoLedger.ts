import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Address } from '../core/address.ts';
import { expiryTime } from '../core/authorization/reminderSchedule.ts';
import type { AuthorizationRequest } from '../core/authorization/request.ts';
import { GateloopError } from '../core/errors.ts';
import type {
  LeaseRequest,
  Ledger,
  VersionedRequest,
  VersionedResourceRecord,
  WorkspaceRecord,
} from '../core/ports/ledger.ts';
import type { ResourceRecord } from '../core/reconcile/resourceRecord.ts';
import { grantWrites } from '../core/reconcile/writeRateLimit.ts';
import { DynamoTable, type UpdateExpression } from './dynamoTable.ts';

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
const REQUEST_RETENTION_SECONDS = 30 * 86_400;
/** As long as a request may live at most, and a little more. In seconds. */
const ALIAS_RETENTION_SECONDS = 400 * 86_400;

/** The latest writes to the control plane, of all workspaces together. */
const WRITE_RATE_KEY = { workspace: 'account#', item: 'writes' };

/** Taking and marking race with the holder letting go; each retry means that somebody else got further. */
const MAX_ATTEMPTS = 10;

/**
 * The ledger in one DynamoDB table: partition key `workspace`, sort key `item`. Every write is conditional: a step
 * that was overtaken learns it instead of undoing what another did.
 */
export class DynamoLedger implements Ledger {
  readonly #table: DynamoTable;

  constructor(table: string, client = new DynamoDBClient()) {
    this.#table = new DynamoTable(table, client);
  }

  async takeLease(request: LeaseRequest): Promise<boolean> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      if (await this.#tryTakeLease(request)) return true;
      if (await this.#markDirty(request)) return false;
    }
    throw new GateloopError(
      'LeaseContended',
      `The lease of workspace ${request.workspace} changed hands ${MAX_ATTEMPTS} times while it was asked for. Try again.`,
      true,
    );
  }

  async releaseLease(workspace: string, holder: string): Promise<{ dirty: boolean }> {
    const released = await this.#update(workspace, LEASE, {
      UpdateExpression: 'REMOVE holder, expiresAt',
      ConditionExpression: 'holder = :holder AND attribute_not_exists(dirty)',
      ExpressionAttributeValues: { ':holder': holder },
    });
    if (released) return { dirty: false };
    const dirty = await this.#update(workspace, LEASE, {
      UpdateExpression: 'REMOVE dirty',
      ConditionExpression: 'holder = :holder AND attribute_exists(dirty)',
      ExpressionAttributeValues: { ':holder': holder },
    });
    // Neither ours and clean nor ours and dirty: the lease has run out and is another's, who will look for itself.
    return { dirty };
  }

  async reserveWrites(wanted: number, now: number): Promise<number> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
      const item = await this.#table.get(WRITE_RATE_KEY);
      const version = Number(item?.version ?? 0);
      // Only the update below writes it.
      const reservation = grantWrites((item?.times as number[] | undefined) ?? [], wanted, now);
      if (reservation.granted === 0) return 0;
      const written = await this.#update(WRITE_RATE_KEY.workspace, WRITE_RATE_KEY.item, {
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

  async readWorkspace(workspace: string): Promise<WorkspaceRecord> {
    const item = await this.#table.get({ workspace, item: WORKSPACE });
    return (item?.memory as WorkspaceRecord | undefined) ?? { latencies: {} };
  }

  async writeWorkspace(workspace: string, record: WorkspaceRecord): Promise<void> {
    await this.#update(workspace, WORKSPACE, {
      UpdateExpression: 'SET memory = :memory',
      // Learned latencies and digests only: the later write is the better one, but none may revive a foreign item.
      ConditionExpression: 'attribute_not_exists(workspace) OR attribute_exists(memory)',
      ExpressionAttributeValues: { ':memory': record },
    });
  }

  async readResources(workspace: string): Promise<ReadonlyMap<Address, VersionedResourceRecord>> {
    const resources = new Map<Address, VersionedResourceRecord>();
    for await (const item of this.#table.query(workspace, RESOURCE)) {
      // The item was written by `writeResource` below, from a Memory.
      const record = item.memory as ResourceRecord;
      resources.set(record.address, { record, version: Number(item.version) });
    }
    return resources;
  }

  async writeResource(workspace: string, record: ResourceRecord, version: number): Promise<void> {
    const written = await this.#update(workspace, RESOURCE + record.address, {
      UpdateExpression: 'SET memory = :memory, version = :next',
      ...expectVersion(version),
      ExpressionAttributeValues: { ':memory': record, ':next': version + 1, ...versionValue(version) },
    });
    if (!written) throw versionConflict(workspace, record.address);
  }

  async openRequest(request: AuthorizationRequest): Promise<void> {
    await this.#update(REQUEST + request.reference, REQUEST_ITEM, {
      UpdateExpression: 'SET about = :request, version = :one, forgetAt = :forgetAt',
      ConditionExpression: 'attribute_not_exists(workspace)',
      ExpressionAttributeValues: { ':request': request, ':one': 1, ':forgetAt': timeToLive(request) },
    });
  }

  async readRequest(reference: string): Promise<VersionedRequest | undefined> {
    const item = await this.#table.get({ workspace: REQUEST + reference, item: REQUEST_ITEM });
    // The item was written by `openRequest` above or `writeRequest` below.
    return item && { request: item.about as AuthorizationRequest, version: Number(item.version) };
  }

  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean> {
    return this.#update(REQUEST + request.reference, REQUEST_ITEM, {
      UpdateExpression: 'SET about = :request, version = :next',
      ConditionExpression: 'version = :version',
      ExpressionAttributeValues: { ':request': request, ':version': version, ':next': version + 1 },
    });
  }

  async putAlias(alias: string, reference: string, now: number): Promise<void> {
    await this.#table.put({
      workspace: ALIAS + alias,
      item: ALIAS_ITEM,
      reference,
      forgetAt: Math.ceil(now / 1000) + ALIAS_RETENTION_SECONDS,
    });
  }

  replaceAlias(alias: string, from: string | undefined, to: string, now: number): Promise<boolean> {
    return this.#update(ALIAS + alias, ALIAS_ITEM, {
      UpdateExpression: 'SET #reference = :to, forgetAt = :forgetAt',
      ConditionExpression: from === undefined ? 'attribute_not_exists(#reference)' : '#reference = :from',
      // One of DynamoDB's reserved words.
      ExpressionAttributeNames: { '#reference': 'reference' },
      ExpressionAttributeValues: {
        ':to': to,
        ':forgetAt': Math.ceil(now / 1000) + ALIAS_RETENTION_SECONDS,
        ...(from !== undefined && { ':from': from }),
      },
    });
  }

  async resolveAlias(alias: string): Promise<string | undefined> {
    const item = await this.#table.get({ workspace: ALIAS + alias, item: ALIAS_ITEM });
    return typeof item?.reference === 'string' ? item.reference : undefined;
  }

  async deleteResource(workspace: string, address: Address, version: number): Promise<void> {
    const deleted = await this.#table.delete(
      { workspace, item: RESOURCE + address },
      { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } },
    );
    if (!deleted) throw versionConflict(workspace, address);
  }

  #tryTakeLease({ workspace, holder, now, duration }: LeaseRequest): Promise<boolean> {
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
  #update(workspace: string, item: string, expression: UpdateExpression): Promise<boolean> {
    return this.#table.update({ workspace, item }, expression);
  }
}

/** When DynamoDB may drop a request, in seconds since the epoch. */
function timeToLive(request: AuthorizationRequest): number {
  return Math.ceil(expiryTime(request) / 1000) + REQUEST_RETENTION_SECONDS;
}

function expectVersion(version: number): { ConditionExpression: string } {
  return { ConditionExpression: version === 0 ? 'attribute_not_exists(version)' : 'version = :version' };
}

function versionValue(version: number): Record<string, unknown> {
  return version === 0 ? {} : { ':version': version };
}

function versionConflict(workspace: string, address: Address): GateloopError {
  return new GateloopError(
    'LedgerConflict',
    `Another step wrote what the ledger holds of ${address} in workspace ${workspace} meanwhile. Look again.`,
    true,
    { details: { workspace, address } },
  );
}
