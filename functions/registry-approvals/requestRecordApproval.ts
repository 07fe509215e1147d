import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { newRequest } from '../../core/authorization/request.ts';
import type { RecordSubject } from '../../core/authorization/requestSubject.ts';
import { GateloopError } from '../../core/errors.ts';
import type { RecordId, RegistryRecord } from '../../core/ports/registryRecords.ts';
import { diffRecords, recordFingerprint, unwrapRecord } from '../../core/registry/diffRecords.ts';
import { recordFacts } from '../../core/registry/recordFacts.ts';
import { escapeInvisible, withoutControlCharacters } from '../../core/registry/recordLabels.ts';
import { serverAddress } from '../../core/registry/serverAddress.ts';
import { readApprovedRecord } from '../../core/storage/registryDocuments.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { findOwningWorkspace, type OwningWorkspace } from './findOwningWorkspace.ts';
import { importingWorkspaces } from './importingWorkspaces.ts';
import { done, type RegistryApprovalPorts, type RegistryApprovalResult } from './registryApprovalPorts.ts';
import { withdrawRequest } from './withdrawRequest.ts';

/** Each try that fails means that another event about the same record got further. */
const MAX_ATTEMPTS = 5;

/** The answer to a request is carried out within twenty minutes of retries; a repeated event finds it being done. */
const DECISION_TIMEOUT = 30 * 60_000;

/** Descriptors can have any length; people read the beginning, and an item of the ledger holds 400 KB. */
const MAX_DESCRIPTOR_LENGTH = 20_000;

/**
 * Opens a request about a record that waits for approval. However often and at whatever moment its events come, there
 * is one for each version: the record's name stands for one request, and whoever gives it to another one first has
 * opened it.
 */
export async function requestRecordApproval(
  record: RegistryRecord,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const { ledger } = ports;
  const fingerprint = recordFingerprint(record);
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const currentReference = await ledger.resolveAlias(recordAlias(record));
    const existing =
      currentReference === undefined ? undefined : (await ledger.readRequest(currentReference))?.request;
    if (existing?.fingerprint === fingerprint) {
      if (existing.state === 'open') return startRequest(existing);
      if (isDecisionInProgress(existing, now)) return done;
    }
    if (existing)
      await withdrawRequest(existing.reference, 'Another version of the record was submitted.', now, ports);
    const owningWorkspace = await findOwningWorkspace(record, ports);
    // A registry that no workspace has is somebody else's to approve.
    if (!owningWorkspace) return done;
    const request = await newApprovalRequest(record, fingerprint, owningWorkspace, now, ports);
    await ledger.openRequest(request);
    if (await ledger.replaceAlias(recordAlias(record), currentReference, request.reference, now))
      return startRequest(request);
    // Nobody was told of it, and nobody will be: the other one is asked.
    await updateRequest(request.reference, { type: 'withdrawn', reason: 'Asked twice.' }, now, ledger);
  }
  const message = `The request about record ${record.recordId} was opened by others ${MAX_ATTEMPTS} times while it was to be opened. Try again.`;
  throw new GateloopError('RequestContended', message, {
    retryable: true,
    details: { registryId: record.registryId, recordId: record.recordId },
  });
}

function startRequest({ reference, workspace }: AuthorizationRequest): RegistryApprovalResult {
  return { next: 'ask', reference, workspace };
}

function isDecisionInProgress(
  { closedAt, state, renewalRequestedAt }: AuthorizationRequest,
  now: number,
): boolean {
  if (state === 'withdrawn' || renewalRequestedAt !== undefined) return false;
  return closedAt !== undefined && now - closedAt < DECISION_TIMEOUT;
}

async function newApprovalRequest(
  record: RegistryRecord,
  fingerprint: string,
  { address, desired }: OwningWorkspace,
  askedAt: number,
  ports: RegistryApprovalPorts,
): Promise<AuthorizationRequest> {
  const { workspace, owners, settings, resources } = desired;
  const registry = resources.find((resource) => resource.address === address);
  return newRequest({
    id: ports.newId(),
    workspace,
    address,
    subject: await recordSubject(record, ports),
    owner: registry?.owner ?? owners.default,
    owners,
    settings: settings.authorization,
    askedAt,
    fingerprint,
  });
}

async function recordSubject(record: RegistryRecord, ports: RegistryApprovalPorts): Promise<RecordSubject> {
  const { registryId, recordId, name, description, descriptorType } = record;
  const approved = await readApprovedRecord(record, ports.specBucket);
  const isServer = 'endpoint' in serverAddress(record.descriptors);
  return {
    kind: 'record',
    registryId,
    recordId,
    name,
    ...(description !== undefined && { description: withoutControlCharacters(description) }),
    descriptorType,
    facts: recordFacts(record),
    importedBy: isServer ? await importingWorkspaces(record, ports) : [],
    ...(approved && { difference: diffRecords(approved, record) }),
    descriptor: truncate(JSON.stringify(unwrapRecord(record), null, 2)),
  };
}

function truncate(text: string): string {
  const omitted = text.length - MAX_DESCRIPTOR_LENGTH;
  const shown = escapeInvisible(text.slice(0, MAX_DESCRIPTOR_LENGTH));
  return omitted > 0 ? `${shown}\n… ${omitted} more characters stand in the registry.` : shown;
}

/** @returns the alias by which the request about a record is found */
export function recordAlias({ registryId, recordId }: RecordId): string {
  return hashId(`record ${registryId} ${recordId}`);
}
