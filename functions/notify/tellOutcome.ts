import type { Memory } from '../../core/decide/memory.ts';
import type { Desired } from '../../core/desired/desired.ts';
import { outcomeEvent } from '../../core/events/outcomeEvent.ts';
import { ownerName } from '../../core/manifest/ownerName.ts';
import type { Owner } from '../../core/manifest/owners.ts';
import { outcomeMessage } from '../../core/messages/outcomeMessage.ts';
import { digestOf, outcomeOf } from '../../core/outcome/outcome.ts';
import type { Told } from '../../core/ports/ledger.ts';
import { contactName } from '../../core/ports/people.ts';
import { type Address, addressOf, parseAddress } from '../../core/resources/address.ts';
import { type DesiredDocument, readDesiredDocument, uploadOf } from '../desiredDocument.ts';
import { measure } from '../measure.ts';
import { type Applied, type OutcomeDocument, type OwnedReport, outcomeKey } from '../outcomeDocument.ts';
import type { TurnEvent } from '../turn.ts';
import type { Notified, NotifyPorts } from './notify.ts';

/** Publishes what a reconciliation ended in, and tells the owner where that is something new. */
export async function tellOutcome({ turn, now }: TurnEvent, ports: NotifyPorts): Promise<Notified> {
  const { ledger, specBucket, events, people } = ports;
  const { workspace, revision } = turn;
  const document = await readDesiredDocument(workspace, revision, specBucket);
  const outcome = await outcomeNow({ turn, now }, document, ports);
  await specBucket.writeDocument(outcomeKey(workspace), outcome);
  const memory = await ledger.readWorkspace(workspace);
  const digest = digestOf(outcome);
  const isNews = memory.told?.digest !== digest;
  const isRefused = outcome.outcome === 'refused';
  // Passes complete; but one upload is refused once, however many passes find it.
  if (isNews || !isRefused) await events.publish([outcomeEvent(outcome, now)]);
  if (isNews && isRefused) measure([{ name: 'UploadsRefused', value: 1 }]);
  const again = isNews ? undefined : memory.told;
  // A pass that found everything as it was is told to nobody who knows: it comes every fifteen minutes.
  const recipients = again ? missedBy(again, ownerOf(document)) : { owner: ownerOf(document) };
  if (!recipients) return { told: 0, failed: [] };
  const { failed } = await people.tell(recipients.owner, outcomeMessage(outcome));
  measure([{ name: 'MessagesFailed', value: failed.length }]);
  const contacts = failed.map(({ contact }) => contact);
  const told = { digest, missed: contacts, tries: (again?.tries ?? 0) + 1 };
  await ledger.writeWorkspace(workspace, { ...memory, told });
  return { told: 1, failed: failed.map(({ contact, why }) => `${contact}: ${why}`) };
}

/** Who could not be reached is tried again by the next passes; then it is for the alarm to say. */
const MOST_TRIES = 3;

/** @returns whom to try again, of those who answer now; undefined where there is nobody left to try */
function missedBy(
  { missed, tries }: Told,
  owner: Owner | undefined,
): { owner: Owner | undefined } | undefined {
  if (tries >= MOST_TRIES) return undefined;
  if (!owner?.contacts.length) return missed.includes(contactName(undefined)) ? { owner } : undefined;
  const contacts = owner.contacts.filter((contact) => missed.includes(contactName(contact)));
  return contacts.length > 0 ? { owner: { contacts } } : undefined;
}

async function outcomeNow(
  { turn: { workspace, revision, next }, now }: TurnEvent,
  document: DesiredDocument | undefined,
  { ledger, specBucket }: NotifyPorts,
): Promise<OutcomeDocument> {
  // This very step wrote it.
  const earlier = (await specBucket.readDocument(outcomeKey(workspace))) as OutcomeDocument | undefined;
  const memories = [...(await ledger.readResources(workspace)).values()].map(({ memory }) => memory);
  const told = memories.filter(isTold(document?.desired));
  const resources = told.map((memory) => reportOf(memory, document?.desired, earlier));
  const problems = document?.problems ?? [];
  const outcome = next === 'refused' ? 'refused' : outcomeOf(resources);
  const applied = Object.fromEntries(
    memories.filter(({ id }) => id !== undefined).map((memory) => [memory.address, appliedOf(memory)]),
  );
  const upload = uploadOf(revision);
  const time = new Date(now).toISOString();
  const lasts = earlier?.revision === upload && earlier.outcome === outcome;
  return {
    workspace,
    outcome,
    revision: upload,
    problems,
    resources,
    time,
    since: lasts ? earlier.since : time,
    owner: ownerNow(undefined, document?.desired, earlier),
    applied,
  };
}

/** The ledger knows more than the manifest names: what is gone, and what left the manifest and is let be. */
function isTold(desired: Desired | undefined): (memory: Memory) => boolean {
  if (!desired) return ({ state }) => state !== 'absent';
  const wanted = new Set(desired.resources.map(({ kind, name }) => addressOf(kind, name)));
  return ({ address, state }) => wanted.has(address) || (desired.settings.prune && state !== 'absent');
}

function reportOf(
  { address, id, state, reasons, since }: Memory,
  desired: Desired | undefined,
  earlier: OutcomeDocument | undefined,
): OwnedReport {
  return {
    address,
    ...parseAddress(address),
    ...(id !== undefined && { id }),
    state,
    reasons,
    owner: ownerNow(address, desired, earlier),
    since: new Date(since).toISOString(),
  };
}

/** Who answers; where the upload is refused, and nobody knows whom it names, whoever did before. */
function ownerNow(
  address: Address | undefined,
  desired: Desired | undefined,
  earlier: OutcomeDocument | undefined,
): string {
  if (!desired)
    return (earlier?.resources.find((each) => each.address === address) ?? earlier)?.owner ?? 'nobody';
  const resource = desired.resources.find(({ kind, name }) => addressOf(kind, name) === address);
  return ownerName(resource ? resource.owner : desired.owners.default, desired.owners);
}

function appliedOf({ applied, outputs }: Memory): Applied {
  return { ...(applied && { fingerprint: applied.fingerprint }), ...(outputs && { outputs }) };
}

/** The owner of a refused manifest is not known: then whoever listens to everything is told. */
function ownerOf(document: DesiredDocument | undefined): Owner | undefined {
  return document?.desired?.owners.default;
}
