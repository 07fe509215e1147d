import { createHash } from 'node:crypto';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { logger } from '../runtime/observability.ts';
import { type StartPorts, startReconciliations } from '../startReconciliation.ts';
import { type FleetPorts, measureFleet } from './measureFleet.ts';
import type { DriftEvent, ResyncEvent } from './scheduleEvent.ts';

export interface SchedulePorts extends FleetPorts, Omit<StartPorts, 'ledger'> {
  readonly specBucket: SpecBucket;
}

/** A due workspace, and the name of the execution that reconciles it. */
export interface DueWorkspace {
  readonly workspace: string;
  readonly name: string;
}

/** Lists every workspace in the bucket for the workflow that starts their reconciliations, and measures the fleet. */
export async function listDueWorkspaces(
  { execution, now }: DriftEvent,
  { ledger, specBucket }: Pick<SchedulePorts, 'ledger' | 'specBucket'>,
): Promise<{ workspaces: readonly DueWorkspace[] }> {
  const names = await specBucket.listWorkspaces();
  await measureFleet(names, now, { ledger, specBucket }).catch(logFleetMetricsFailure);
  return { workspaces: names.map((workspace) => ({ workspace, name: executionName(execution, workspace) })) };
}

/** Has each workspace reconciled in which a synchronization is due: one query where none is. */
export async function startDueWorkspaces(
  { now }: ResyncEvent,
  ports: Pick<SchedulePorts, 'ledger' | 'starter' | 'newId'>,
): Promise<{ started: readonly string[] }> {
  const started = await ports.ledger.listDueWorkspaces(now);
  await startReconciliations(started, now, ports);
  return { started };
}

/** The drift pass repairs lost events and must not fail with its metrics; an alarm fires when the metrics are missing. */
function logFleetMetricsFailure(error: unknown): void {
  // The name only: a message may quote a document.
  logger.error('The fleet could not be measured', { failure: error instanceof Error ? error.name : 'Error' });
}

/**
 * Derives the name from the schedule's execution and the workspace, so that a repeated start is the same execution. The
 * workflow's own `States.Hash` is no replacement: the library of the embedded runner reads only the first 55 characters.
 *
 * @returns 64 hexadecimal characters; Step Functions accepts 80
 */
export function executionName(execution: string, workspace: string): string {
  return createHash('sha256').update(`${execution} ${workspace}`).digest('hex');
}
