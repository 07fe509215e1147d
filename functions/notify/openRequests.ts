import { hashId } from '../../core/authorization/hashId.ts';
import { type NewRequestInput, newRequest } from '../../core/authorization/request.ts';
import {
  authorizationSubject,
  type DeletionSubject,
  type RequestSubject,
} from '../../core/authorization/requestSubject.ts';
import type { DesiredResource, DesiredState } from '../../core/desired/desired.ts';
import { defined } from '../../core/objects.ts';
import type { Ledger, VersionedResourceRecord } from '../../core/ports/ledger.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';
import { approversInForce } from '../../core/reconcile/approvers.ts';
import type { Approvers, OpenRequest, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { notificationRetryDelay } from '../../core/reconcile/limits.ts';
import type { PlannedRequest } from '../../core/reconcile/plan.ts';
import { readDeletions } from '../../core/storage/deletionsDocument.ts';
import { readDesiredDocument } from '../../core/storage/desiredDocument.ts';
import { writeRequestDetails } from '../../core/storage/requestDetails.ts';
import { readToolChanges } from '../../core/storage/toolContractDocuments.ts';
import { visibleStart } from '../../core/text/visible.ts';
import type { ToolChange } from '../../core/toolContracts/compareTools.ts';
import { LedgerConflicts } from '../ledgerConflicts.ts';
import type { ReconcileStateEvent } from '../runtime/reconcileState.ts';
import type { NotifyPorts } from './notifyPorts.ts';

/** The open requests: the workflow starts one execution for each, named by the reference. */
export interface OpenedRequests {
  readonly requests: readonly { readonly reference: string; readonly workspace: string }[];
}

/**
 * Opens a request for each planned one. The ledger holds the request before any person gets a message, so a repeated
 * step finds the same request and starts the same execution.
 *
 * @throws GateloopError `LedgerConflict`, retryable, when another step wrote a record meanwhile; the other requests are
 * opened all the same
 */
export async function openRequests(
  { state, now }: ReconcileStateEvent,
  ports: NotifyPorts,
): Promise<OpenedRequests> {
  const { workspace, revision, requests } = state;
  const document = await readDesiredDocument(workspace, revision, ports.specBucket);
  const ledgerEntries = await ports.ledger.readResources(workspace);
  const opened: { reference: string; workspace: string }[] = [];
  const conflicts = new LedgerConflicts();
  for (const planned of requests) {
    const entry = ledgerEntries.get(planned.address);
    if (!document?.desired || !entry) continue;
    const question = await questionOf(planned, document.desired, entry.record, ports.specBucket);
    if (!question) continue;
    const reference = await openPlannedRequest(planned, question, entry, now, ports).catch(conflicts.keep);
    if (reference !== undefined) opened.push({ reference, workspace });
  }
  conflicts.throwFirst();
  return { requests: opened };
}

/** What a person is asked, and who is. */
type Question = Pick<NewRequestInput, 'workspace' | 'subject' | 'owner' | 'owners' | 'settings'>;

/** @returns undefined for a question about what the workspace does not have any more */
async function questionOf(
  planned: PlannedRequest,
  { workspace, owners, settings, guardrails, resources }: DesiredState,
  record: ResourceRecord,
  bucket: DocumentStore,
): Promise<Question | undefined> {
  const escalation = defined({ escalation: owners.escalation });
  if (planned.kind === 'deletion') {
    const subject = await deletionSubject(planned, workspace, bucket);
    // The manifest does not name what goes, so that its owner is the workspace's.
    const asked = defined({ owner: owners.default, ...escalation });
    return (
      subject && {
        ...{ workspace, subject, settings: settings.authorization },
        ...questioned(approversInForce(asked, record, guardrails)),
      }
    );
  }
  const resource = resources.find(({ address }) => address === planned.address);
  if (!resource) return undefined;
  const subject = await subjectOf(
    { ...planned, kind: planned.kind },
    resource,
    { workspace, resources },
    bucket,
  );
  const asked = defined({ owner: resource.owner, ...escalation });
  return {
    ...{ workspace, subject, settings: resource.settings.authorization },
    ...questioned(planned.kind === 'authorization' ? asked : approversInForce(asked, record, guardrails)),
  };
}

function questioned({ owner, escalation }: Approvers): Pick<Question, 'owner' | 'owners'> {
  return { owner, owners: defined({ escalation }) };
}

async function openPlannedRequest(
  { address, kind, fingerprint, reason, aboutList }: PlannedRequest,
  question: Question,
  { record, version }: VersionedResourceRecord,
  now: number,
  { ledger, newId }: NotifyPorts,
): Promise<string> {
  const { workspace } = question;
  const existing = record.request?.fingerprint === fingerprint ? record.request : undefined;
  const isOpen = existing !== undefined && (await isStillOpen(existing, now, ledger));
  const request: OpenRequest = isOpen
    ? withRepetition(existing, now)
    : { id: newId(), kind, askedAt: now, fingerprint, reason, ...defined({ aboutList }) };
  if (request !== record.request) await ledger.writeResource(workspace, { ...record, request }, version);
  const opened = newRequest({
    id: request.id,
    askedAt: request.askedAt,
    address,
    fingerprint,
    ...question,
  });
  await ledger.openRequest(opened);
  return opened.reference;
}

/** Notes that the workflow of the request is started again, so that poll does not plan it in each of its turns. */
function withRepetition(request: OpenRequest, now: number): OpenRequest {
  const { askedAt, repeatedAt = askedAt } = request;
  return now - repeatedAt < notificationRetryDelay ? request : { ...request, repeatedAt: now };
}

/**
 * A step that is stopped between its two writes leaves a request in the resource's record only. Within this time a
 * repeated step opens that request; afterwards it counts as lost. In ms.
 */
const INTERRUPTED_AFTER = 15 * 60_000;

async function isStillOpen({ id, askedAt }: OpenRequest, now: number, ledger: Ledger): Promise<boolean> {
  const stored = await ledger.readRequest(hashId(id));
  return stored ? stored.request.state === 'open' : now - askedAt < INTERRUPTED_AFTER;
}

/** The number of changes that a request in the ledger lists, for messages. */
const MAX_CHANGES = 10;

/** The number of deletions that a request in the ledger lists, for messages and events. */
const MAX_DELETIONS = 10;

async function deletionSubject(
  { fingerprint }: PlannedRequest,
  workspace: string,
  bucket: DocumentStore,
): Promise<DeletionSubject | undefined> {
  const resources = await readDeletions(workspace, fingerprint, bucket);
  if (!resources) return undefined;
  const kind = 'deletion';
  const counted = resources.map(({ address, tools }) => ({ address, tools: tools.length }));
  return {
    kind,
    fingerprint,
    resources: counted.slice(0, MAX_DELETIONS),
    total: counted.length,
    tools: counted.reduce((sum, { tools }) => sum + tools, 0),
    details: await writeRequestDetails({ kind, resources }, bucket),
  };
}

async function subjectOf(
  {
    kind,
    fingerprint,
    reason,
    address,
    aboutList,
  }: PlannedRequest & { readonly kind: 'authorization' | 'approval' },
  resource: DesiredResource,
  { workspace, resources }: Pick<DesiredState, 'workspace' | 'resources'>,
  bucket: DocumentStore,
): Promise<RequestSubject> {
  if (kind === 'authorization') return authorizationSubject(resource, reason, resources);
  const { changes, unknown, settings } = await readToolChanges(workspace, address, fingerprint, bucket);
  const [gateway = '', target = ''] = resource.name.split('/');
  const sorted = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
  const listedBy = aboutList && ('server' as const);
  return {
    kind,
    gateway,
    target,
    fingerprint,
    changes: sorted.slice(0, MAX_CHANGES).map(summary),
    total: sorted.length,
    breaking: sorted.filter(({ breaking }) => breaking).length,
    details: await writeRequestDetails({ kind, changes: sorted, ...defined({ settings }) }, bucket),
    ...defined({ unknown, listedBy }),
  };
}

function summary({ kind, tool, breaking, message }: ToolChange): ToolChange {
  return { kind, tool: visibleStart(tool, MAX_NAME_LENGTH), breaking, message };
}

const MAX_NAME_LENGTH = 300;
