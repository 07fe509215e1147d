import { type Address, parseAddress } from '../../core/address.ts';
import { type DesiredState, namedAddresses } from '../../core/desired/desired.ts';
import { outcomeEvent } from '../../core/events/outcomeEvent.ts';
import { type Owner, ownerLabel } from '../../core/manifest/owners.ts';
import { breakerMessage } from '../../core/messages/breakerMessage.ts';
import { outcomeMessage } from '../../core/messages/outcomeMessage.ts';
import { defined } from '../../core/objects.ts';
import { type Outcome, outcomeDigest, workspaceOutcome } from '../../core/outcome/outcome.ts';
import type { OutcomeDelivery, VersionedResourceRecord, WorkspaceRecord } from '../../core/ports/ledger.ts';
import { contactName, type DeliveryFailure } from '../../core/ports/notifier.ts';
import { messageText, type Problem } from '../../core/problem.ts';
import { reportOf } from '../../core/reconcile/differenceReport.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { OUTCOME_ATTEMPTS } from '../../core/reconcile/passDue.ts';
import { isNamedById, parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';
import {
  type DesiredDocument,
  readDesiredDocument,
  uploadRevision,
} from '../../core/storage/desiredDocument.ts';
import {
  type OutcomeDocument,
  type OwnedReport,
  readOutcome,
  writeOutcome,
} from '../../core/storage/outcomeDocument.ts';
import { measure } from '../runtime/observability.ts';
import type { ReconcileStateEvent } from '../runtime/reconcileState.ts';
import type { NotifyPorts } from './notifyPorts.ts';
import { resumeRequests } from './resumeRequests.ts';
import { tellOwnersOfTools } from './tellOwnersOfTools.ts';

/** The messages of one step, for the history of the execution. */
export interface OutcomeNotification {
  /** How many messages the step sent, each to any number of contacts. */
  readonly sent: number;
  /** The contacts that the message did not reach, each with the reason. */
  readonly failed: readonly string[];
}

/** Ends a reconciliation: publishes its outcome, tells the owner, and resumes requests whose workflows have failed. */
export async function notifyOutcome(
  event: ReconcileStateEvent,
  ports: NotifyPorts,
): Promise<OutcomeNotification> {
  const { workspace } = event.state;
  const entries = [...(await ports.ledger.readResources(workspace)).values()];
  const records = entries.map(({ record }) => record);
  const notification = await publishOutcome(event, records, ports);
  await tellOwnersOfChangedTools(event, entries, ports);
  await resumeRequests(workspace, records, event.now, ports);
  return notification;
}

async function tellOwnersOfChangedTools(
  { state: { workspace, revision }, now }: ReconcileStateEvent,
  entries: readonly VersionedResourceRecord[],
  ports: NotifyPorts,
): Promise<void> {
  if (!entries.some(({ record }) => record.toolWatch?.untold)) return;
  const document = await readDesiredDocument(workspace, revision, ports.specBucket);
  if (document?.desired) await tellOwnersOfTools(document.desired, entries, now, ports);
}

/** Publishes the outcome of a reconciliation, and sends it to the owner unless the owner has that outcome already. */
async function publishOutcome(
  { state, now }: ReconcileStateEvent,
  records: readonly ResourceRecord[],
  ports: NotifyPorts,
): Promise<OutcomeNotification> {
  const { ledger, specBucket, events, notifier } = ports;
  const { workspace, revision } = state;
  const document = await readDesiredDocument(workspace, revision, specBucket);
  const workspaceRecord = await tellOperators(workspace, now, ports);
  const previous = await readOutcome(workspace, specBucket);
  const outcome = currentOutcome({ state, now }, document, records, previous);
  const { problems } = outcome;
  const written = { ...outcome, problems: [...problems, ...faultProblems(workspaceRecord)] };
  if (isToBeWritten(written, previous, workspaceRecord)) await writeOutcome(written, specBucket);
  const digest = outcomeDigest(outcome, askedToSync(records));
  const isNewOutcome = workspaceRecord.outcomeDelivery?.digest !== digest;
  const isRefused = outcome.outcome === 'refused';
  // Every reconciliation publishes its end, but an upload is refused once, however often poll reads it.
  if (isNewOutcome || !isRefused) await events.publish([outcomeEvent(outcome, now)]);
  if (isNewOutcome && isRefused) measure([{ name: 'UploadsRefused', value: 1 }]);
  const previousDelivery = isNewOutcome ? undefined : workspaceRecord.outcomeDelivery;
  // A drift pass comes every 15 minutes: the owner gets no message when it changed nothing.
  const messages = messagesOf(outcome, document).flatMap((message) =>
    previousDelivery ? (retryMessage(message, previousDelivery) ?? []) : [message],
  );
  if (messages.length === 0) return { sent: 0, failed: [] };
  const failed: DeliveryFailure[] = [];
  for (const { owner, content } of messages)
    failed.push(...(await notifier.notify(owner, outcomeMessage(content))).failed);
  measure([{ name: 'MessagesFailed', value: failed.length }]);
  const failedContacts = failed.map(({ contact }) => contact);
  const delivery = { digest, failedContacts, attempts: (previousDelivery?.attempts ?? 0) + 1 };
  await ledger.writeWorkspace(workspace, { ...workspaceRecord, outcomeDelivery: delivery });
  return { sent: messages.length, failed: failed.map(({ contact, reason }) => `${contact}: ${reason}`) };
}

/**
 * What Gateloop could not read lately. Owners cannot mend it, so that the outcome lists it, and no message is sent for it:
 * operators have the event and the log of the poll that found it.
 */
function faultProblems({ faults = [] }: WorkspaceRecord): readonly Problem[] {
  return faults.map(({ place, problem }) => ({
    severity: 'warning',
    file: place,
    path: '',
    message: messageText(problem),
  }));
}

/**
 * Tells the operators of a tripped breaker, once. They get the messages without an owner.
 *
 * @returns the record of the workspace as it is now
 */
async function tellOperators(
  workspace: string,
  now: number,
  { ledger, notifier }: Pick<NotifyPorts, 'ledger' | 'notifier'>,
): Promise<WorkspaceRecord> {
  const record = await ledger.readWorkspace(workspace);
  const { breaker } = record;
  if (!breaker || breaker.toldByAnother || breaker.toldAt !== undefined) return record;
  const { failed } = await notifier.notify(undefined, breakerMessage(workspace, breaker));
  measure([{ name: 'MessagesFailed', value: failed.length }]);
  // A message that failed is sent again by the next pass.
  if (failed.length > 0) return record;
  const told = { ...record, breaker: { ...breaker, toldAt: now } };
  await ledger.writeWorkspace(workspace, told);
  return told;
}

/** A message about an outcome, or about the problems in it that concern one owner. */
interface OutcomeMessage {
  /** Undefined where no owner is known: the message then goes to the listeners of all messages. */
  readonly owner: Owner | undefined;
  readonly content: Outcome;
}

/**
 * The owner of the workspace gets the whole outcome. When an upload is refused, the other owners of targets get the
 * problems of their schemas.
 */
function messagesOf(outcome: Outcome, document: DesiredDocument | undefined): readonly OutcomeMessage[] {
  const owners = document?.desired?.owners ?? document?.refusal?.owners;
  const owner = owners?.default;
  const informed = new Set(owner?.contacts.map(contactName));
  const others = (document?.refusal?.schemaOwners ?? []).flatMap((each) => {
    const contacts = each.owner.contacts.filter((contact) => !informed.has(contactName(contact)));
    return contacts.length === 0
      ? []
      : [{ owner: { contacts }, content: { ...outcome, problems: each.problems } }];
  });
  return [{ owner, content: outcome }, ...others];
}

/** @returns the message to the failed contacts only; undefined when no contact is left to retry */
function retryMessage(
  { owner, content }: OutcomeMessage,
  { failedContacts, attempts }: OutcomeDelivery,
): OutcomeMessage | undefined {
  if (attempts >= OUTCOME_ATTEMPTS) return undefined;
  if (!owner?.contacts.length)
    return failedContacts.includes(contactName(undefined)) ? { owner, content } : undefined;
  const contacts = owner.contacts.filter((contact) => failedContacts.includes(contactName(contact)));
  return contacts.length > 0 ? { owner: { contacts }, content } : undefined;
}

/**
 * Whether an outcome says anything but the one before, or a client follows it: after an upload or a request. The bucket keeps every version for a year, and
 * most passes change nothing.
 */
function isToBeWritten(
  outcome: OutcomeDocument,
  previous: OutcomeDocument | undefined,
  { checkRequests }: WorkspaceRecord,
): boolean {
  if (!previous || (checkRequests?.outcome ?? -1) >= Date.parse(previous.time)) return true;
  const members = Object.keys(outcome).filter((member) => member !== 'time') as (keyof OutcomeDocument)[];
  return members.some((member) => JSON.stringify(outcome[member]) !== JSON.stringify(previous[member]));
}

function currentOutcome(
  { state: { workspace, revision, next }, now }: ReconcileStateEvent,
  document: DesiredDocument | undefined,
  records: readonly ResourceRecord[],
  previous: OutcomeDocument | undefined,
): OutcomeDocument {
  const reported = inOrderOf(document?.desired, records.filter(isReported(document?.desired)));
  const resources = reported.map((record) => resourceReport(record, document?.desired, previous));
  const outcome = next === 'refused' ? 'refused' : workspaceOutcome(resources);
  const revisionOfUpload = uploadRevision(revision);
  const time = new Date(now).toISOString();
  const isUnchanged = previous?.revision === revisionOfUpload && previous.outcome === outcome;
  // Nothing was applied to the gateways of other workspaces.
  const existing = records.filter(({ id, sharedBy }) => id !== undefined && sharedBy === undefined);
  return {
    workspace,
    outcome,
    revision: revisionOfUpload,
    problems: document?.problems ?? [],
    resources,
    time,
    since: isUnchanged ? previous.since : time,
    owner: document?.refusal
      ? ownerLabel(document.refusal.owners.default, document.refusal.owners)
      : ownerName(undefined, document?.desired, previous),
    applied: {
      ...undecided(records, next === 'refused' ? undefined : document?.desired, previous),
      ...Object.fromEntries(
        existing.map(({ address, applied, outputs, tags }) => [
          address,
          defined({ fingerprint: applied?.fingerprint, outputs, tags: tags?.applied }),
        ]),
      ),
    },
  };
}

/**
 * What the outcome before says of resources whose records say nothing, and about which this pass has not decided. A broken
 * record is replaced by an empty one: this proof that the resource is the workspace's own must last until it is read again.
 * A name that is the id proves nothing, since another client may have used it since.
 *
 * @param desired undefined where the upload was refused, so that nothing was decided
 */
function undecided(
  records: readonly ResourceRecord[],
  desired: DesiredState | undefined,
  previous: OutcomeDocument | undefined,
): OutcomeDocument['applied'] {
  const faulty = new Set(desired?.faulty?.map(({ address }) => address));
  const lost = records.filter(({ address, id }) => {
    const isById = isNamedById(resourceKinds[parseAddress(address).kind]);
    return id === undefined && !isById && (!desired || faulty.has(address));
  });
  return Object.fromEntries(
    lost.flatMap(({ address }) => {
      const applied = previous?.applied[address];
      return applied ? [[address, applied]] : [];
    }),
  );
}

/** The targets whose owner was asked to consent to a synchronization, and has not answered yet. */
function askedToSync(records: readonly ResourceRecord[]): ReadonlySet<Address> {
  const asked = records.filter(({ request }) => request?.reason === 'sync' && !request.closed);
  return new Set(asked.map(({ address }) => address));
}

/**
 * The ledger also holds resources that are gone, and targets that left the manifest and are not pruned. What is pruned,
 * given away or replaced is reported until it is done.
 */
function isReported(desired: DesiredState | undefined): (record: ResourceRecord) => boolean {
  if (!desired) return ({ state }) => state !== 'absent';
  const named = namedAddresses(desired);
  const replaced = new Set(desired.resources.map(({ movedFrom }) => movedFrom));
  return ({ address, state }) =>
    named.has(address) ||
    (state !== 'absent' && (desired.settings.prune || !parentOf(address) || replaced.has(address)));
}

/** In the order of the manifest, as a plan lists them; what left it comes last. */
function inOrderOf(
  desired: DesiredState | undefined,
  records: readonly ResourceRecord[],
): readonly ResourceRecord[] {
  const named = desired ? [...namedAddresses(desired)] : [];
  const ranks = new Map(named.map((address, rank) => [address, rank]));
  const rankOf = ({ address }: ResourceRecord) => ranks.get(address) ?? named.length;
  return records.toSorted((one, other) => rankOf(one) - rankOf(other));
}

function resourceReport(
  record: ResourceRecord,
  desired: DesiredState | undefined,
  previous: OutcomeDocument | undefined,
): OwnedReport {
  const { address, since } = record;
  return {
    ...reportOf(address, record),
    owner: ownerName(address, desired, previous),
    since: new Date(since).toISOString(),
  };
}

/**
 * @param address undefined for the workspace as a whole
 * @returns the owner's label; for a refused upload, whose owners are unknown, the label in the previous outcome
 */
function ownerName(
  address: Address | undefined,
  desired: DesiredState | undefined,
  previous: OutcomeDocument | undefined,
): string {
  if (!desired)
    return (previous?.resources.find((each) => each.address === address) ?? previous)?.owner ?? 'nobody';
  const { resources, faulty = [], shared = [] } = desired;
  const resource = [...resources, ...faulty, ...shared].find((each) => each.address === address);
  return ownerLabel(resource ? resource.owner : desired.owners.default, desired.owners);
}
