import type { Address } from '../../core/address.ts';
import type { ShapeCatalog } from '../../core/api/shapes.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { CallResult, ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../../core/ports/ledger.ts';
import type { Secrets } from '../../core/ports/secrets.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { PlannedOperation } from '../../core/reconcile/decide.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { recordCallResult } from '../recordCallResult.ts';
import { callMeasurements } from '../runtime/measurements.ts';
import { logger, measure } from '../runtime/observability.ts';
import type { ReconcileState, ReconcileStateEvent } from '../runtime/reconcileState.ts';
import { stackTrace } from '../runtime/stackTrace.ts';
import { executeOperation } from './executeOperation.ts';
import { RedactingSecrets } from './redactingSecrets.ts';

export interface ProvisionPorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly controlPlane: ControlPlane;
  readonly secrets: Secrets;
  readonly catalog: ShapeCatalog;
  /** Where the pages for people are. */
  readonly authorizationUrl: string;
}

/** The turn, with what became of its calls, for the execution's history. */
export interface Provisioned extends ReconcileState {
  readonly provisioned: readonly {
    readonly address: Address;
    readonly operation: string;
    readonly answer: string;
  }[];
}

/** Calls that the account's rate did not allow are planned again by the next turn, as soon as the rate may allow them. */
const RATE_WAIT_SECONDS = 1;

/** Makes the calls of a turn side by side. Each is remembered by itself: none waits for, or fails with, another. */
export async function provision(
  { state, now }: ReconcileStateEvent,
  ports: ProvisionPorts,
): Promise<Provisioned> {
  const { workspace, revision, operations } = state;
  const desired = await readDesired(workspace, revision, ports.specBucket);
  const ledgerEntries = await ports.ledger.readResources(workspace);
  // What has an operation open was begun by an earlier try of this very step.
  const pending = operations.filter(({ address }) => !ledgerEntries.get(address)?.record.operation);
  const granted = pending.slice(0, await ports.ledger.reserveWrites(pending.length, now));
  const provisioned = await Promise.all(
    granted.map(async (planned) => {
      const result = await tryOperation(planned, desired, ledgerEntries, ports);
      await recordCallResult(workspace, planned, ledgerEntries, result, now, ports.ledger);
      return { address: planned.address, operation: planned.operation, answer: resultText(result) };
    }),
  );
  measure(callMeasurements(provisioned));
  const requeueAfterSeconds = granted.length < pending.length ? RATE_WAIT_SECONDS : state.requeueAfterSeconds;
  return { ...state, requeueAfterSeconds, provisioned };
}

/** What the service says is an answer; what goes wrong on our own side counts as one too, so that it is bounded and told. */
async function tryOperation(
  planned: PlannedOperation,
  desired: DesiredState,
  ledgerEntries: ReadonlyMap<Address, VersionedResourceRecord>,
  ports: ProvisionPorts,
): Promise<CallResult> {
  const secrets = new RedactingSecrets(ports.secrets);
  const { address, operation } = planned;
  try {
    const result = await executeOperation(planned, desired, ledgerEntries, { ...ports, secrets });
    return result.kind === 'rejected' ? { ...result, message: secrets.redact(result.message) } : result;
  } catch (error) {
    const isGateloopError = error instanceof GateloopError;
    const { code, transient } = isGateloopError
      ? { code: error.code, transient: error.retryable }
      : { code: 'CallNotMade', transient: true };
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
    `What workspace ${workspace} is to become is gone from the bucket; poll will read it again.`,
    { retryable: true },
  );
}

function resultText(result: CallResult): string {
  return result.kind === 'accepted' ? 'accepted' : `${result.code}: ${result.message}`;
}
