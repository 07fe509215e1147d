import type { Address } from '../address.ts';
import type { JsonValue } from '../json.ts';
import type { OutcomeName } from '../outcome/outcome.ts';
import type { ExecutionStatus } from '../ports/fleetReads.ts';
import type { Problem } from '../problem.ts';
import type { ShownDifference } from '../reconcile/differenceReport.ts';
import type { OpenRequest, Operation, ResourceCondition } from '../reconcile/ledgerRecord.ts';
import type { KindName } from '../resources/resourceKind.ts';
import type { WatchReport } from '../toolContracts/toolWatch.ts';

/*
 * What operators see of an environment, on the command line and in the console. All times are ISO 8601 texts. No view holds
 * a secret, a task token, the id of a request (which is its link), a user id, or a link of the service. Texts of manifests,
 * servers and people are as they are: each output writes them out with `core/text`.
 */

/** Whether the ledger was read, or the last outcomes stand for it. */
export type Basis = 'ledger' | 'outcome';

/** The state of a workspace: its last outcome; `new` before the first one. */
export type WorkspaceState = OutcomeName | 'new';

export interface SuspensionView {
  readonly since: string;
  /** What the operator said. */
  readonly reason?: string;
}

/** Healing is held back, since too many resources were changed outside Gateloop at once. */
export interface BreakerView {
  readonly kind: 'workspace' | 'fleet';
  readonly since: string;
  /** How many resources are held back. */
  readonly resources: number;
}

export interface FleetView {
  readonly time: string;
  readonly basedOn: Basis;
  readonly workspaces: readonly WorkspaceSummary[];
}

export interface WorkspaceSummary {
  readonly workspace: string;
  readonly state: WorkspaceState;
  /** Since when it has been in this state. */
  readonly since?: string;
  /** An execution works on it now. Unknown, and false, without the ledger. */
  readonly reconciling: boolean;
  /** The owner by the name in the manifest, or the masked contact. */
  readonly owner?: string;
  /** The number of resources in each state; a state without a resource is absent. */
  readonly resources: Readonly<Partial<Record<ResourceCondition, number>>>;
  readonly errors: number;
  readonly warnings: number;
  /** How many questions wait for a person. */
  readonly waiting: number;
  /** Since when the oldest of them waits. */
  readonly waitingSince?: string;
  /** The end of the last pass. */
  readonly lastPass?: string;
  /** The next pass begins then at the latest; absent while one runs, where only a change starts one, and without the ledger. */
  readonly nextPass?: string;
  readonly suspension?: SuspensionView;
  readonly breaker?: BreakerView;
}

export interface WorkspaceView extends WorkspaceSummary {
  readonly time: string;
  readonly basedOn: Basis;
  /** Of the upload that the outcome is about. */
  readonly revision?: string;
  /** Problems in the files, with their lines. */
  readonly problems: readonly Problem[];
  /** In the order of the manifest, then those that left it. */
  readonly members: readonly ResourceView[];
  readonly questions: readonly QuestionView[];
}

/** An operation that AgentCore works on. */
export interface OperationView {
  readonly operation: Operation;
  readonly since: string;
}

/** What failed, and when Gateloop tries again. */
export interface RetryView {
  readonly failures: number;
  /** Absent where Gateloop does not try this configuration again by itself. */
  readonly nextAt?: string;
  /** The last configuration that was ready is in place again. */
  readonly rolledBack: boolean;
}

/** The proof of the last synchronization. */
export interface SyncView {
  /** `lastSynchronizedAt` of the target. */
  readonly at: string;
  /** A synchronization was asked for and has not taken place yet. */
  readonly wantedSince?: string;
  readonly watch: WatchReport;
}

export interface ResourceView {
  readonly address: Address;
  readonly kind: KindName;
  readonly name: string;
  /** The gateway of a target. */
  readonly parent?: Address;
  /** The id in AgentCore. */
  readonly id?: string;
  /** The ARN in AgentCore, where other resources can refer to it. */
  readonly arn?: string;
  readonly state: ResourceCondition;
  readonly since: string;
  readonly reasons: readonly string[];
  readonly owner?: string;
  readonly operation?: OperationView;
  readonly retry?: RetryView;
  /**
   * The members and tags that differ from what was applied, twenty at most, with the values as far as the ledger has them and
   * they may be shown.
   */
  readonly differences: readonly ShownDifference[];
  readonly sync?: SyncView;
  /** The fingerprint of the configuration that was applied last: it names the saved contract. */
  readonly applied?: string;
  /** The references of the questions about it. */
  readonly questions: readonly string[];
}

/** Where the names of tools come from. */
export type ToolsSource = 'schema' | 'gateway' | 'server';

/** The tools of one target. */
export interface TargetTools {
  readonly workspace: string;
  /** The name of the target: `<gateway>/<target>`. */
  readonly target: string;
  readonly state: ResourceCondition;
  /** Absent where no tools are known. */
  readonly source?: ToolsSource;
  readonly tools: readonly ToolView[];
  /** Why the tools are not known. */
  readonly unknown?: string;
}

export interface ToolView {
  readonly name: string;
  readonly description?: string;
}

/** A question to a person that waits for an answer. */
export interface QuestionView {
  /** Names the request wherever it must not be opened from, and for `gateloop answer`. */
  readonly reference: string;
  readonly workspace: string;
  readonly address: Address;
  readonly kind: OpenRequest['kind'] | 'record';
  /** `completing`: the person has consented, and the consent is being completed. */
  readonly state: 'open' | 'completing';
  /** What is asked, in a sentence. */
  readonly question: string;
  /** Who is asked, by the name in the manifest or the masked contact. */
  readonly owner: string;
  /** The second contact, who is asked if the first does not answer. */
  readonly escalation?: string;
  readonly askedAt: string;
  /** When the request expires. */
  readonly until: string;
  /** The last message about it that reached its contact. */
  readonly toldAt?: string;
  /** The last messages did not reach these contacts. */
  readonly undelivered: boolean;
}

/** One upload of a workspace: files that changed together. */
export interface UploadView {
  readonly time: string;
  /** As the uploader named itself: the client stores it, and nothing proves it. */
  readonly by?: string;
  /** The commit that the uploader named, as `by`. */
  readonly commit?: string;
  readonly changed: readonly string[];
  readonly deleted: readonly string[];
  /** The last outcome before the next upload; absent where there is none, or the bucket does not keep it any more. */
  readonly outcome?: OutcomeName;
}

/** What one state of an execution got and gave. */
export interface StepView {
  readonly state: string;
  /** Such as `Task` or `Wait`. */
  readonly type: string;
  readonly startedAt: string;
  readonly seconds?: number;
  readonly input: JsonValue;
  /** Absent while the state runs, or where it failed. */
  readonly output?: JsonValue;
  /** How often its task failed and was tried again. */
  readonly failures: number;
  readonly error?: string;
  readonly cause?: string;
}

export interface ExecutionView {
  readonly workflow: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: string;
  readonly seconds?: number;
  /** Absent where its input names none. */
  readonly workspace?: string;
  /** What started it, such as `Object Created` or `Reconcile Requested`; absent where its input does not say. */
  readonly startedBy?: string;
}

export interface TraceView extends ExecutionView {
  readonly input: JsonValue;
  readonly output?: JsonValue;
  readonly error?: string;
  readonly cause?: string;
  readonly steps: readonly StepView[];
}
