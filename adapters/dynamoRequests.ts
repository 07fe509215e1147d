import type { Address } from '../core/address.ts';
import type { IssuedLink } from '../core/authorization/authorizationLink.ts';
import { expiryTime } from '../core/authorization/reminderSchedule.ts';
import type { AuthorizationRequest, VoidSession } from '../core/authorization/request.ts';
import type { BoundSession, Ledger, SessionHolder, VersionedRequest } from '../core/ports/ledger.ts';
import {
  readAuthorizationRequest,
  readIssuedLink as readIssuedLinkItem,
} from '../core/storage/ledgerItems.ts';
import { isCount } from '../core/storage/memberChecks.ts';
import { unsupportedFormat } from '../core/storage/storedDocument.ts';
import type { DynamoTable, Update } from './dynamoTable.ts';
import type { LedgerFaults } from './ledgerFaults.ts';
import { ledgerTable } from './ledgerTable.ts';

/** Each request has its own partition, since its link carries the id only. A workspace's name holds no `#`. */
const REQUEST = 'request#';
const REQUEST_ITEM = 'request';
/** In the partition of a workspace: the requests about records of its registries, which no record of a resource names. */
const RECORD_REQUEST = 'recordRequest#';
/** In the partition of a workspace: the links that only the answer of a call had, by the resource. */
const LINK = 'link#';
const ALIAS = 'alias#';
const ALIAS_ITEM = 'alias';

/** How long an expired request is kept, so that a person who opens its link late still gets a page: 30 days, in seconds. */
const REQUEST_RETENTION_SECONDS = 30 * 86_400;
/** A link expires after ten minutes. In seconds. */
const LINK_RETENTION_SECONDS = 3600;
/** Longer than a request can stay open. In seconds. */
const ALIAS_RETENTION_SECONDS = 400 * 86_400;

type Requests = Pick<
  Ledger,
  | 'openRequest'
  | 'listRecordRequests'
  | 'endRecordRequest'
  | 'readRequest'
  | 'writeRequest'
  | 'bindSession'
  | 'findSession'
  | 'claimCompletion'
  | 'voidSession'
  | 'keepLink'
  | 'findLink'
  | 'replaceAlias'
  | 'resolveAlias'
>;

/** The requests to people, and the aliases by which pages and callbacks find them. */
export class DynamoRequests implements Requests {
  readonly #table: DynamoTable;

  readonly #faults: LedgerFaults;

  constructor(table: DynamoTable, faults: LedgerFaults) {
    this.#table = table;
    this.#faults = faults;
  }

  async openRequest(request: AuthorizationRequest): Promise<void> {
    await this.#update(REQUEST + request.reference, REQUEST_ITEM, {
      set: { request, version: 1, [ledgerTable.timeToLiveAttribute]: requestTimeToLive(request) },
      condition: `attribute_not_exists(${ledgerTable.partitionKey})`,
      values: {},
    });
    if (request.subject.kind !== 'record') return;
    const { workspace, reference } = request;
    await this.#table.put({
      workspace,
      item: RECORD_REQUEST + reference,
      [ledgerTable.timeToLiveAttribute]: requestTimeToLive(request),
    });
  }

  async listRecordRequests(workspace: string): Promise<readonly string[]> {
    const references: string[] = [];
    for await (const { item, isOver } of this.#table.query(workspace, RECORD_REQUEST))
      if (isOver !== true) references.push(String(item).slice(RECORD_REQUEST.length));
    return references;
  }

  async endRecordRequest(workspace: string, reference: string): Promise<void> {
    await this.#update(workspace, RECORD_REQUEST + reference, {
      set: { isOver: true },
      condition: `attribute_exists(${ledgerTable.partitionKey})`,
      values: {},
    });
  }

  async readRequest(reference: string): Promise<VersionedRequest | undefined> {
    const key = { workspace: REQUEST + reference, item: REQUEST_ITEM };
    const item = await this.#table.get(key);
    if (!item) return undefined;
    if (this.#faults.isNewer(key, item))
      throw unsupportedFormat(`The item of the request ${reference}`, item.format, this.#table.format);
    const request = readAuthorizationRequest(item.request);
    const isReadable = request?.reference === reference && isCount(item.version);
    const isBroken = this.#faults.noteIfBroken(key, item, isReadable ? [] : ['request'], undefined);
    return isBroken || !request ? undefined : { request, version: Number(item.version) };
  }

  writeRequest(request: AuthorizationRequest, version: number): Promise<boolean> {
    return this.#update(REQUEST + request.reference, REQUEST_ITEM, {
      set: { request, version: version + 1 },
      condition: 'version = :version',
      values: { ':version': version },
    });
  }

  bindSession(session: string, { reference, browser }: SessionHolder, now: number): Promise<boolean> {
    return this.#update(ALIAS + session, ALIAS_ITEM, {
      set: { reference, browser, [ledgerTable.timeToLiveAttribute]: aliasTimeToLive(now) },
      condition:
        'attribute_not_exists(voidedAt) AND (attribute_not_exists(#browser) OR #browser = :new_browser)',
      values: {},
    });
  }

  async findSession(session: string): Promise<BoundSession | undefined> {
    const item = await this.#table.get({ workspace: ALIAS + session, item: ALIAS_ITEM });
    if (typeof item?.reference !== 'string') return undefined;
    const { reference, voidedAt, voidCause } = item;
    // A session that an earlier version bound belongs to no browser that this one knows.
    const browser = typeof item.browser === 'string' ? item.browser : '';
    const holder = { reference, browser, ...(item.claimedAt !== undefined && { claimed: true as const }) };
    if (voidedAt === undefined) return holder;
    // An item that cannot be read whole stays void: a session is never valid by mistake.
    const cause = voidCause === 'noConsent' ? 'noConsent' : 'wrongBrowser';
    return { ...holder, voided: { session, cause, voidedAt: Number(voidedAt) } };
  }

  claimCompletion(session: string, now: number): Promise<boolean> {
    return this.#update(ALIAS + session, ALIAS_ITEM, {
      set: { claimedAt: now },
      condition: `attribute_exists(${ledgerTable.partitionKey}) AND attribute_not_exists(voidedAt)`,
      values: {},
    });
  }

  async voidSession({ session, cause, voidedAt }: VoidSession): Promise<void> {
    await this.#update(ALIAS + session, ALIAS_ITEM, {
      set: { voidedAt, voidCause: cause },
      condition: `attribute_exists(${ledgerTable.partitionKey}) AND attribute_not_exists(#voidedAt)`,
      values: {},
    });
  }

  async keepLink(workspace: string, address: Address, link: IssuedLink): Promise<void> {
    await this.#table.put({
      workspace,
      item: LINK + address,
      link,
      [ledgerTable.timeToLiveAttribute]: Math.ceil(link.issuedAt / 1000) + LINK_RETENTION_SECONDS,
    });
  }

  async findLink(workspace: string, address: Address): Promise<IssuedLink | undefined> {
    const item = await this.#table.get({ workspace, item: LINK + address });
    // A link that cannot be read is a lost one: a click makes the service issue another.
    return readIssuedLinkItem(item?.link);
  }

  async replaceAlias(alias: string, from: string | undefined, to: string, now: number): Promise<boolean> {
    const key = { workspace: ALIAS + alias, item: ALIAS_ITEM };
    const item = from === undefined ? await this.#table.get(key) : undefined;
    if (
      item &&
      this.#faults.noteIfBroken(key, item, typeof item.reference === 'string' ? [] : ['reference'], {})
    )
      await this.#faults.repairNow(key);
    return this.#update(ALIAS + alias, ALIAS_ITEM, {
      set: { reference: to, [ledgerTable.timeToLiveAttribute]: aliasTimeToLive(now) },
      condition: from === undefined ? 'attribute_not_exists(#reference)' : '#reference = :from',
      values: from === undefined ? {} : { ':from': from },
    });
  }

  async resolveAlias(alias: string): Promise<string | undefined> {
    const item = await this.#table.get({ workspace: ALIAS + alias, item: ALIAS_ITEM });
    return typeof item?.reference === 'string' ? item.reference : undefined;
  }

  /** @returns whether the condition held */
  #update(workspace: string, item: string, update: Update): Promise<boolean> {
    return this.#table.update({ workspace, item }, update);
  }
}

/** @returns when DynamoDB may delete a request, in seconds since the epoch */
function requestTimeToLive(request: AuthorizationRequest): number {
  return Math.ceil(expiryTime(request) / 1000) + REQUEST_RETENTION_SECONDS;
}

/** @param now in ms since the epoch */
function aliasTimeToLive(now: number): number {
  return Math.ceil(now / 1000) + ALIAS_RETENTION_SECONDS;
}
