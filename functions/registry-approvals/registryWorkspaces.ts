import { type Address, parseAddress } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import type { RegistryApprovalPorts } from './registryApprovalPorts.ts';

/** The registry as a resource of the workspace whose manifest declares it. */
export interface OwningWorkspace {
  readonly address: Address;
  readonly desired: DesiredState;
}

/**
 * Finds the workspace whose ledger contains the registry.
 *
 * @returns undefined for a registry that no workspace manages
 * @throws GateloopError `ManifestUnread`, retryable, when the bucket does not hold the parsed manifest that names the
 * registry's owner
 */
export async function findOwningWorkspace(
  { registryId }: RecordId,
  { ledger, specBucket }: Pick<RegistryApprovalPorts, 'ledger' | 'specBucket'>,
): Promise<OwningWorkspace | undefined> {
  for (const workspace of await specBucket.listWorkspaces()) {
    const resources = await ledger.readResources(workspace);
    const registry = [...resources.values()].find(
      ({ record }) => record.id === registryId && parseAddress(record.address).kind === 'registry',
    );
    if (!registry) continue;
    const { acceptedRevision } = await ledger.readWorkspace(workspace);
    const document =
      acceptedRevision === undefined
        ? undefined
        : await readDesiredDocument(workspace, acceptedRevision, specBucket);
    if (!document?.desired) throw manifestUnavailable(workspace);
    return { address: registry.record.address, desired: document.desired };
  }
  return undefined;
}

/** Retryable, since the registry publishes the event of a record only once. */
function manifestUnavailable(workspace: string): GateloopError {
  const message = `The bucket does not hold the parsed manifest of the workspace ${workspace} now. The next reconciliation of the workspace parses it again; if the upload is refused, correct the upload.`;
  return new GateloopError('ManifestUnread', message, { retryable: true, details: { workspace } });
}

/** @returns the workspaces whose gateways imported targets from the registry when poll last read them */
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
