import type { Address } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { CallResult, ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../../core/ports/ledger.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { isLeaseLost, LeasedControlPlane } from '../leasedControlPlane.ts';
import { freeGatewaySlots, readClaims, takeGatewaySlots } from '../ownClaims.ts';
import { newEntry, recordCallResult } from '../recordCallResult.ts';
import { logger } from '../runtime/observability.ts';
import type { ReconcileState } from '../runtime/reconcileState.ts';
import { stackTrace } from '../runtime/stackTrace.ts';
import { executeOperation, type OperationPorts } from './executeOperation.ts';
import { RedactingSecrets } from './secrets.ts';

export interface CallPorts extends OperationPorts {
  readonly ledger: Ledger;
}

/** The result of a call, for the history of the execution. */
export interface ProvisionedCall {
  readonly address: Address;
  readonly operation: string;
  /** `accepted`, or the code and the message of the rejection. */
  readonly answer: string;
}

/** What became of planned calls. */
export interface Batch {
  /** Those that were made. The account's rate and a suspension let the others not through. */
  readonly granted: readonly PlannedOperation[];
  /** An operator has suspended writes, or another execution has taken over the lease, or a call was rejected. */
  readonly isStopped: boolean;
}

/** Makes the calls that poll has planned, and keeps the ledger's records of their resources. */
export class PlannedCalls {
  /** The results of all calls, in order. */
  readonly results: ProvisionedCall[] = [];
  /** The ledger's records, as this step has read and written them. */
  readonly entries: Map<Address, VersionedResourceRecord>;
  readonly #workspace: string;
  readonly #desired: DesiredState;
  readonly #ports: CallPorts;
  readonly #controlPlane: ControlPlane;

  constructor(
    state: Pick<ReconcileState, 'workspace' | 'leaseHolder'>,
    desired: DesiredState,
    entries: ReadonlyMap<Address, VersionedResourceRecord>,
    ports: CallPorts,
  ) {
    this.#workspace = state.workspace;
    this.#desired = desired;
    this.#ports = ports;
    this.#controlPlane = new LeasedControlPlane(ports.controlPlane, ports.ledger, state);
    this.entries = new Map(entries);
  }

  /**
   * Makes calls, all at a time and as many as the account's rate allows. The result of each is recorded on its own, so that
   * no call waits for another or fails with it.
   *
   * @throws GateloopError `LedgerConflict`, retryable, when another step wrote a record meanwhile
   */
  async make(planned: readonly PlannedOperation[], now: number): Promise<Batch> {
    const { ledger } = this.#ports;
    if (planned.length === 0) return { granted: [], isStopped: false };
    // Poll plans nothing while writes are suspended: an operator has suspended them since.
    if (await ledger.readSuspension(this.#workspace)) return { granted: [], isStopped: true };
    // Slots first: a write of the account that is reserved for a call without one is lost for this second.
    const slotted = await takeGatewaySlots(this.#workspace, planned, this.entries, now, ledger);
    const writes = slotted.length > 0 ? await ledger.reserveWrites(slotted.length, now) : 0;
    const granted = slotted.slice(0, writes);
    const left = slotted.slice(writes).map(({ address }) => address);
    await this.endSlots(left, now);
    const claims = await readClaims(this.#workspace, granted, this.entries, ledger);
    const settled = await Promise.allSettled(
      granted.map(async (each) => {
        const result = claims.isOwn(each) ? await this.#call(each, now) : claims.rejection(each);
        if (!isLeaseLost(result)) await this.#record(each, result, now);
        const { address, operation } = each;
        this.results.push({ address, operation, answer: resultText(result) });
        return { address, kind: result.kind };
      }),
    );
    const rejected = settled.flatMap((each) =>
      each.status === 'fulfilled' && each.value.kind === 'rejected' ? [each.value.address] : [],
    );
    await this.endSlots(rejected, now);
    // The step ends only once every result is recorded: a conflict about one record must not lose another.
    const failed = settled.find((each) => each.status === 'rejected');
    if (failed) throw failed.reason;
    return { granted, isStopped: rejected.length > 0 };
  }

  /** Lets other workspaces begin operations on a shared gateway in place of those that have ended. */
  async endSlots(ended: readonly Address[], now: number): Promise<void> {
    await freeGatewaySlots(this.#workspace, ended, this.entries, now, this.#ports.ledger);
  }

  /** @throws GateloopError `LedgerConflict`, retryable, when another step wrote the record meanwhile */
  async write(record: ResourceRecord, version: number): Promise<void> {
    await this.#ports.ledger.writeResource(this.#workspace, record, version);
    this.entries.set(record.address, { record, version: version + 1 });
  }

  async #call(planned: PlannedOperation, now: number): Promise<CallResult> {
    if (planned.operation === 'create') await this.#markCreation(planned.address, now);
    return this.#tryOperation(planned);
  }

  /**
   * Records that a create is about to be made: a step that is killed after it leaves no other trace of what it made. Poll
   * has done so for the calls of its turn. A queued name is free until its turn: what another client makes under it is not
   * Gateloop's.
   */
  async #markCreation(address: Address, now: number): Promise<void> {
    const { record, version } = this.entries.get(address) ?? newEntry(address, now);
    if (!record.creating) await this.write({ ...record, creating: true }, version);
  }

  async #record(planned: PlannedOperation, result: CallResult, now: number): Promise<void> {
    const { ledger } = this.#ports;
    const entry = await recordCallResult(this.#workspace, planned, this.entries, result, now, ledger);
    this.entries.set(planned.address, entry);
  }

  /**
   * Makes one call. An error before or in the call becomes a rejection too, so that it is counted, reported to the owner,
   * and not retried forever. Logs and results hold no value of a secret.
   */
  async #tryOperation(planned: PlannedOperation): Promise<CallResult> {
    const secrets = new RedactingSecrets(this.#ports.secrets);
    const ports = { ...this.#ports, controlPlane: this.#controlPlane, secrets };
    const { address, operation } = planned;
    try {
      const result = await executeOperation(planned, this.#desired, this.entries, ports);
      return result.kind === 'rejected'
        ? { ...result, message: secrets.redact(result.message) }
        : { ...result, secretVersions: secrets.versions };
    } catch (error) {
      const { code, retryable: transient } =
        error instanceof GateloopError ? error : { code: 'CallNotMade', retryable: true };
      const { message } = error instanceof Error ? error : new Error(String(error));
      const trace = secrets.redact(stackTrace(error) ?? '');
      logger.error('A call could not be made', { address, operation, code, trace });
      return { kind: 'rejected', code, message: secrets.redact(message), transient };
    }
  }
}

function resultText(result: CallResult): string {
  return result.kind === 'accepted' ? 'accepted' : `${result.code}: ${result.message}`;
}
