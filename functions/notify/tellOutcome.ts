import type { Memory } from '../../core/decide/memory.ts';
import type { Desired } from '../../core/desired/desired.ts';
import { outcomeEvent } from '../../core/events/outcomeEvent.ts';
import { ownerName } from '../../core/manifest/ownerName.ts';
import type { Owner } from '../../core/manifest/owners.ts';
import { outcomeMessage } from '../../core/messages/outcomeMessage.ts';
import { digestOf, outcomeOf } from '../../core/outcome/outcome.ts';
import { addressOf, parseAddress } from '../../core/resources/resourceKinds.ts';
import { type DesiredDocument, desiredKey } from '../desiredDocument.ts';
import { measure } from '../measure.ts';
import { type Applied, type OutcomeDocument, type OwnedReport, outcomeKey } from '../outcomeDocument.ts';
import type { TurnEvent } from '../turn.ts';
import type { Notified, NotifyPorts } from './notify.ts';

/** Publishes what a reconciliation ended in, and tells the owner where that is something new. */
export async function tellOutcome({ turn, now }: TurnEvent, ports: NotifyPorts): Promise<Notified> {
  const { ledger, specBucket, events, people } = ports;
  const { workspace, revision } = turn;
  // Poll wrote it one state earlier.
  const document = (await specBucket.readDocument(desiredKey(workspace, revision))) as
    | DesiredDocument
    | undefined;
  const outcome = await outcomeNow({ turn, now }, document, ports);
  await specBucket.writeDocument(outcomeKey(workspace), outcome);
  await events.publish([outcomeEvent(outcome, now)]);
  if (outcome.outcome === 'refused') measure([{ name: 'UploadsRefused', value: 1 }]);
  const memory = await ledger.readWorkspace(workspace);
  const digest = digestOf(outcome);
  // A pass that found everything as it was is told to nobody: it comes every fifteen minutes.
  if (memory.reported === digest) return { told: 0, failed: [] };
  const { failed } = await people.tell(ownerOf(document), outcomeMessage(outcome));
  measure([{ name: 'MessagesFailed', value: failed.length }]);
  await ledger.writeWorkspace(workspace, { ...memory, reported: digest });
  return { told: 1, failed: failed.map(({ contact, why }) => `${contact}: ${why}`) };
}

async function outcomeNow(
  { turn: { workspace, revision, next }, now }: TurnEvent,
  document: DesiredDocument | undefined,
  { ledger }: NotifyPorts,
): Promise<OutcomeDocument> {
  const memories = [...(await ledger.readResources(workspace)).values()].map(({ memory }) => memory);
  const told = memories.filter(isTold(document?.desired));
  const resources = told.map((memory) => reportOf(memory, document?.desired));
  const problems = document?.problems ?? [];
  const outcome = next === 'refused' ? 'refused' : outcomeOf(resources);
  const applied = Object.fromEntries(
    memories.filter(({ id }) => id !== undefined).map((memory) => [memory.address, appliedOf(memory)]),
  );
  const time = new Date(now).toISOString();
  return { workspace, outcome, revision, problems, resources, time, applied };
}

/** The ledger knows more than the manifest names: what is gone, and what left the manifest and is let be. */
function isTold(desired: Desired | undefined): (memory: Memory) => boolean {
  if (!desired) return ({ state }) => state !== 'absent';
  const wanted = new Set(desired.resources.map(({ kind, name }) => addressOf(kind, name)));
  return ({ address, state }) => wanted.has(address) || (desired.settings.prune && state !== 'absent');
}

function reportOf({ address, id, state, reasons, since }: Memory, desired: Desired | undefined): OwnedReport {
  const resource = desired?.resources.find(({ kind, name }) => addressOf(kind, name) === address);
  const owner = resource ? resource.owner : desired?.owners.default;
  return {
    address,
    ...parseAddress(address),
    ...(id !== undefined && { id }),
    state,
    reasons,
    owner: ownerName(owner, desired?.owners ?? {}),
    since: new Date(since).toISOString(),
  };
}

function appliedOf({ applied, outputs }: Memory): Applied {
  return { ...(applied && { fingerprint: applied.fingerprint }), ...(outputs && { outputs }) };
}

/** The owner of a refused manifest is not known: then whoever listens to everything is told. */
function ownerOf(document: DesiredDocument | undefined): Owner | undefined {
  return document?.desired?.owners.default;
}
