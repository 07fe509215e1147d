import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { trigger } from '../trigger/trigger.ts';
import { listDueWorkspaces, type SchedulePorts, startDueWorkspaces } from './listDueWorkspaces.ts';
import { parseScheduleEvent } from './scheduleEvent.ts';

/**
 * Makes the handler that lists the workspaces of a drift pass, or has those reconciled with a synchronization due. An
 * execution of an earlier version passes a change by another client, and starts the listed workspaces itself.
 */
export function createHandler(ports: SchedulePorts & StepClock) {
  return lambdaStep(
    parseScheduleEvent,
    async (event): Promise<unknown> => {
      if ('detail' in event) {
        await trigger(event, event.now, ports);
        return { workspaces: [] };
      }
      return event.reason === 'drift' ? listDueWorkspaces(event, ports) : startDueWorkspaces(event, ports);
    },
    ports.clock,
  );
}
