import type { Address } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { AuthorizationReason } from '../authorization/requestSubject.ts';
import type { Difference } from '../comparison/compareConfiguration.ts';
import type { DesiredState } from '../desired/desired.ts';
import type { JsonObject } from '../json.ts';
import type { AdoptRule } from '../manifest/ownershipKeys.ts';
import type { ApprovalRule, Resync } from '../manifest/settings.ts';
import { defined } from '../objects.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import type { Suspension } from '../ports/ledger.ts';
import type { ObservedResource } from '../resources/observe.ts';
import type { Publication } from '../resources/registryRecord.ts';
import type { KindName, ResourceKind } from '../resources/resourceKind.ts';
import type {
  ComparedToolReading,
  PlannedToolRead,
  WatchReport,
  WatchRule,
} from '../toolContracts/toolWatch.ts';
import type { HealBreaker, Healing, HealingRule } from './breaker.ts';
import type { GatewaySharing, ShareDenial } from './gatewaySharing.ts';
import type {
  OpenRequest,
  Operation,
  ResourceCommand,
  ResourceCondition,
  ResourceRecord,
} from './ledgerRecord.ts';

/** Limits of the service that a turn must keep to. */
export interface Quotas {
  /** Create, update and delete operations in progress on one gateway at a time. Default 5, adjustable by AWS. */
  readonly concurrencyLimit: number;
  /** Writes that one turn may make. The service allows five a second, and a turn takes at least a second. */
  readonly writesPerTurn: number;
}

/** Who may change a resource of the account. A target belongs to the owner of its gateway. */
export type Ownership =
  /** This workspace. `adopts`: it exists, Gateloop did not make it, and the manifest says to take it over. */
  | { readonly kind: 'owned'; readonly adopts?: true }
  /** Another workspace, as the ledger's claim or the tag of the resource proves. */
  | { readonly kind: 'ownedElsewhere'; readonly workspace: string; readonly proof: 'claim' | 'tag' }
  /**
   * Of a gateway: another workspace, on whose gateway this one has targets. `sharedBy`: as the manifest says; `owner`: as the
   * claim says.
   */
  | {
      readonly kind: 'shared';
      readonly sharedBy: string;
      readonly owner?: string;
      readonly denial?: ShareDenial;
    }
  /**
   * It exists, no workspace owns it, and the manifest does not say to take it over. `config`: as the service shows it, where
   * poll has read it.
   */
  | { readonly kind: 'unowned'; readonly config?: JsonObject };

/** Everything that `decide` depends on: the same input always gives the same result. */
export interface ReconcileInput {
  readonly desired: DesiredState;
  /**
   * All resources of the kinds and on the gateways that the manifest or the ledger names. `decide` takes a resource
   * that is missing here for deleted, unless `unread` or `failedReads` has it.
   */
  readonly observed: ReadonlyMap<Address, ObservedResource>;
  /** Who owns each resource; this workspace, where it is missing here. Resources of others are not in `observed`. */
  readonly ownership?: ReadonlyMap<Address, Ownership>;
  /** What the ledger keeps of the gateways that several workspaces have targets on. */
  readonly sharing?: ReadonlyMap<Address, GatewaySharing>;
  /** The top-level resources that this workspace has claimed. */
  readonly claimed?: ReadonlySet<Address>;
  /** The resources whose parts were listed: the others' in `observed` are those that the ledger has. */
  readonly listedParents?: ReadonlySet<Address>;
  /** Resources that could not be read, as the service had too many requests: those that are not observed stay as they are. */
  readonly unread?: ReadonlySet<Address>;
  /** The resources whose read failed. They are missing in `observed`, and still may exist. */
  readonly failedReads?: ReadonlyMap<Address, ReadFailure>;
  readonly recorded: ReadonlyMap<Address, ResourceRecord>;
  /** Resources whose records a newer version of Gateloop has written: nothing is done about them. */
  readonly leftAlone?: ReadonlySet<Address>;
  /** What operators and owners want to be done now, oldest first. */
  readonly commands?: readonly ResourceCommand[];
  /** Another deployment of Gateloop made the last poll: rights may have been mended, so that denied calls are tried again. */
  readonly isNewDeployment?: boolean;
  /** Targets whose tool changes a person must approve before they are applied. */
  readonly needsApproval?: ReadonlySet<Address>;
  /** Targets whose configuration must be read before it is known whether a person must approve the change. */
  readonly unknownContracts?: ReadonlySet<Address>;
  /** Resources that may not take their schemas yet, since no canary has proven them. */
  readonly rolloutHolds?: ReadonlyMap<Address, RolloutHold>;
  /** What the step brought that reads lists of tools. Absent: no list is watched. */
  readonly toolReadings?: ReadonlyMap<Address, ComparedToolReading>;
  /** The current version of each secret, by its name in the manifest, in a poll that has read them. */
  readonly secretVersions?: ReadonlyMap<string, string>;
  /** When the agent runtimes of other owners changed last, by ARN, in a poll that has read them. In ms since the epoch. */
  readonly runtimeUpdates?: ReadonlyMap<string, number>;
  /** Tags that were read before this time, or at it, are read again: an event told of a change. In ms since the epoch. */
  readonly tagsChangedAt?: number;
  /** In ms since the epoch. */
  readonly now: number;
  readonly quotas?: Quotas;
  /** Present while operators have suspended all writes. */
  readonly suspension?: Suspension;
  /** With the default limits if it is absent. */
  readonly healing?: HealingRule;
}

/** Why a resource must not take its schema yet. */
export interface RolloutHold {
  readonly state: Extract<ResourceCondition, 'in-progress' | 'refused'>;
  readonly reason: string;
}

/** Why a resource could not be read. */
export interface ReadFailure {
  /** What was read, and the error of the service. */
  readonly reason: string;
  /** Whether the same read may succeed later: throttling, an error of the service, a lost connection. */
  readonly transient: boolean;
}

/** A desired resource with all references resolved, and the rules for changes to it. */
export interface ResolvedResource {
  readonly config: JsonObject;
  /** Of `config`. */
  readonly fingerprint: string;
  readonly row: ResourceKind;
  readonly catalog: ShapeCatalog;
  readonly workspace: string;
  /** The manifest's tags; absent for a kind without tags. */
  readonly tags?: TagMap;
  readonly selfHeal: boolean;
  /** The breaker that turns `selfHeal` off for now. */
  readonly breaker?: HealBreaker;
  /** The manifest says to take over what exists. */
  readonly adopt?: AdoptRule;
  /** A person must approve the tool changes first. */
  readonly needsApproval: boolean;
  /** The canary has not proven the schema. */
  readonly rolloutHold?: RolloutHold;
  /** Which changes of tools need an approval. */
  readonly approve: ApprovalRule;
  /** The manifest forbids to replace the resource. */
  readonly protect: boolean;
  /** What a registry record is to be in its registry. */
  readonly publication?: Publication;
  /** The observed configuration must be read before it is known whether a person must approve. */
  readonly unknownContract: boolean;
  readonly resync: Resync;
  /** Present for a target whose MCP server lists its tools. */
  readonly watch?: WatchRule;
  /**
   * When the agent runtime behind the target's endpoint changed last, or what a record reads its content from, if that is
   * known. In ms since the epoch.
   */
  readonly runtimeUpdatedAt?: number;
  readonly secretVersions?: ReadonlyMap<string, string>;
  readonly tagsChangedAt?: number;
}

/** What is known about one resource when it is planned. */
export interface ResourceContext {
  readonly address: Address;
  readonly observed: ObservedResource | undefined;
  /** The ledger's record, already updated with what was observed. */
  readonly record: ResourceRecord;
  /** An operation that Gateloop started is still in progress, even if a stale list shows another status. */
  readonly inProgress: boolean;
  /** When the current operation started, in ms since the epoch. Absent when none is in progress. */
  readonly inProgressSince?: number;
  /** An operation failed because nobody gave consent before its link expired. */
  readonly linkExpired: boolean;
  /** Other resources belong to this one, as targets belong to a gateway. */
  readonly hasChildren: boolean;
  readonly now: number;
}

/** The next step for one resource, and the condition to report. */
export interface ResourcePlan {
  readonly address: Address;
  readonly observed: ObservedResource | undefined;
  /** The record to store, apart from `state` and `reasons`. */
  readonly record: ResourceRecord;
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
  /** Of the desired configuration. Absent for a pruned resource, and while references are unresolved. */
  readonly fingerprint?: string;
  /** The call to make as soon as a slot is free. */
  readonly operation?: Operation;
  /** The earliest time for `operation`, in ms since the epoch; 0 for immediately. */
  readonly notBefore: number;
  /** When the service is expected to have moved the resource by itself, in ms since the epoch: polls go on until then. */
  readonly pollAt?: number;
  /** Another resource must come first, so `operation` must not start now. */
  readonly blocked: boolean;
  /** A person must be asked. */
  readonly askPerson: boolean;
  /** The operation that waits until a list of tools was read, or until a person has approved it. */
  readonly heldOperation?: Operation;
  /** A list of tools to read before this plan is carried out, or after a synchronization. */
  readonly toolRead?: PlannedToolRead;
  /** The digest of the list of tools that the person is asked about, in place of the configuration. */
  readonly aboutList?: string;
  /** What the consent is for, where the status of the target does not say it. */
  readonly consentReason?: AuthorizationReason;
  /** Names the deletions that the person is asked about. */
  readonly deletions?: string;
  /** Of a target that left the manifest: the one that takes its place, and is created first. */
  readonly replacedBy?: Address;
  /** Members that the update must leave as the service has them. */
  readonly keepLive?: readonly string[];
  /** A Get should read the configuration before this plan is carried out. */
  readonly needsRead: boolean;
  /** The tags should be read before this plan is carried out. */
  readonly needsTags?: boolean;
  /** What `operation` does to the tags. */
  readonly tagChange?: TagChange;
  /** The manifest's tags, in a plan for a kind that has tags. */
  readonly wantedTags?: TagMap;
  /** `operation` reverts a change made outside Gateloop, and counts for the breaker. */
  readonly heals?: true;
  /** `operation` has to bring a new link for a person. */
  readonly asksAnew?: true;
  readonly inProgressSince?: number;
  /** The error of Gateloop itself, because of which the resource is left as it is. It is to be logged. */
  readonly defect?: unknown;
}

/** Creates the plan of a resource from its context. By default it has no operation and asks nobody. */
export function resourcePlan(
  { address, record, observed, inProgressSince }: ResourceContext,
  state: ResourceCondition,
  reasons: readonly string[],
  step: Partial<Pick<ResourcePlan, 'operation' | 'notBefore' | 'askPerson' | 'needsRead'>> = {},
): ResourcePlan {
  return {
    address,
    observed,
    record,
    state,
    reasons,
    notBefore: 0,
    blocked: false,
    askPerson: false,
    needsRead: false,
    ...defined({ inProgressSince }),
    ...step,
  };
}

/** A change of a resource's tags. */
export interface TagChange {
  readonly set: TagMap;
  readonly remove: readonly string[];
  /** Attempts are counted per change. */
  readonly fingerprint: string;
}

/** A call to make in this turn. */
export interface PlannedOperation {
  readonly address: Address;
  readonly operation: Operation;
  /** Of the desired configuration: failures are counted per fingerprint. Empty for a pruned resource. */
  readonly fingerprint: string;
  /** Fingerprint of the configuration to send. Absent for delete and sync; of a rollback, the last good one. */
  readonly configuration?: string;
  readonly id?: string;
  /** The id of the gateway that a target belongs to. */
  readonly parentId?: string;
  /** Members that an update sends as the service has them, since it refuses another value. */
  readonly keepLive?: readonly string[];
  /** The tags to set and to remove. */
  readonly tags?: Pick<TagChange, 'set' | 'remove'>;
  /** The manifest's tags, which are applied once a create or a change of tags is accepted. */
  readonly wantedTags?: TagMap;
  /** It reverts a change made outside Gateloop, and counts for the breaker. */
  readonly heals?: true;
  /** The resource is in a failed state, in which the service may reject an update. */
  readonly repair?: boolean;
  /** An update has to bring a new link for a person. */
  readonly asksAnew?: true;
  /** For a sync: `lastSynchronizedAt` before the call, in ms since the epoch. */
  readonly baseline?: number;
}

/** A person to ask. The step that asks stores `request` in the ledger; until then every poll plans the request again. */
export interface PlannedRequest {
  readonly address: Address;
  readonly kind: OpenRequest['kind'];
  /** Of the configuration that the request is about; the digest of the list with `aboutList`. */
  readonly fingerprint: string;
  /** It is about the tools that an MCP server lists, not about a configuration. */
  readonly aboutList?: true;
  readonly reason: AuthorizationReason;
}

/** The condition of one resource, for owners, events and `--json`. */
export interface ResourceReport {
  readonly address: Address;
  readonly kind: KindName;
  readonly name: string;
  readonly id?: string;
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
  /** The members and tags that differ from what was applied, twenty at most. */
  readonly differences?: readonly Difference[];
  /** Whether the tools that the target's MCP server lists are watched; absent until the first synchronization. */
  readonly watch?: WatchReport;
}

export interface ReconcileResult {
  /** `act`: calls or requests are due. `wait`: an operation is in progress. `settled`: waiting would change nothing. */
  readonly next: 'act' | 'wait' | 'settled';
  /** A turn has operations, or syncs, or requests. It starts at most as many writes as there are free slots. */
  readonly operations: readonly PlannedOperation[];
  readonly syncs: readonly PlannedOperation[];
  /**
   * Operations that are due and have no slot in this turn, in the order in which they are to begin; the first ones, so that
   * the state machine can pass them. A hold begins them as slots come free.
   */
  readonly queued: readonly PlannedOperation[];
  readonly requests: readonly PlannedRequest[];
  /** Lists of tools to read before the next poll. */
  readonly toolReads: readonly PlannedToolRead[];
  /**
   * Resources to read with a Get before this result is used: with their `config` and failure reasons in the input,
   * `decide` runs again. If a read fails, the result is valid as it is, only less precise.
   */
  readonly reads: readonly Address[];
  /** Resources whose tags to read before this result is used. */
  readonly tagReads: readonly Address[];
  /** The delay before the next poll, in whole seconds, at least 1. */
  readonly requeueAfterSeconds: number;
  /** How long provision may wait for what Gateloop has begun, in whole seconds, before the next poll; 0: not at all. */
  readonly holdSeconds: number;
  /** Records to write to the ledger. */
  readonly upserts: readonly ResourceRecord[];
  /** Records to delete from the ledger. */
  readonly deletes: readonly Address[];
  /** Claims to release, before the records are written. */
  readonly releases: readonly Address[];
  readonly healing: Healing;
  readonly resources: readonly ResourceReport[];
  /** What the rest follows from: the desired resources in the order of the manifest, then those that left it. */
  readonly plans: readonly ResourcePlan[];
}
