import type { RecordAsked } from '../../core/authorization/asked.ts';
import { openedRequest } from '../../core/authorization/openedRequest.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { Desired } from '../../core/desired/desired.ts';
import type { Outcome } from '../../core/outcome/outcome.ts';
import type { RecordId, RegistryRecord } from '../../core/ports/registryRecords.ts';
import { type Address, addressOf, parseAddress } from '../../core/resources/resourceKinds.ts';
import { type DesiredDocument, desiredKey } from '../desiredDocument.ts';
import { outcomeKey } from '../outcomeDocument.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import { type ApprovedRecord, approvedRecordKey, recordAlias } from './approvedRecord.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';

/** Descriptors can have any length; people read the beginning, and an item of the ledger holds 400 KB. */
const MOST_TEXT = 20_000;

/**
 * A record of a registry has changed. The event carries ids alone, and may be late: what counts is how the record
 * stands now. One that waits for approval is asked about; a request about one that does not is withdrawn.
 */
export async function takeRecord(id: RecordId, now: number, ports: ApprovePorts): Promise<Taken> {
  const record = await ports.records.get(id);
  const open = await openRequest(id, ports);
  if (record?.status !== 'PENDING_APPROVAL') {
    if (open) await withdraw(open, 'The record does not wait for approval any more.', now, ports);
    return nothingToAsk;
  }
  const asked = await askedOf(record, ports);
  if (open && open.asked.kind === 'record' && open.asked.descriptor === asked.descriptor) {
    return { next: 'ask', reference: open.reference, workspace: open.workspace };
  }
  if (open) await withdraw(open, 'Another version of the record was submitted.', now, ports);
  const home = await homeOf(id, ports);
  // A registry that no workspace has is somebody else's to approve.
  if (!home) return nothingToAsk;
  const request = requestOf(asked, home, ports.newId(), now);
  await ports.ledger.openRequest(request);
  await ports.ledger.noteAlias(recordAlias(id), request.reference, now);
  return { next: 'ask', reference: request.reference, workspace: request.workspace };
}

async function openRequest(
  id: RecordId,
  { ledger }: ApprovePorts,
): Promise<AuthorizationRequest | undefined> {
  const reference = await ledger.findAlias(recordAlias(id));
  const request = reference === undefined ? undefined : (await ledger.readRequest(reference))?.request;
  return request?.state === 'open' ? request : undefined;
}

async function withdraw(
  { reference }: AuthorizationRequest,
  reason: string,
  now: number,
  ports: ApprovePorts,
): Promise<void> {
  const change = await changeRequest(reference, { type: 'withdrawn', reason }, now, ports.ledger);
  await announceEnd(change, now, ports);
}

async function askedOf(record: RegistryRecord, { specBucket }: ApprovePorts): Promise<RecordAsked> {
  const { registryId, recordId, name, description, descriptorType, descriptors } = record;
  // Only `carryOut` writes these keys.
  const approved = (await specBucket.readDocument(approvedRecordKey(record))) as ApprovedRecord | undefined;
  return {
    kind: 'record',
    registryId,
    recordId,
    name,
    ...(description !== undefined && { description }),
    descriptorType,
    descriptor: JSON.stringify(descriptors, null, 2).slice(0, MOST_TEXT),
    ...(approved && { approved: approved.descriptor }),
  };
}

interface Home {
  readonly address: Address;
  readonly desired: Desired;
}

/** The workspace whose registry it is. */
async function homeOf(
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

function requestOf(
  asked: RecordAsked,
  { address, desired }: Home,
  id: string,
  askedAt: number,
): AuthorizationRequest {
  const { workspace, owners, settings, resources } = desired;
  const registry = resources.find(({ kind, name }) => addressOf(kind, name) === address);
  const owner = registry?.owner ?? owners.default;
  return openedRequest({
    id,
    workspace,
    address,
    asked,
    owner,
    owners,
    settings: settings.authorization,
    askedAt,
  });
}
