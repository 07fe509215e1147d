import type { RecordId } from '../../core/ports/registryRecords.ts';
import type { ApprovePorts } from './approvePorts.ts';

/** @returns the workspaces whose gateways draw targets from the registry, as they were when they were last looked at */
export async function workspacesDrawing(
  { registryId }: Pick<RecordId, 'registryId'>,
  { ledger, specBucket }: Pick<ApprovePorts, 'ledger' | 'specBucket'>,
): Promise<readonly string[]> {
  const drawing: string[] = [];
  for (const workspace of await specBucket.listWorkspaces()) {
    const { registries = [] } = await ledger.readWorkspace(workspace);
    if (registries.includes(registryId)) drawing.push(workspace);
  }
  return drawing;
}
