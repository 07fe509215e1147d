import type { Desired } from '../../core/desired/desired.ts';
import type { Outcome } from '../../core/outcome/outcome.ts';
import type { RecordId } from '../../core/ports/registryRecords.ts';
import { type Address, parseAddress } from '../../core/resources/resourceKinds.ts';
import { type DesiredDocument, desiredKey } from '../desiredDocument.ts';
import { outcomeKey } from '../outcomeDocument.ts';
import type { ApprovePorts } from './approvePorts.ts';

/** The registry in the workspace that has it. */
export interface Home {
  readonly address: Address;
  readonly desired: Desired;
}

/** @returns undefined for a registry that no workspace has */
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
    // The notify step wrote the one, and poll the other.
    const outcome = (await specBucket.readDocument(outcomeKey(workspace))) as Outcome | undefined;
    const document = (await specBucket.readDocument(desiredKey(workspace, outcome?.revision ?? ''))) as
      | DesiredDocument
      | undefined;
    if (document?.desired) return { address: found.memory.address, desired: document.desired };
  }
  return undefined;
}
