import { GateloopError } from '../core/errors.ts';
import { executionName, type StartCause } from '../core/events/startCauses.ts';
import type { ExecutionStarter } from '../core/ports/executionStarter.ts';
import type { Ledger, StartReservation } from '../core/ports/ledger.ts';

/**
 * How long other events leave it to an execution that was started to take the lease, in ms. A started execution polls
 * within seconds; where Lambda throttles the poll for longer, a later event starts one more execution, which does no harm.
 */
const START_DURATION = 60_000;

/** How many reserved executions may turn out to have ended without the lease. Each needs the fault of a poll. */
const MAX_STARTS = 3;

export interface StartPorts {
  readonly ledger: Pick<Ledger, 'reserveStart' | 'confirmStart' | 'cancelStart'>;
  readonly starter: ExecutionStarter;
  /** @returns a name that no execution has had */
  readonly newId: () => string;
}

/**
 * Has a workspace reconciled: one execution starts for many events. Where one holds the lease, it reads the workspace once
 * more; where one was started and has not taken the lease yet, it reads what has changed by now. The name of the execution
 * is in the ledger before the execution starts: a caller that fails in between is followed by its repetition, or by the
 * next event, under the same name.
 *
 * @param cause begins the name of the execution, where this call starts it
 * @param now in ms since the epoch
 * @returns what became of it: `start` where this call started the execution
 * @throws the error of the ledger or of Step Functions; the event has to be handled again
 */
export async function startReconciliation(
  workspace: string,
  cause: StartCause,
  now: number,
  { ledger, starter, newId }: StartPorts,
): Promise<StartReservation['kind']> {
  for (let attempt = 0; attempt < MAX_STARTS; attempt += 1) {
    const request = { workspace, execution: executionName(cause, newId()), now, duration: START_DURATION };
    const reservation = await ledger.reserveStart(request);
    if (reservation.kind !== 'start') return reservation.kind;
    const { execution } = reservation;
    if ((await starter.startReconcile(execution, { workspace })) === 'started') {
      await ledger.confirmStart(workspace, execution);
      return 'start';
    }
    // It has read what was there before this event at most.
    await ledger.cancelStart(workspace, execution);
  }
  throw new GateloopError(
    'StartsFailed',
    `${MAX_STARTS} executions for workspace ${workspace} ended before they took its lease. Read their histories, then run: gateloop reconcile ${workspace}`,
    { retryable: true },
  );
}

/** How many workspaces are started at a time: Step Functions grants at least 150 starts a second to an account. */
const START_CONCURRENCY = 10;

/**
 * Has workspaces reconciled, as `startReconciliation` does for one.
 *
 * @throws the first error, after all others were started: the event has to be handled again
 */
export async function startReconciliations(
  workspaces: readonly string[],
  cause: StartCause,
  now: number,
  ports: StartPorts,
): Promise<void> {
  const failures: unknown[] = [];
  for (let start = 0; start < workspaces.length; start += START_CONCURRENCY) {
    const batch = workspaces.slice(start, start + START_CONCURRENCY);
    const results = await Promise.allSettled(
      batch.map((each) => startReconciliation(each, cause, now, ports)),
    );
    failures.push(...results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])));
  }
  if (failures.length > 0) throw failures[0];
}
