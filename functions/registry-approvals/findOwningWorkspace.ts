import { type Address, parseAddress } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import type { RegistryApprovalPorts } from './registryApprovalPorts.ts';

/** The registry in the workspace that has it. */
export interface OwningWorkspace {
  readonly address: Address;
  readonly desired: DesiredState;
}

/**
 * @returns undefined for a registry that no workspace has
 * @throws GateloopError `ManifestUnread`, retryable, where one has it, and who answers for it cannot be read
 */
export async function findOwningWorkspace(
  { registryId }: RecordId,
  { ledger, specBucket }: RegistryApprovalPorts,
): Promise<OwningWorkspace | undefined> {
  for (const workspace of await specBucket.listWorkspaces()) {
    const resources = await ledger.readResources(workspace);
    const found = [...resources.values()].find(
      ({ record }) => record.id === registryId && parseAddress(record.address).kind === 'registry',
    );
    if (!found) continue;
    const { acceptedRevision } = await ledger.readWorkspace(workspace);
    const document =
      acceptedRevision === undefined
        ? undefined
        : await readDesiredDocument(workspace, acceptedRevision, specBucket);
    if (!document?.desired) throw manifestUnavailable(workspace);
    return { address: found.record.address, desired: document.desired };
  }
  return undefined;
}

/** Nobody repeats the event of a record: what it asks for must not be dropped because this is not there just now. */
function manifestUnavailable(workspace: string): GateloopError {
  const message = `What the manifest of workspace ${workspace} says is not in the bucket just now. The next pass over the workspace reads it; if its upload is refused, correct that.`;
  return new GateloopError('ManifestUnread', message, { retryable: true, details: { workspace } });
}
