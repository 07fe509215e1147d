import type { RecordId } from '../../core/ports/registryRecords.ts';
import type { RegistryApprovalPorts } from './registryApprovalPorts.ts';

/** @returns the workspaces whose gateways draw targets from the registry, as they were when they were last looked at */
export async function importingWorkspaces(
  { registryId }: Pick<RecordId, 'registryId'>,
  { ledger, specBucket }: Pick<RegistryApprovalPorts, 'ledger' | 'specBucket'>,
): Promise<readonly string[]> {
  const importing: string[] = [];
  for (const workspace of await specBucket.listWorkspaces()) {
    const { registryIds = [] } = await ledger.readWorkspace(workspace);
    if (registryIds.includes(registryId)) importing.push(workspace);
  }
  return importing;
}
