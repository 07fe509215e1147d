import type { Address } from '../address.ts';
import type { ObservedLink } from '../authorization/request.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import type { Difference } from '../comparison/compareConfiguration.ts';
import type { ShownValues } from '../comparison/shownValues.ts';
import type { SettledSnapshot } from '../comparison/snapshot.ts';
import type { Owner } from '../manifest/owners.ts';
import type { ApprovalRule } from '../manifest/settings.ts';
import { omit } from '../objects.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import type { PartialListReason, ToolSource, WatchObstacles } from '../toolContracts/toolWatch.ts';

/** The condition of a resource, in the words that owners, events and `--json` use. */
export type ResourceCondition =
  | 'ready'
  | 'drifted'
  | 'awaiting-authorization'
  | 'awaiting-approval'
  | 'in-progress'
  | 'suspended'
  | 'failed'
  | 'refused'
  | 'absent';

/**
 * A call to the control plane. `rollback` is an update with the last good configuration; `unmanage` removes the tag of the
 * owner, and with it the ownership. `submit` and `deprecate` bring a registry record on.
 */
export type Operation =
  | 'create'
  | 'update'
  | 'delete'
  | 'sync'
  | 'rollback'
  | 'tag'
  | 'unmanage'
  | 'submit'
  | 'deprecate';

/** An operation that Gateloop started and has not yet seen end. Times in ms since the epoch. */
export interface OpenOperation {
  readonly operation: Operation;
  /** Of the desired configuration: failures are counted per fingerprint. Empty for a pruned resource. */
  readonly fingerprint: string;
  /** Fingerprint of the configuration that was sent. Absent for delete and sync. */
  readonly configuration?: string;
  readonly startedAt: number;
  /** `updatedAt` in the response to the call: a List that shows an older one is stale. */
  readonly updatedAt?: number;
  /** For a sync: `lastSynchronizedAt` before the call. Only a newer one proves that the sync took place. */
  readonly baseline?: number;
  /** The operation waited for a person's consent, so its duration says nothing about the latency of the service. */
  readonly awaitedConsent?: true;
  /**
   * The `updatedAt` with which provision has read back what was written: it is what was sent. The operation stays open until a
   * poll has seen that, so that a step that is repeated does not repeat the call.
   */
  readonly verifiedAt?: number;
}

/** Failed attempts at one configuration. Another fingerprint starts again at zero. */
export interface RetryState {
  readonly fingerprint: string;
  /** How many attempts failed. Throttling and conflicts are deferrals and do not count. */
  readonly count: number;
  /** When the first attempt was made: it bounds how long a rejected role is taken for one that IAM still propagates. */
  readonly firstAt: number;
  /** The earliest time of the next attempt. */
  readonly nextAt: number;
  /** How many times in a row the call was deferred: throttled, in conflict, or failed by an error of the service. */
  readonly deferrals: number;
  /** The service rejects milder calls to the failed resource: the next attempt makes this call. */
  readonly escalation?: Escalation;
  /** The resource was rolled back to its last good configuration, and this one is not tried again. */
  readonly rolledBack?: true;
  /** AWS denied the last attempt a right: operators mend that, and no change of the manifest. It is tried without an end. */
  readonly denied?: true;
  readonly reasons: readonly string[];
}

/** After a rejected sync of a failed resource comes an update, after a rejected update a replacement (delete, create). */
export type Escalation = 'update' | 'replace';

/**
 * The request to a person about one resource: for an authorization, or for the approval of a tool change. A request for the
 * approval of deletions is about several resources; one of them has it.
 */
export interface OpenRequest {
  /** Opaque, random, 128 bits. The durable link carries it. */
  readonly id: string;
  readonly kind: 'authorization' | 'approval' | 'deletion';
  readonly askedAt: number;
  /** When the message was delivered. Until then it is sent again. */
  readonly notifiedAt?: number;
  /** When the message was last sent again. */
  readonly repeatedAt?: number;
  /** When the person gave consent. A failure after that is a failure of the operation, not an expired link. */
  readonly answeredAt?: number;
  /** Of the configuration that the request is about; the digest of the list with `aboutList`. */
  readonly fingerprint?: string;
  /** It is about the tools that an MCP server lists, not about a configuration. */
  readonly aboutList?: true;
  /** When a person last clicked the link and a new link of the service was needed. */
  readonly clickedAt?: number;
  /** A person agreed that Gateloop deletes the target and creates it again. */
  readonly mayReplace?: true;
  /** The hash of the session of the link that was of no use to the person who clicked last. */
  readonly staleSession?: string;
  /** How the request ended without consent. Gateloop does not ask the same again unless a person wants that. */
  readonly closed?: 'refused' | 'expired';
  readonly closedAt?: number;
  /** What the consent is for. During a request for a synchronization the target stays ready. */
  readonly reason?: AuthorizationReason;
}

/** A list that a server gave out before the gateway reads its tools anew. */
export interface UpcomingList {
  /** The fingerprint of the desired configuration, which names the server. */
  readonly configuration: string;
  /** In ms since the epoch. */
  readonly readAt: number;
  /** Absent where the server could not be read. */
  readonly digest?: string;
  /** The list differs from the one before in a way that a person has to approve. */
  readonly needsApproval: boolean;
}

/**
 * What Gateloop knows of the tools that an MCP server lists. Lists are named by their digests and lie in the bucket. A
 * gateway may list the same tools in another form than the server, so that each source is compared with itself.
 */
export interface ToolWatch {
  /** The synchronization after which the lists were looked for last: `lastSynchronizedAt`, in ms since the epoch. */
  readonly synchronizedAt: number;
  /** The list of each source that was read last. */
  readonly lists: Partial<Readonly<Record<ToolSource, string>>>;
  /** The sources that were read after the last synchronization. */
  readonly readFrom: readonly ToolSource[];
  /** Why the others were not read. */
  readonly obstacles: WatchObstacles;
  readonly partial?: PartialListReason;
  readonly upcoming?: UpcomingList;
  /** The list whose changes a person approved. */
  readonly approved?: string;
  /** A change that nobody approved, and that the owner was not told of yet. `since`: in ms since the epoch. */
  readonly untold?: { readonly digest: string; readonly since: number };
}

/** Times in ms since the epoch. */
export interface AppliedConfiguration {
  readonly fingerprint: string;
  readonly updatedAt: number;
  /** The write has settled, and its result was not read back yet. */
  readonly unverified?: true;
}

/** The tags that Gateloop has set, apart from the owner's. */
export interface AppliedTags {
  readonly applied: TagMap;
  /** When they were read last, in ms since the epoch. */
  readonly checkedAt: number;
  /** They were set, and not read back yet. */
  readonly unverified?: true;
  /** What another client has changed of them. */
  readonly drift?: readonly Difference[];
  /** Of the tags of `drift`, by path. */
  readonly values?: Readonly<Record<string, ShownValues>>;
}

/** The versions of the secrets that a configuration takes values from, by the names in the manifest. Never a value. */
export interface SecretVersions {
  /** The VersionId of each secret that Gateloop sent last. */
  readonly sent: Readonly<Record<string, string>>;
  /** The current ones as read last. Absent where they are those that were sent. */
  readonly current?: Readonly<Record<string, string>>;
}

/** A resource that differs from the configuration that was applied. */
export interface Drift {
  /** Of the resource when it was read, in ms since the epoch. */
  readonly updatedAt: number;
  readonly differences: readonly Difference[];
  /** Of the first of them, by path, for people; absent where the configuration was not read. */
  readonly values?: Readonly<Record<string, ShownValues>>;
  /** `foreign`: another client changed the resource. `write`: the service did not do what Gateloop's last write said. */
  readonly cause: 'foreign' | 'write';
  /** Not undone, whatever the manifest says: a newer model of the API may only show what was there before. */
  readonly toldOnly?: true;
}

/** Who is asked about a resource, as the manifest said that was applied last. */
export interface Approvers {
  readonly owner?: Owner;
  /** `owners.escalation` of the workspace. */
  readonly escalation?: Owner;
}

/** What is known of the deletion of a resource that left the manifest. */
export interface PendingDeletion {
  /** Fingerprint of the configuration that was applied when it left. */
  readonly configuration?: string;
  /** Names the deletions about which a person was asked, or is to be asked, this one among them. */
  readonly asked?: string;
  /** A person approved it. */
  readonly approved?: true;
}

/** How Gateloop took over a resource that it did not make. */
export interface Adoption {
  /** Of the configuration that it was compared with; absent until its own configuration was read. */
  readonly fingerprint?: string;
  /** What differed from the manifest. */
  readonly differences: readonly Difference[];
  /** Paths of members that the resource had and that the manifest does not name: Gateloop leaves them alone. */
  readonly kept: readonly string[];
}

/**
 * The ledger's record of one resource: only what cannot be read back from the control plane. A lost record costs reads
 * and a repeated request to a person, never a wrong call.
 */
export interface ResourceRecord {
  readonly address: Address;
  readonly id?: string;
  /** The output members that other resources refer to, as last observed. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** The id of the registry in which the name of a registry record is claimed. */
  readonly container?: string;
  /** How many creates the service accepted: a resource that is created again needs another client token. */
  readonly generation?: number;
  /** A create was planned, and it is not known yet whether the service made the resource: if it exists, Gateloop made it. */
  readonly creating?: true;
  /**
   * A create had no answer that says what became of it. Whatever a later create is answered, the service may have made the
   * resource by the first one, and a List may not show it yet.
   */
  readonly createUnanswered?: true;
  readonly adopted?: Adoption;
  /** Of a gateway: the names of targets that another client made on it. */
  readonly foreignTargets?: readonly string[];
  /** Of a gateway that others may have targets on: the workspaces that it was shared with last, in order. */
  readonly sharedWith?: readonly string[];
  /** Of a gateway of another workspace: its owner, as the manifest said last. */
  readonly sharedBy?: string;
  /** The last applied configuration, and its `updatedAt`: a newer one proves a change outside Gateloop. */
  readonly applied?: AppliedConfiguration;
  /** What the service has added to the applied configuration by itself. */
  readonly snapshot?: SettledSnapshot;
  /** What differs from the applied configuration. */
  readonly drift?: Drift;
  readonly tags?: AppliedTags;
  readonly secrets?: SecretVersions;
  /** When the agent runtime behind the target's endpoint changed last, as read last. In ms since the epoch. */
  readonly runtimeUpdatedAt?: number;
  /** Of a registry record: when the call was made at which the registry read its sources last. In ms since the epoch. */
  readonly sourceReadAt?: number;
  /** Why the service keeps its own values of members that the manifest names, or keeps members that left it. */
  readonly heldBack?: readonly string[];
  /** The last configuration with which the resource was ready. */
  readonly lastGood?: string;
  readonly operation?: OpenOperation;
  readonly retry?: RetryState;
  /** Since when the resource cannot be read, in ms since the epoch. */
  readonly unreadSince?: number;
  /** When an operator or an owner asked for a synchronization that has not taken place yet, in ms since the epoch. */
  readonly syncWantedAt?: number;
  readonly request?: OpenRequest;
  readonly toolWatch?: ToolWatch;
  /** When a change made outside Gateloop was last reverted, without the leave of an operator. In ms since the epoch. */
  readonly healedAt?: number;
  /** The configuration whose tool changes a person approved. */
  readonly approvedFingerprint?: string;
  /** Present once the resource has left the manifest. */
  readonly deletion?: PendingDeletion;
  /** The manifest forbade the deletion and the replacement, when it named the resource last. */
  readonly protect?: true;
  /** The manifest's rule about changes of tools, as of the last upload that the resource agreed with; absent for `never`. */
  readonly approve?: Exclude<ApprovalRule, 'never'>;
  /** Who is asked about its next change, or about its deletion. */
  readonly approvers?: Approvers;
  /** The service's last observed link for a person, while the resource awaits one. */
  readonly link?: ObservedLink;
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
  /** When the resource entered `state`. */
  readonly since: number;
}

/** What an operator or an owner wants to be done about one resource now. The ledger keeps it until a poll has read it. */
export interface ResourceCommand {
  /**
   * - `retry`: try again what Gateloop gave up, rolled back, or waits to repeat; ask again what a person left unanswered
   * - `sync`: synchronize the tools of the target, whatever its schedule says
   */
  readonly action: 'retry' | 'sync';
  readonly address: Address;
  /** In ms since the epoch. */
  readonly givenAt: number;
}

export type CommandAction = ResourceCommand['action'];

/** The record of a resource of which nothing is known yet. */
export function newRecord(address: Address, now: number): ResourceRecord {
  return { address, state: 'absent', reasons: [], since: now };
}

/** The record after an operation ended, or turned out never to have started. */
export function withoutOperation({ operation: _, ...record }: ResourceRecord): ResourceRecord {
  return record;
}

/** The record after a person answered, or when nothing awaits an answer any more. */
export function withoutRequest({ request: _, link: __, ...record }: ResourceRecord): ResourceRecord {
  return record;
}

/** @returns the request about the resource itself, and not about the deletions of an upload */
export function ownRequest({ request }: ResourceRecord): OpenRequest | undefined {
  return request?.kind === 'deletion' ? undefined : request;
}

/** The record of a resource whose deletion nobody has to approve: it is in the manifest, or is not to be deleted. */
export function withoutDeletionRequest(record: ResourceRecord): ResourceRecord {
  const rest = record.request?.kind === 'deletion' ? withoutRequest(record) : record;
  const { configuration } = rest.deletion ?? {};
  return { ...omit(rest, 'deletion'), ...(configuration !== undefined && { deletion: { configuration } }) };
}

/** The record of a resource that is about to be deleted, or whose configuration must be read again. */
export function withoutApplied(record: ResourceRecord): ResourceRecord {
  return omit(record, 'applied', 'snapshot', 'drift', 'heldBack', 'tags');
}

/** The record of a resource that no longer exists: a resource created in its place gets another id. */
export function withoutResource(record: ResourceRecord): ResourceRecord {
  return omit(
    withoutApplied(record),
    'id',
    'outputs',
    'operation',
    'adopted',
    'foreignTargets',
    'sharedWith',
    'sharedBy',
    'approvers',
  );
}

/** Whether the resource was READY when it was seen last, and nothing was to be done about it. */
export function hasSettled({ state, heldBack }: ResourceRecord): boolean {
  return state === 'ready' || state === 'drifted' || (state === 'refused' && heldBack !== undefined);
}
