import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { listChangedWorkspaces } from './listChangedWorkspaces.ts';
import { listDueWorkspaces, type SchedulePorts, startDueWorkspaces } from './listDueWorkspaces.ts';
import { parseScheduleEvent } from './scheduleEvent.ts';

/**
 * Makes the handler that lists the workspaces of a drift pass or of a change by another client, or starts those with a
 * synchronization due.
 */
export function createHandler(ports: SchedulePorts & StepClock) {
  return lambdaStep(
    parseScheduleEvent,
    async (event): Promise<unknown> => {
      if ('detail' in event) return listChangedWorkspaces(event, ports.ledger);
      return event.reason === 'drift' ? listDueWorkspaces(event, ports) : startDueWorkspaces(event, ports);
    },
    ports.clock,
  );
}
