import { applyDecision } from './applyDecision.ts';
import { applyExternalDecision } from './applyExternalDecision.ts';
import { handleRecordEvent } from './handleRecordEvent.ts';
import type { RegistryApprovalEvent } from './registryApprovalEvent.ts';
import type { RegistryApprovalPorts, RegistryApprovalResult } from './registryApprovalPorts.ts';

export function handleRegistryApproval(
  event: RegistryApprovalEvent,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  if (event.action === 'applyDecision') return applyDecision(event.reference, ports);
  return 'record' in event
    ? handleRecordEvent(event.record, event.now, ports)
    : applyExternalDecision(event.answer, event.now, ports);
}
