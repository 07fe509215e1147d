import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { applyDecision, applyExternalDecision } from './applyDecision.ts';
import { handleRecordEvent } from './handleRecordEvent.ts';
import { parseRegistryApprovalEvent } from './registryApprovalEvent.ts';
import type { RegistryApprovalPorts } from './registryApprovalPorts.ts';

/** Makes the handler for the events of registries and of other systems, and for the decisions of people on records. */
export function createHandler(ports: RegistryApprovalPorts & StepClock) {
  return lambdaStep(
    parseRegistryApprovalEvent,
    (event) => {
      if (event.action === 'applyDecision') return applyDecision(event.reference, ports);
      return 'record' in event
        ? handleRecordEvent(event.record, event.now, ports)
        : applyExternalDecision(event.decision, event.now, ports);
    },
    ports.clock,
  );
}
