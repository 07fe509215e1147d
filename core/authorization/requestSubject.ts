import type { RecordDiff } from '../registry/diffRecords.ts';
import type { RecordFacts } from '../registry/recordFacts.ts';
import type { ToolChange } from '../toolContracts/compareTools.ts';

/** What a person is asked, as far as it may be told: nothing in it is secret. */
export type RequestSubject = ConsentSubject | ApprovalSubject | RecordSubject;

/** Why consent is asked now. */
export type ConsentReason = 'create' | 'update' | 'sync';

/** Consent to a target that acts on a person's behalf. */
export interface ConsentSubject {
  readonly kind: 'consent';
  readonly gateway: string;
  readonly target: string;
  /** Where the MCP server is that wants to be reached. */
  readonly endpoint?: string;
  /** Whose login page it will be, such as `GithubOauth2`, or the provider's name in the manifest. */
  readonly provider?: string;
  readonly scopes: readonly string[];
  readonly reason: ConsentReason;
}

/** A yes or no to a change of the tools that a target offers. */
export interface ApprovalSubject {
  readonly kind: 'approval';
  readonly gateway: string;
  readonly target: string;
  /** Of the configuration that would be applied: a yes holds for it and for no other. */
  readonly fingerprint: string;
  readonly changes: readonly ToolChange[];
  /** How many changes there are in all; the list may be cut. */
  readonly total: number;
  /** Why it cannot be told what changes, in a person's words. */
  readonly unknown?: string;
}

/** A yes or no to a record of a registry. */
export interface RecordSubject {
  readonly kind: 'record';
  readonly registryId: string;
  readonly recordId: string;
  readonly name: string;
  readonly description?: string;
  readonly descriptorType: string;
  /** What matters most of it. */
  readonly facts: RecordFacts;
  /** The workspaces in which it becomes a target as soon as it is approved. */
  readonly importedBy: readonly string[];
  /** How it differs from the version that was approved last; absent where none is known. */
  readonly difference?: RecordDiff;
  /** All that was submitted, as text for people. */
  readonly descriptor: string;
}
