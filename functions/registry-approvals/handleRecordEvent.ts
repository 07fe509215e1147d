import { type AuthorizationRequest, DECISION_TIMEOUT, newRequest } from '../../core/authorization/request.ts';
import { type RecordSubject, recordAlias } from '../../core/authorization/requestSubject.ts';
import { GateloopError } from '../../core/errors.ts';
import { reconcileRequestedEvent } from '../../core/events/triggerEvents.ts';
import { defined } from '../../core/objects.ts';
import type { RecordId, RegistryRecord } from '../../core/ports/registryRecords.ts';
import {
  diffRecords,
  isSameContent,
  recordFingerprint,
  summarizeDiff,
} from '../../core/registry/diffRecords.ts';
import { recordFacts } from '../../core/registry/recordFacts.ts';
import { serverAddress } from '../../core/registry/serverAddress.ts';
import { submissionText } from '../../core/registry/submissionText.ts';
import {
  forgetApprovedRecord,
  readApprovedRecord,
  writeApprovedRecord,
} from '../../core/storage/registryDocuments.ts';
import { writeRequestDetails } from '../../core/storage/requestDetails.ts';
import { visible } from '../../core/text/visible.ts';
import { withdrawRequest } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import { applyDecision, setStatus } from './applyDecision.ts';
import { done, type RegistryApprovalPorts, type RegistryApprovalResult } from './registryApprovalPorts.ts';
import { findOwningWorkspace, importingWorkspaces, type OwningWorkspace } from './registryWorkspaces.ts';

/**
 * Handles the event of a changed record. The event carries ids only and may arrive late, so the record's present status
 * counts: for a record that waits for approval, opens a request, unless it has what was approved before. For any other
 * status, withdraws the open request and reconciles the workspaces that import from the registry.
 */
export async function handleRecordEvent(
  id: RecordId,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult> {
  const record = await ports.records.get(id);
  if (record?.status === 'PENDING_APPROVAL') {
    if (!(await isApprovedContent(record, ports))) return requestRecordApproval(record, now, ports);
    await withdrawOpenRequest(id, 'The record has what was approved before.', now, ports);
    // The event of the approval, which follows, has the workspaces reconciled.
    await setStatus(record, 'APPROVED', UNCHANGED, ports);
    return done;
  }
  await withdrawOpenRequest(id, 'The record does not wait for approval any more.', now, ports);
  // Before the workspaces read it: they take the copy for what is approved while a draft is reviewed.
  if (record && (await findOwningWorkspace(id, ports))) await keepApproved(record, ports);
  const concerned = await concernedWorkspaces(id, ports);
  if (concerned.length > 0) await ports.events.publish(concerned.map(reconcileRequestedEvent));
  return done;
}

/** What the registry shows as the reason. */
const UNCHANGED = 'Approved through Gateloop: nothing differs from the revision that was approved before.';

/**
 * Whether a revision that waits for approval has what can be discovered already: a person has approved it, and a registry
 * makes a revision of every edit and of every read of a source, whether or not anything changes.
 */
async function isApprovedContent(record: RegistryRecord, ports: RegistryApprovalPorts): Promise<boolean> {
  const approved = await readApprovedRecord(record, ports.specBucket);
  if (!approved || !isSameContent(approved.content, record)) return false;
  // Gateloop does not decide about registries that no workspace manages.
  return (await findOwningWorkspace(record, ports)) !== undefined;
}

/** What was approved in the console is what the next submission is compared with, too. */
async function keepApproved(record: RegistryRecord, { specBucket }: RegistryApprovalPorts): Promise<void> {
  if (record.status === 'APPROVED') await writeApprovedRecord(record, specBucket);
  else if (record.status === 'DEPRECATED') await forgetApprovedRecord(record, specBucket);
}

/** The workspaces that import from the registry, and the one that publishes the record. */
async function concernedWorkspaces(id: RecordId, ports: RegistryApprovalPorts): Promise<string[]> {
  const publishing = await ports.ledger.workspacesOf(`registryRecord/${id.recordId}`);
  return [...new Set([...(await importingWorkspaces(id, ports)), ...publishing])];
}

async function withdrawOpenRequest(
  id: RecordId,
  reason: string,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<void> {
  const reference = await ports.ledger.resolveAlias(recordAlias(id));
  if (reference !== undefined) await withdrawRequest(reference, reason, now, ports);
}

/** Each failed attempt means that the step for another event of the same record opened a request. */
const MAX_ATTEMPTS = 5;

/**
 * Opens one request for each version of a record, however often and in whatever order its events arrive. An alias of
 * the record points to the request that counts; the step that replaces the alias first has opened the request.
 */
async function requestRecordApproval(
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
    const known = existing?.fingerprint === fingerprint && (await goOnWith(existing, record, now, ports));
    if (known) return known;
    if (existing)
      await withdrawRequest(existing.reference, 'Another version of the record was submitted.', now, ports);
    const owningWorkspace = await findOwningWorkspace(record, ports);
    // Gateloop does not decide about registries that no workspace manages.
    if (!owningWorkspace) return done;
    const request = await newApprovalRequest(record, fingerprint, owningWorkspace, now, ports);
    await ledger.openRequest(request);
    if (await ledger.replaceAlias(recordAlias(record), currentReference, request.reference, now))
      return startRequest(request);
    // Another step replaced the alias first. No person got a message about this request, so none learns of its end.
    await updateRequest(request.reference, { type: 'withdrawn', reason: 'Asked twice.' }, now, ledger);
  }
  const message = `Other steps opened a request about the record ${record.recordId} during each of ${MAX_ATTEMPTS} attempts. Try again.`;
  throw new GateloopError('RequestContended', message, {
    retryable: true,
    details: { registryId: record.registryId, recordId: record.recordId },
  });
}

/** @returns what is left to do about a version for which there is a request; undefined where a new one has to be opened */
async function goOnWith(
  request: AuthorizationRequest,
  record: RegistryRecord,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<RegistryApprovalResult | undefined> {
  if (request.state === 'open') return startRequest(request);
  const isLeft = (await ports.ledger.listRecordRequests(request.workspace)).includes(request.reference);
  if (isAnswered(request, record, isLeft, now)) return done;
  // The workflow that was to apply the decision has failed: nobody is asked again.
  return isLeft && isDecided(request) ? applyDecision(request.reference, ports) : undefined;
}

function startRequest({ reference, workspace }: AuthorizationRequest): RegistryApprovalResult {
  return { next: 'ask', reference, workspace };
}

/**
 * Whether a request is the last word about the version for now: a repeated event must not open another one while the workflow
 * applies the decision. A version that was submitted again since is another question.
 *
 * @param isLeft whether the decision is still to be applied
 */
function isAnswered(
  request: AuthorizationRequest,
  { updatedAt }: RegistryRecord,
  isLeft: boolean,
  now: number,
): boolean {
  const { closedAt, state, renewalRequestedAt } = request;
  if (state === 'withdrawn' || renewalRequestedAt !== undefined || closedAt === undefined) return false;
  const isToBeApplied = isLeft && isDecided(request);
  return now - closedAt < DECISION_TIMEOUT && (isToBeApplied || updatedAt <= closedAt);
}

function isDecided({ state, renewalRequestedAt }: AuthorizationRequest): boolean {
  return (state === 'completed' || state === 'refused') && renewalRequestedAt === undefined;
}

async function newApprovalRequest(
  record: RegistryRecord,
  fingerprint: string,
  { address, desired }: OwningWorkspace,
  askedAt: number,
  ports: RegistryApprovalPorts,
): Promise<AuthorizationRequest> {
  const { workspace, owners, settings, resources, guardrails } = desired;
  const registry = resources.find((resource) => resource.address === address);
  const by = guardrails?.approve.by;
  return newRequest({
    id: ports.newId(),
    workspace,
    address,
    subject: await recordSubject(record, ports),
    owner: by ?? registry?.owner ?? owners.default,
    owners: by ? {} : owners,
    settings: settings.authorization,
    askedAt,
    fingerprint,
  });
}

async function recordSubject(record: RegistryRecord, ports: RegistryApprovalPorts): Promise<RecordSubject> {
  const { registryId, recordId, name, description, recordType } = record;
  const approved = await readApprovedRecord(record, ports.specBucket);
  const difference = approved && diffRecords(approved.content, record);
  const isServer = 'endpoint' in serverAddress(record.descriptors);
  return {
    kind: 'record',
    registryId,
    recordId,
    name: visible(name),
    descriptorType: recordType,
    facts: recordFacts(record),
    importedBy: isServer ? await importingWorkspaces(record, ports) : [],
    ...defined({
      description: description === undefined ? undefined : visible(description),
      difference: difference && summarizeDiff(difference),
    }),
    details: await writeRequestDetails(
      { kind: 'record', submission: submissionText(record), ...defined({ difference }) },
      ports.specBucket,
    ),
  };
}
