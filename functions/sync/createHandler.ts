import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { parseReconcileStateEvent } from '../runtime/reconcileState.ts';
import { type SyncPorts, sync } from './sync.ts';

/** Makes the handler that starts the planned synchronizations. A later poll sees whether they have succeeded. */
export function createHandler(ports: SyncPorts & StepClock) {
  return lambdaStep(parseReconcileStateEvent, (event) => sync(event, ports), ports.clock);
}
