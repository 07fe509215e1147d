import type { Address } from '../../core/address.ts';
import type { Suspension } from '../../core/ports/ledger.ts';
import type { ResourceCondition } from '../../core/reconcile/ledgerRecord.ts';
import type { ToolChange } from '../../core/toolContracts/compareTools.ts';
import type { MemberDifference } from './memberDifferences.ts';

/**
 * What the reconciliation does about a resource, from now until the workspace settles:
 * - `adopt`: takes it over, and changes what differs
 * - `replace`: deletes it and creates it again
 * - `rollback`: sends the last configuration that was ready
 * - `unmanage`: gives it away; nothing is deleted
 * - `submit`: submits a registry record for approval; its update is followed by that
 * - `deprecate`: deprecates a registry record
 * - `wait`: nothing, until a person has answered, an operation has ended, or what it depends on can be used
 * - `refused`: nothing, since it belongs to another owner, or a person or the service refused the change
 */
export type PlannedAction =
  | 'create'
  | 'adopt'
  | 'update'
  | 'replace'
  | 'delete'
  | 'rollback'
  | 'tag'
  | 'sync'
  | 'unmanage'
  | 'submit'
  | 'deprecate'
  | 'wait'
  | 'refused'
  | 'nothing';

/** A person whose answer the change needs. */
export interface PlannedQuestion {
  /** `deletion`: one answer for all deletions of the upload. */
  readonly kind: 'authorization' | 'approval' | 'deletion';
  /** The owner by the name in the manifest, never by an address. */
  readonly owner: string;
  /** Since when the person has had the link, in ISO 8601; absent before the first message. */
  readonly askedAt?: string;
}

export interface PlannedResource {
  readonly address: Address;
  readonly action: PlannedAction;
  /** The condition that the next outcome would report. */
  readonly state: ResourceCondition;
  readonly differences: readonly MemberDifference[];
  /** Changes of tools, which agents see. */
  readonly tools: readonly ToolChange[];
  readonly asks: readonly PlannedQuestion[];
  /** Sentences for people. */
  readonly notes: readonly string[];
  /** The error code with which AgentCore refused to show the resource: the plan rests on what Gateloop recorded last. */
  readonly unread?: string;
}

/** A quota of the service that the plan exceeds. The account's own may be higher. */
export interface ExceededQuota {
  /** Such as `targets of gateway/front`. */
  readonly what: string;
  /** The service's default. */
  readonly limit: number;
  readonly planned: number;
}

export interface Plan {
  readonly workspace: string;
  /** The time of the plan, in ISO 8601. */
  readonly time: string;
  /** `outcome`: the ledger could not be read, and the last outcome stands for it. */
  readonly basedOn: 'ledger' | 'outcome';
  /** Present while operators have suspended all changes: what the plan shows waits for `gateloop resume`. */
  readonly suspension?: Suspension;
  /** The desired resources in the order of the manifest, then those that left it. */
  readonly resources: readonly PlannedResource[];
  readonly quotas: readonly ExceededQuota[];
  /** Sentences about the workspace as a whole. */
  readonly notes: readonly string[];
}

/** The actions that change something in AWS, or ask a person. */
const CHANGES: ReadonlySet<PlannedAction> = new Set([
  'create',
  'adopt',
  'update',
  'replace',
  'delete',
  'rollback',
  'tag',
  'sync',
  'unmanage',
  'submit',
  'deprecate',
]);

export function isChange({ action }: Pick<PlannedResource, 'action'>): boolean {
  return CHANGES.has(action);
}
