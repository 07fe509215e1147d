import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import { omit } from '../../core/objects.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { PlannedOperation } from '../../core/reconcile/plan.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { callMeasurements } from '../runtime/measurements.ts';
import { measure } from '../runtime/observability.ts';
import type { ReconcileState, ReconcileStateEvent } from '../runtime/reconcileState.ts';
import { Hold, type HoldPorts } from './hold.ts';
import { type CallPorts, PlannedCalls, type ProvisionedCall } from './plannedCalls.ts';

/** The ports of provision. */
export type ProvisionPorts = CallPorts & HoldPorts;

/** The state of the reconciliation with the results of the calls, for the history of the execution. */
export interface Provisioned extends ReconcileState {
  readonly provisioned: readonly ProvisionedCall[];
}

/** How long the next poll waits, in seconds, while the account's rate allows fewer calls than were planned. */
const RATE_LIMIT_RETRY_SECONDS = 1;

/**
 * Makes the planned calls, and waits for what they have begun while that is about to end. Queued calls follow as slots come
 * free. The next poll plans the calls again that were not made. Once another execution has taken over the lease, the step
 * makes and records no further call.
 *
 * @throws GateloopError `DesiredMissing`, retryable; `LedgerConflict`, retryable, when another step wrote a record
 * meanwhile
 */
export async function provision(
  { state, now }: ReconcileStateEvent,
  ports: ProvisionPorts,
): Promise<Provisioned> {
  const { workspace, leaseHolder, revision, operations, queued = [] } = state;
  // What was planned is done, or is planned again by the next poll.
  const after = omit(state, 'queued', 'holdSeconds');
  if (!(await ports.ledger.holdsLease(workspace, leaseHolder))) return { ...after, provisioned: [] };
  const desired = await readDesired(workspace, revision, ports.specBucket);
  const entries = await ports.ledger.readResources(workspace);
  const calls = new PlannedCalls(state, desired, entries, ports);
  // A record with an open operation: an earlier try of this step made that call.
  const isPending = ({ address }: PlannedOperation) => !entries.get(address)?.record.operation;
  const pending = operations.filter(isPending);
  try {
    const { granted, isStopped } = await calls.make(pending, now);
    if (isStopped)
      return { ...after, requeueAfterSeconds: RATE_LIMIT_RETRY_SECONDS, provisioned: calls.results };
    const left = pending.filter((each) => !granted.includes(each));
    const queue = [...left, ...queued.filter(isPending)];
    const held = await new Hold(state, now, queue, { desired, calls, ports }).run();
    const waited = left.length > 0 ? RATE_LIMIT_RETRY_SECONDS : state.requeueAfterSeconds;
    return { ...after, requeueAfterSeconds: held ?? waited, provisioned: calls.results };
  } finally {
    measure(callMeasurements(calls.results));
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
