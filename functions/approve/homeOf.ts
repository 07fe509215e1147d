import type { Desired } from '../../core/desired/desired.ts';
import { GateloopError } from '../../core/errors.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { type Address, parseAddress } from '../../core/resources/address.ts';
import { readDesiredDocument } from '../desiredDocument.ts';
import type { ApprovePorts } from './approvePorts.ts';

/** The registry in the workspace that has it. */
export interface Home {
  readonly address: Address;
  readonly desired: Desired;
}

/**
 * @returns undefined for a registry that no workspace has
 * @throws GateloopError `ManifestUnread`, retryable, where one has it, and who answers for it cannot be read
 */
export async function homeOf(
  { registryId }: RecordId,
  { ledger, specBucket }: ApprovePorts,
): Promise<Home | undefined> {
  for (const workspace of await specBucket.listWorkspaces()) {
    const resources = await ledger.readResources(workspace);
    const found = [...resources.values()].find(
      ({ memory }) => memory.id === registryId && parseAddress(memory.address).kind === 'registry',
    );
    if (!found) continue;
    const { accepted } = await ledger.readWorkspace(workspace);
    const document =
      accepted === undefined ? undefined : await readDesiredDocument(workspace, accepted, specBucket);
    if (!document?.desired) throw manifestUnread(workspace);
    return { address: found.memory.address, desired: document.desired };
  }
  return undefined;
}

/** Nobody repeats the event of a record: what it asks for must not be dropped because this is not there just now. */
function manifestUnread(workspace: string): GateloopError {
  const message = `What the manifest of workspace ${workspace} says is not in the bucket just now. The next pass over the workspace reads it; if its upload is refused, correct that.`;
  return new GateloopError('ManifestUnread', message, true, { details: { workspace } });
}
