import { createHash } from 'node:crypto';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';
import { logger } from '../runtime/observability.ts';
import { type FleetPorts, measureFleet } from './measureFleet.ts';

/** `drift`: every workspace is due. `resync`: a workspace is due when it has a synchronization due. */
export type ScheduleReason = 'drift' | 'resync';

export interface ScheduleEvent {
  readonly reason: ScheduleReason;
  /** The id of the schedule's execution. */
  readonly execution: string;
  /** In ms since the epoch. */
  readonly now: number;
}

/** @throws GateloopError `InvalidEvent` */
export function parseScheduleEvent(event: unknown): ScheduleEvent {
  const { reason, execution, now } = readMapping(event, 'a mapping with "reason", "execution" and "now"');
  if (reason !== 'drift' && reason !== 'resync')
    throw invalidEvent('"drift" or "resync" under "reason"', reason);
  return { reason, execution: readText(execution, 'the id of the execution'), now: readTime(now) };
}

export interface SchedulePorts extends FleetPorts {
  readonly specBucket: SpecBucket;
}

/** A due workspace, and the name of the execution that reconciles it. */
export interface DueWorkspace {
  readonly workspace: string;
  readonly name: string;
}

/** Lists the workspaces in the bucket that are due. The drift schedule also measures the fleet. */
export async function listDueWorkspaces(
  { reason, execution, now }: ScheduleEvent,
  { ledger, specBucket }: SchedulePorts,
): Promise<{ workspaces: DueWorkspace[] }> {
  const names = await specBucket.listWorkspaces();
  if (reason === 'drift')
    await measureFleet(names, now, { ledger, specBucket }).catch(logFleetMetricsFailure);
  const dueNames: string[] = [];
  for (const name of names) {
    const isDue =
      reason === 'drift' ||
      ((await ledger.readWorkspace(name)).nextResyncAt ?? Number.POSITIVE_INFINITY) <= now;
    if (isDue) dueNames.push(name);
  }
  return {
    workspaces: dueNames.map((workspace) => ({ workspace, name: executionName(execution, workspace) })),
  };
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
function executionName(execution: string, workspace: string): string {
  return createHash('sha256').update(`${execution} ${workspace}`).digest('hex');
}
