import { createHash } from 'node:crypto';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { invalidEvent, readMapping, readText, readTime } from '../runtime/eventFields.ts';
import { logger } from '../runtime/observability.ts';
import { measureFleet } from './measureFleet.ts';

/** `drift`: look at every workspace. `resync`: only at those in which a synchronisation is due. */
export type ScheduleReason = 'drift' | 'resync';

export interface ScheduleEvent {
  readonly reason: ScheduleReason;
  /** The id of the execution that asks. */
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

export interface SchedulePorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
}

/** A workspace to look at, and what to call the execution that does. */
export interface DueWorkspace {
  readonly workspace: string;
  readonly name: string;
}

/** Lists the workspaces in the bucket and keeps those that are due. */
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

/** The drift pass mends whatever was lost, and must not wait for its measurements; an alarm rings where they stay away. */
function logFleetMetricsFailure(error: unknown): void {
  // By its name alone: messages may quote what was read.
  logger.error('The fleet could not be measured', { failure: error instanceof Error ? error.name : 'Error' });
}

/**
 * Follows from the schedule's execution and the workspace, so that a repeated start is the same execution. Not made by
 * the workflow's own `States.Hash`: the embedded runner's library reads no more than the first 55 characters.
 *
 * @returns 64 hexadecimal characters; Step Functions takes 80
 */
function executionName(execution: string, workspace: string): string {
  return createHash('sha256').update(`${execution} ${workspace}`).digest('hex');
}
