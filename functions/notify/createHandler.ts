import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { notify } from './notify.ts';
import { parseNotifyEvent } from './notifyEvent.ts';
import type { NotifyPorts } from './notifyPorts.ts';

/** Makes the handler that notifies people of open requests and of the outcomes of reconciliations. */
export function createHandler(ports: NotifyPorts & StepClock) {
  return lambdaStep(parseNotifyEvent, (event) => notify(event, ports), ports.clock);
}
