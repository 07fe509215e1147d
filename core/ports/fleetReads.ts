import type { JsonValue } from '../json.ts';
import type { Ledger } from './ledger.ts';
import type { SpecBucket } from './specBucket.ts';

/** What an operator reads of an environment. Nothing here writes, and nothing here needs the right to upload. */
export interface FleetReads {
  /** Absent where the reader may not read the ledger: the views then show what the last outcomes say. */
  readonly ledger?: LedgerReads;
  readonly bucket: BucketReads;
  readonly uploads: UploadHistory;
  readonly executions: Executions;
  /** ms since the epoch, as Gateloop counts. */
  readonly now: () => number;
}

export type LedgerReads = Pick<
  Ledger,
  | 'readResources'
  | 'readWorkspace'
  | 'readSuspension'
  | 'readLease'
  | 'readRequest'
  | 'listRecordRequests'
  | 'readCommands'
>;

export type BucketReads = Pick<
  SpecBucket,
  'listWorkspaces' | 'listFiles' | 'readFile' | 'readDocument' | 'readApplied'
>;

/** One version of a file of a workspace, or the mark of its deletion. */
export interface FileVersion {
  /** The path within the workspace. */
  readonly path: string;
  readonly versionId: string;
  /** ms since the epoch. */
  readonly time: number;
  readonly isDeletion: boolean;
  /** Absent for a deletion. */
  readonly etag?: string;
}

/** The versions that the spec bucket keeps of the files that teams uploaded. */
export interface UploadHistory {
  /** @returns every version of the files of a workspace, in no certain order */
  listVersions(workspace: string): Promise<readonly FileVersion[]>;
  /** @returns the metadata that the uploader stored with a version, such as `gateloop-commit`; names in lower case */
  readMetadata(workspace: string, version: FileVersion): Promise<Readonly<Record<string, string>>>;
  /**
   * Every pass writes an outcome, 96 a day: of a long time, only the latest are listed.
   *
   * @param since in ms since the epoch
   * @returns the versions of the outcome of a workspace, the latest first
   */
  listOutcomes(workspace: string, since: number): Promise<readonly OutcomeVersion[]>;
  /** @returns the document; undefined where there is no such version, or not any more */
  readOutcome(workspace: string, version: OutcomeVersion): Promise<unknown>;
}

/** One version of the outcome of a workspace. */
export interface OutcomeVersion {
  readonly versionId: string;
  /** ms since the epoch. */
  readonly time: number;
}

export type ExecutionStatus =
  | 'RUNNING'
  | 'SUCCEEDED'
  | 'FAILED'
  | 'TIMED_OUT'
  | 'ABORTED'
  | 'PENDING_REDRIVE';

/** One execution of a state machine. Times in ms since the epoch. */
export interface Execution {
  /** Such as `reconcile`. */
  readonly workflow: string;
  readonly name: string;
  readonly status: ExecutionStatus;
  readonly startedAt: number;
  readonly stoppedAt?: number;
}

/** An execution with what it was given and what came of it. */
export interface ExecutionDetails extends Execution {
  readonly input: JsonValue;
  readonly output?: JsonValue;
  readonly error?: string;
  readonly cause?: string;
}

/** One event of an execution's history, as Step Functions tells it. */
export interface ExecutionEvent {
  readonly id: number;
  /** Of the event that this one followed; 0 for the first. */
  readonly previousId: number;
  /** ms since the epoch. */
  readonly time: number;
  /** Such as `TaskStateEntered` or `LambdaFunctionFailed`. */
  readonly type: string;
  /** The name of the state, for an event of a state. */
  readonly state?: string;
  /** What a state or a task was given. */
  readonly input?: JsonValue;
  readonly output?: JsonValue;
  readonly error?: string;
  readonly cause?: string;
}

/** The executions of Gateloop's state machines. Step Functions keeps them for 90 days after their end. */
export interface Executions {
  /** @returns the executions of a workflow, the latest first */
  list(workflow: string, limit: number): Promise<readonly Execution[]>;
  /** @returns undefined for an execution that does not exist, or not any more */
  describe(workflow: string, name: string): Promise<ExecutionDetails | undefined>;
  /** @returns the history from its start; empty for an execution that does not exist, or not any more */
  history(workflow: string, name: string): Promise<readonly ExecutionEvent[]>;
}
