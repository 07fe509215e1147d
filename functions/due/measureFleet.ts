import type { Memory } from '../../core/decide/memory.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { measure } from '../measure.ts';
import { fleetMeasurements } from '../measurements.ts';
import { logger } from '../step.ts';

/**
 * Measures how everything is, once in each drift pass: one query for each workspace. Sums over single passes would count
 * a workspace as often as it was looked at. What is not in step gets a line of its own, for the dashboard's list.
 */
export async function measureFleet(
  workspaces: readonly string[],
  now: number,
  ledger: Ledger,
): Promise<void> {
  const memories: Memory[] = [];
  for (const workspace of workspaces) {
    for (const { memory } of (await ledger.readResources(workspace)).values()) {
      memories.push(memory);
      if (memory.state !== 'ready') report(workspace, memory);
    }
  }
  measure(fleetMeasurements(memories, now));
}

function report(workspace: string, { address, state, since, reasons }: Memory): void {
  const waitingSince = new Date(since).toISOString();
  logger.info('Not in step', { workspace, resource: address, state, waitingSince, reasons });
}
