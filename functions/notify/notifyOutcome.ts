import { type Address, parseAddress } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { outcomeEvent } from '../../core/events/outcomeEvent.ts';
import { type Owner, ownerLabel } from '../../core/manifest/owners.ts';
import { outcomeMessage } from '../../core/messages/outcomeMessage.ts';
import { outcomeDigest, workspaceOutcome } from '../../core/outcome/outcome.ts';
import type { OutcomeDelivery } from '../../core/ports/ledger.ts';
import { contactName } from '../../core/ports/notifier.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import {
  type DesiredDocument,
  readDesiredDocument,
  uploadRevision,
} from '../../core/storage/desiredDocument.ts';
import {
  type AppliedResource,
  type OutcomeDocument,
  type OwnedReport,
  readOutcome,
  writeOutcome,
} from '../../core/storage/outcomeDocument.ts';
import { measure } from '../runtime/observability.ts';
import type { ReconcileStateEvent } from '../runtime/reconcileState.ts';
import type { Notified, NotifyPorts } from './notify.ts';

/** Publishes what a reconciliation ended in, and tells the owner where that is something new. */
export async function notifyOutcome(
  { state, now }: ReconcileStateEvent,
  ports: NotifyPorts,
): Promise<Notified> {
  const { ledger, specBucket, events, notifier } = ports;
  const { workspace, revision } = state;
  const document = await readDesiredDocument(workspace, revision, specBucket);
  const outcome = await currentOutcome({ state, now }, document, ports);
  await writeOutcome(outcome, specBucket);
  const workspaceRecord = await ledger.readWorkspace(workspace);
  const digest = outcomeDigest(outcome);
  const isNewOutcome = workspaceRecord.outcomeDelivery?.digest !== digest;
  const isRefused = outcome.outcome === 'refused';
  // Passes complete; but one upload is refused once, however many passes find it.
  if (isNewOutcome || !isRefused) await events.publish([outcomeEvent(outcome, now)]);
  if (isNewOutcome && isRefused) measure([{ name: 'UploadsRefused', value: 1 }]);
  const previousDelivery = isNewOutcome ? undefined : workspaceRecord.outcomeDelivery;
  // A pass that found everything as it was is told to nobody who knows: it comes every fifteen minutes.
  const recipients = previousDelivery
    ? retryRecipient(previousDelivery, defaultOwner(document))
    : { owner: defaultOwner(document) };
  if (!recipients) return { sent: 0, failed: [] };
  const { failed } = await notifier.notify(recipients.owner, outcomeMessage(outcome));
  measure([{ name: 'MessagesFailed', value: failed.length }]);
  const contacts = failed.map(({ contact }) => contact);
  const delivery = { digest, failedContacts: contacts, attempts: (previousDelivery?.attempts ?? 0) + 1 };
  await ledger.writeWorkspace(workspace, { ...workspaceRecord, outcomeDelivery: delivery });
  return { sent: 1, failed: failed.map(({ contact, reason }) => `${contact}: ${reason}`) };
}

/** Who could not be reached is tried again by the next passes; then it is for the alarm to say. */
const MAX_ATTEMPTS = 3;

/** @returns whom to try again, of those who answer now; undefined where there is nobody left to try */
function retryRecipient(
  { failedContacts, attempts }: OutcomeDelivery,
  owner: Owner | undefined,
): { owner: Owner | undefined } | undefined {
  if (attempts >= MAX_ATTEMPTS) return undefined;
  if (!owner?.contacts.length) return failedContacts.includes(contactName(undefined)) ? { owner } : undefined;
  const contacts = owner.contacts.filter((contact) => failedContacts.includes(contactName(contact)));
  return contacts.length > 0 ? { owner: { contacts } } : undefined;
}

async function currentOutcome(
  { state: { workspace, revision, next }, now }: ReconcileStateEvent,
  document: DesiredDocument | undefined,
  { ledger, specBucket }: NotifyPorts,
): Promise<OutcomeDocument> {
  const earlier = await readOutcome(workspace, specBucket);
  const records = [...(await ledger.readResources(workspace)).values()].map(({ record }) => record);
  const reported = records.filter(isReported(document?.desired));
  const resources = reported.map((memory) => resourceReport(memory, document?.desired, earlier));
  const problems = document?.problems ?? [];
  const outcome = next === 'refused' ? 'refused' : workspaceOutcome(resources);
  const applied = Object.fromEntries(
    records.filter(({ id }) => id !== undefined).map((memory) => [memory.address, appliedResource(memory)]),
  );
  const revisionOfUpload = uploadRevision(revision);
  const time = new Date(now).toISOString();
  const isUnchanged = earlier?.revision === revisionOfUpload && earlier.outcome === outcome;
  return {
    workspace,
    outcome,
    revision: revisionOfUpload,
    problems,
    resources,
    time,
    since: isUnchanged ? earlier.since : time,
    owner: currentOwnerName(undefined, document?.desired, earlier),
    applied,
  };
}

/** The ledger knows more than the manifest names: what is gone, and what left the manifest and is let be. */
function isReported(desired: DesiredState | undefined): (memory: ResourceRecord) => boolean {
  if (!desired) return ({ state }) => state !== 'absent';
  const wanted = new Set(desired.resources.map(({ address }) => address));
  return ({ address, state }) => wanted.has(address) || (desired.settings.prune && state !== 'absent');
}

function resourceReport(
  { address, id, state, reasons, since }: ResourceRecord,
  desired: DesiredState | undefined,
  earlier: OutcomeDocument | undefined,
): OwnedReport {
  return {
    address,
    ...parseAddress(address),
    ...(id !== undefined && { id }),
    state,
    reasons,
    owner: currentOwnerName(address, desired, earlier),
    since: new Date(since).toISOString(),
  };
}

/** Who answers; where the upload is refused, and nobody knows whom it names, whoever did before. */
function currentOwnerName(
  address: Address | undefined,
  desired: DesiredState | undefined,
  earlier: OutcomeDocument | undefined,
): string {
  if (!desired)
    return (earlier?.resources.find((each) => each.address === address) ?? earlier)?.owner ?? 'nobody';
  const resource = desired.resources.find((each) => each.address === address);
  return ownerLabel(resource ? resource.owner : desired.owners.default, desired.owners);
}

function appliedResource({ applied, outputs }: ResourceRecord): AppliedResource {
  return { ...(applied && { fingerprint: applied.fingerprint }), ...(outputs && { outputs }) };
}

/** The owner of a refused manifest is not known: then whoever listens to everything is told. */
function defaultOwner(document: DesiredDocument | undefined): Owner | undefined {
  return document?.desired?.owners.default;
}
