import type { Address } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { isLeaseLost, LeasedControlPlane } from '../leasedControlPlane.ts';
import { readClaims } from '../ownClaims.ts';
import { recordCallResult } from '../recordCallResult.ts';
import { callMeasurements } from '../runtime/measurements.ts';
import { logger, measure } from '../runtime/observability.ts';
import type { ReconcileState, ReconcileStateEvent } from '../runtime/reconcileState.ts';
import { stackTrace } from '../runtime/stackTrace.ts';
import { executeOperation, type LedgerEntries, type OperationPorts } from './executeOperation.ts';
import { RedactingSecrets } from './secrets.ts';

export interface ProvisionPorts extends OperationPorts {
  readonly ledger: Ledger;
}

/** The state of the reconciliation with the results of the calls, for the history of the execution. */
export interface Provisioned extends ReconcileState {
  readonly provisioned: readonly {
    readonly address: Address;
    readonly operation: string;
    /** `accepted`, or the code and the message of the rejection. */
    readonly answer: string;
  }[];
}

/** How long the next poll waits, in seconds, while the account's rate allows fewer calls than were planned. */
const RATE_LIMIT_RETRY_SECONDS = 1;

/**
 * Makes the planned calls, all at a time and as many as the account's rate allows. The result of each is recorded on its
 * own, so that no call waits for another or fails with it. The next poll plans the calls again that were not made. Once
 * another execution has taken over the lease, the step makes and records no further call.
 *
 * @throws GateloopError `DesiredMissing`, retryable; `LedgerConflict`, retryable, when another step wrote a record
 * meanwhile
 */
export async function provision(
  { state, now }: ReconcileStateEvent,
  ports: ProvisionPorts,
): Promise<Provisioned> {
  const { workspace, leaseHolder, revision, operations } = state;
  if (!(await ports.ledger.holdsLease(workspace, leaseHolder))) return { ...state, provisioned: [] };
  const controlPlane = new LeasedControlPlane(ports.controlPlane, ports.ledger, state);
  const desired = await readDesired(workspace, revision, ports.specBucket);
  const ledgerEntries = await ports.ledger.readResources(workspace);
  // A record with an open operation: an earlier try of this step made that call.
  const pending = operations.filter(({ address }) => !ledgerEntries.get(address)?.record.operation);
  // Poll plans nothing while writes are suspended: an operator has suspended them since.
  const isSuspended = (await ports.ledger.readSuspension(workspace)) !== undefined;
  const allowed = isSuspended ? 0 : await ports.ledger.reserveWrites(pending.length, now);
  const granted = pending.slice(0, allowed);
  const claims = await readClaims(workspace, granted, ports.ledger);
  const settled = await Promise.allSettled(
    granted.map(async (planned) => {
      const result = claims.isOwn(planned)
        ? await tryOperation(planned, desired, ledgerEntries, { ...ports, controlPlane })
        : claims.rejection(planned);
      if (!isLeaseLost(result))
        await recordCallResult(workspace, planned, ledgerEntries, result, now, ports.ledger);
      return { address: planned.address, operation: planned.operation, answer: resultText(result) };
    }),
  );
  // The step ends only once every result is recorded: a conflict about one record must not lose another.
  const provisioned = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  measure(callMeasurements(provisioned));
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  const isLimited = granted.length < pending.length;
  const requeueAfterSeconds = isLimited ? RATE_LIMIT_RETRY_SECONDS : state.requeueAfterSeconds;
  return { ...state, requeueAfterSeconds, provisioned };
}

/**
 * Makes one call. An error before or in the call becomes a rejection too, so that it is counted, reported to the owner,
 * and not retried forever. Logs and results hold no value of a secret.
 */
async function tryOperation(
  planned: PlannedOperation,
  desired: DesiredState,
  ledgerEntries: LedgerEntries,
  ports: ProvisionPorts,
): Promise<CallResult> {
  const secrets = new RedactingSecrets(ports.secrets);
  const { address, operation } = planned;
  try {
    const result = await executeOperation(planned, desired, ledgerEntries, { ...ports, secrets });
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

async function readDesired(workspace: string, revision: string, bucket: SpecBucket): Promise<DesiredState> {
  const document = await readDesiredDocument(workspace, revision, bucket);
  if (document?.desired) return document.desired;
  throw new GateloopError(
    'DesiredMissing',
    `The desired state of workspace ${workspace} is not in the bucket any more. The next poll writes it again.`,
    { retryable: true, details: { workspace, revision } },
  );
}

function resultText(result: CallResult): string {
  return result.kind === 'accepted' ? 'accepted' : `${result.code}: ${result.message}`;
}
