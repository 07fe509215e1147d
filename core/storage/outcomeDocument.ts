import type { Address } from '../address.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { ResourceReport } from '../reconcile/decide.ts';
import type { ResourceCondition } from '../reconcile/resourceRecord.ts';

/** What a reconciliation ended in, as it stands in the spec bucket. */
export interface OutcomeDocument extends Outcome {
  readonly resources: readonly OwnedReport[];
  /** When it was told, in ISO 8601. */
  readonly time: string;
  /** Since when this upload has had this outcome, in ISO 8601. */
  readonly since: string;
  /** Who answers for the workspace, as `ownerName` names them. */
  readonly owner: string;
  /** All that is there of this workspace, whatever the manifest says now: what a plan compares with. */
  readonly applied: Readonly<Record<Address, AppliedResource>>;
}

export interface OwnedReport extends ResourceReport {
  /** Who answers for it, as `ownerName` names them. */
  readonly owner: string;
  /** Since when it is in its state, in ISO 8601. */
  readonly since: string;
}

/** A resource as Gateloop knows it to be. */
export interface AppliedResource {
  /** Of the configuration that settled last, references resolved; absent where none has. */
  readonly fingerprint?: string;
  /** What others can refer to: ids and ARNs. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** How far a reconciliation has come, while it is under way. */
export interface ProgressDocument {
  readonly revision: string;
  /** In ISO 8601. */
  readonly time: string;
  readonly resources: readonly { readonly address: Address; readonly state: ResourceCondition }[];
}

/** Where the last outcome of a workspace stands in the spec bucket, for people and tools that ask how things are. */
export function outcomeKey(workspace: string): string {
  return `outcomes/${workspace}.json`;
}

/** Where stands how far the present pass over a workspace has come. */
export function progressKey(workspace: string): string {
  return `outcomes/progress/${workspace}.json`;
}
