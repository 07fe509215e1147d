import type { Address } from '../address.ts';
import type { Outcome } from '../outcome/outcome.ts';
import type { TagMap } from '../ports/controlPlane.ts';
import type { DocumentStore } from '../ports/specBucket.ts';
import type { ResourceCondition } from '../reconcile/ledgerRecord.ts';
import type { ResourceReport } from '../reconcile/plan.ts';
import { outcomeKey, progressKey } from './keys.ts';
import { isList, isMapping, isText } from './memberChecks.ts';
import { type ReadableStore, StoredDocument } from './storedDocument.ts';
import { storedFormats } from './storedFormats.ts';

/** The outcome of a reconciliation, as it stands in the spec bucket. */
export interface OutcomeDocument extends Outcome {
  readonly resources: readonly OwnedReport[];
  /** When notify wrote it, in ISO 8601. */
  readonly time: string;
  /** Since when this upload has had this outcome, in ISO 8601. */
  readonly since: string;
  /** The owner of the workspace, as `ownerName` names them. */
  readonly owner: string;
  /**
   * Every resource of the workspace that exists, whatever the manifest names now: a plan compares with it where the user may
   * not read the ledger.
   */
  readonly applied: Readonly<Record<Address, AppliedResource>>;
}

export interface OwnedReport extends ResourceReport {
  /** The owner of the resource, as `ownerName` names them. */
  readonly owner: string;
  /** Since when the resource has been in its state, in ISO 8601. */
  readonly since: string;
}

/** A resource as Gateloop applied it. */
export interface AppliedResource {
  /** Of the configuration that settled last, references resolved; absent where none has. */
  readonly fingerprint?: string;
  /** The tags that Gateloop has set, apart from the owner's. */
  readonly tags?: TagMap;
  /** The ids and ARNs that other resources can refer to. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/** How far a reconciliation has come, while it runs. */
export interface ProgressDocument {
  readonly revision: string;
  /** In ISO 8601. */
  readonly time: string;
  readonly resources: readonly { readonly address: Address; readonly state: ResourceCondition }[];
}

/** Clients that read the object themselves call `parse`: to them an unreadable outcome is an error. */
export const outcomeDocument = new StoredDocument<OutcomeDocument>(storedFormats.outcome, {
  workspace: isText,
  outcome: isText,
  revision: isText,
  problems: isList,
  resources: isList,
  time: isText,
  since: isText,
  owner: isText,
  applied: isMapping,
});

export const progressDocument = new StoredDocument<ProgressDocument>(storedFormats.progress, {
  revision: isText,
  time: isText,
  resources: isList,
});

export async function writeOutcome(
  document: OutcomeDocument,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await outcomeDocument.write(outcomeKey(document.workspace), document, bucket);
}

/**
 * @returns the last outcome of a workspace; undefined where there is none, or it is broken or has another format: every
 * reconciliation writes a new one
 */
export function readOutcome(workspace: string, bucket: ReadableStore): Promise<OutcomeDocument | undefined> {
  return outcomeDocument.readIfSupported(outcomeKey(workspace), bucket);
}

export async function writeProgress(
  workspace: string,
  document: ProgressDocument,
  bucket: Pick<DocumentStore, 'writeDocument'>,
): Promise<void> {
  await progressDocument.write(progressKey(workspace), document, bucket);
}
