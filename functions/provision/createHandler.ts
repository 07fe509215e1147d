import { lambdaStep } from '../runtime/lambdaStep.ts';
import { parseReconcileStateEvent } from '../runtime/reconcileState.ts';
import { type ProvisionPorts, provision } from './provision.ts';

/** Makes the handler that makes the calls that poll planned: create, update, delete, rollback and tag. */
export function createHandler(ports: ProvisionPorts) {
  return lambdaStep(parseReconcileStateEvent, (event) => provision(event, ports), ports.clock);
}
