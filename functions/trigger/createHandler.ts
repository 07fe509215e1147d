import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { type TriggerPorts, trigger } from './trigger.ts';
import { parseTriggerEvent } from './triggerEvent.ts';

/** Makes the handler that has the workspaces reconciled which an event of EventBridge is about. */
export function createHandler(ports: TriggerPorts & StepClock) {
  return lambdaStep(
    (event) => parseTriggerEvent(event, ports.clock()),
    (event) => trigger(event, ports.clock(), ports),
    ports.clock,
  );
}
