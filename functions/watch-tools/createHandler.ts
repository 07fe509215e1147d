import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { parseReconcileStateEvent } from '../runtime/reconcileState.ts';
import { type WatchToolsPorts, watchTools } from './watchTools.ts';

/** Makes the handler that reads the planned lists of tools. The next poll compares them. */
export function createHandler(ports: WatchToolsPorts & StepClock) {
  return lambdaStep(parseReconcileStateEvent, (event) => watchTools(event, ports), ports.clock);
}
