import { lambdaStep } from '../runtime/lambdaStep.ts';
import { type TriggerPorts, trigger } from '../trigger/trigger.ts';
import { type ScanPorts, scanFleet } from './scanFleet.ts';
import { parseScheduleEvent } from './scheduleEvent.ts';
import { type DuePorts, startDueWorkspaces } from './startDueWorkspaces.ts';

export type SchedulePorts = ScanPorts & DuePorts & TriggerPorts;

/**
 * Makes the handler that scans the fleet, a turn at a time, and has those workspaces reconciled with a synchronization due. An
 * execution of an earlier version passes a change by another client, and starts the workspaces of the result itself.
 */
export function createHandler(ports: SchedulePorts) {
  return lambdaStep(
    parseScheduleEvent,
    async (event): Promise<unknown> => {
      if ('detail' in event) {
        await trigger(event, event.now, ports);
        return { workspaces: [] };
      }
      return event.reason === 'drift' ? scanFleet(event, ports) : startDueWorkspaces(event, ports);
    },
    ports.clock,
  );
}
