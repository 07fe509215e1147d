import type { Address } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import type { GivenGrants } from '../../core/iam/callerGrants.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Events } from '../../core/ports/events.ts';
import type {
  Claim,
  Ledger,
  StorageFault,
  Suspension,
  TrippedBreaker,
  VersionedResourceRecord,
  WorkspaceRecord,
} from '../../core/ports/ledger.ts';
import type { RegistryRecords } from '../../core/ports/registryRecords.ts';
import type { SecretVersionReader } from '../../core/ports/secrets.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import type { HealLimits } from '../../core/reconcile/breaker.ts';
import type { ResourceCommand, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ReconcileInput, ReconcileResult } from '../../core/reconcile/plan.ts';
import type { DesiredDocument } from '../../core/storage/desiredDocument.ts';
import type { ToolContractChange } from '../../core/toolContracts/toolContract.ts';
import type { ListChange } from '../../core/toolContracts/toolWatch.ts';
import type { ReservationPorts } from '../pacedControlPlane.ts';
import type { FaultRecordingBucket } from './documentFaults.ts';
import type { PollEvent } from './pollEvent.ts';
import type { ResourceReads } from './throttledReads.ts';

/** What a decision needs of the ledger. A plan, which writes nothing, has a view of it. */
export type DecisionLedger = Pick<
  Ledger,
  | 'readResources'
  | 'readWorkspace'
  | 'readSuspension'
  | 'readCommands'
  | 'readRequest'
  | 'readClaims'
  | 'claim'
  | 'releaseClaim'
  | 'readSharing'
  | 'updateSharing'
  | 'writeResource'
  | 'reserveHeals'
>;

/** The ports of the stages that read and decide. */
export interface DecisionPorts {
  readonly ledger: DecisionLedger;
  readonly specBucket: SpecBucket;
  readonly controlPlane: ControlPlane;
  readonly secrets: SecretVersionReader;
  readonly records: RegistryRecords;
  readonly catalog: ShapeCatalog;
  readonly healLimits: HealLimits;
  /** A plan of a user who may not read the ledger takes gateways for shared that the manifest names so. */
  readonly assumesSharing?: true;
  /** Changes with the rights and the version of Gateloop; absent in a plan that does not know it. */
  readonly deploymentId?: string;
  /** Bounds the time that a poll reads schemas; absent in a plan, which reads all of them. */
  readonly clock?: () => number;
  /** What AgentCore may use with the permissions of the caller. */
  readonly callerGrants: GivenGrants;
}

export interface PollPorts extends DecisionPorts, ReservationPorts {
  readonly ledger: Ledger;
  readonly clock: () => number;
  /** @returns a number from 0 up to 1 */
  readonly random: () => number;
  readonly events: Events;
  readonly taskCallbacks: TaskCallbacks;
}

/** The ports of one run of poll. */
export interface RunPorts extends PollPorts {
  readonly specBucket: FaultRecordingBucket;
}

/** Everything that the stages of one poll find out. A stage names the members that it reads and those that it adds. */
export interface PollState {
  readonly event: PollEvent;
  /**
   * Whether everything is read from the control plane: in the first poll, and after another execution has marked the
   * workspace dirty. The other polls of a reconciliation take what is ready from the ledger.
   */
  readonly isFullPoll: boolean;
  /**
   * How the poll reads, and what it could not read. Where the ledger has that as ready, `observed` has it so; the others
   * are missing there.
   */
  readonly reads: ResourceReads;
  /** The parsed upload: what the manifest declares. */
  readonly upload: DesiredDocument & { readonly desired: DesiredState };
  /** The records of the ledger with their versions, as poll read them. */
  readonly ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>;
  readonly workspaceRecord: WorkspaceRecord;
  readonly suspension: Suspension | undefined;
  /** What operators and owners want to be done now. */
  readonly commands: readonly ResourceCommand[];
  /** What the workspace is to become: the upload with the targets that registries add. */
  readonly desired: DesiredState;
  /** The revision of `desired`; it differs from the upload's where registries add targets. */
  readonly revision: string;
  /** The records of the ledger with the present status of their requests. The decision rests on these. */
  readonly records: ReadonlyMap<Address, ResourceRecord>;
  readonly observed: ReconcileInput['observed'];
  /** The workspaces that have claimed the top-level resources of the manifest and of the ledger. */
  readonly claims: ReadonlyMap<Address, Claim>;
  /** What the ledger keeps of the gateways that several workspaces have targets on. */
  readonly sharing: Required<ReconcileInput>['sharing'];
  readonly ownership: Required<ReconcileInput>['ownership'];
  readonly claimed: Required<ReconcileInput>['claimed'];
  readonly listedParents: Required<ReconcileInput>['listedParents'];
  /** What a poll that checks dependencies has read; undefined in the others. */
  readonly dependencies: Dependencies | undefined;
  /** The lists of tools that the step before has read, compared with those before them. */
  readonly toolReadings: Required<ReconcileInput>['toolReadings'];
  readonly rolloutHolds: Required<ReconcileInput>['rolloutHolds'];
  readonly listChanges: readonly ListChange[];
  readonly decision: ReconcileResult;
  /** The breaker, while it holds healing back. */
  readonly breaker: TrippedBreaker | undefined;
  /** What could not be read lately. */
  readonly faults: readonly StorageFault[];
  /** How targets' tools would change, for the targets whose change needs approval. */
  readonly toolChanges: ReadonlyMap<Address, ToolContractChange>;
}

/** Versions of secrets, and updates of runtimes that serve targets. */
export interface Dependencies extends Required<Pick<ReconcileInput, 'secretVersions' | 'runtimeUpdates'>> {
  /** A runtime is about to have another version, so that the check has to be repeated. */
  readonly isChanging: boolean;
  /** False while a later poll has to check again: something changes, or could not be read for now. */
  readonly isComplete: boolean;
}

/** Some members of the state: what a stage reads, or what it adds. */
export type PartOfState<Members extends keyof PollState> = Pick<PollState, Members>;

/** A stage returns this to end the poll before anything is decided. */
export class EarlyEnd {
  readonly next: 'busy' | 'refused' | 'absent' | 'wait';
  readonly revision: string;

  constructor(next: EarlyEnd['next'], revision = '') {
    this.next = next;
    this.revision = revision;
  }
}

type RunStages<State, Ports> = (event: PollEvent, ports: Ports) => Promise<State | EarlyEnd>;

/**
 * The stages of a poll in order. Their types are checked: a stage can read only what the stages before it add.
 *
 * @typeParam State the members of the state after the last stage
 * @typeParam Ports what the stages may use
 */
export class PollStages<State extends Partial<PollState>, Ports extends DecisionPorts> {
  /** Runs the stages. What a stage throws ends the poll, and the state machine retries it from the first stage. */
  readonly run: RunStages<State, Ports>;

  private constructor(run: RunStages<State, Ports>) {
    this.run = run;
  }

  static first<Ports extends DecisionPorts>(): PollStages<PartOfState<'event'>, Ports> {
    return new PollStages(async (event) => ({ event }));
  }

  /** Appends a stage that adds members to the state, or ends the poll. */
  stage<Added extends Partial<PollState>>(
    stage: (state: State, ports: Ports) => Promise<Added | EarlyEnd>,
  ): PollStages<State & Added, Ports> {
    return new PollStages(async (event, ports) => {
      const state = await this.run(event, ports);
      if (state instanceof EarlyEnd) return state;
      const added = await stage(state, ports);
      return added instanceof EarlyEnd ? added : { ...state, ...added };
    });
  }

  /** Appends a stage that writes or publishes what was decided, and adds nothing to the state. */
  effect(stage: (state: State, ports: Ports) => Promise<void>): PollStages<State, Ports> {
    return new PollStages(async (event, ports) => {
      const state = await this.run(event, ports);
      if (!(state instanceof EarlyEnd)) await stage(state, ports);
      return state;
    });
  }
}
