import type { ResourceReport } from '../../core/decide/decide.ts';
import { outcomeEvent } from '../../core/events/outcomeEvent.ts';
import type { Owner } from '../../core/manifest/owners.ts';
import { outcomeMessage } from '../../core/messages/outcomeMessage.ts';
import { digestOf, type Outcome, outcomeOf } from '../../core/outcome/outcome.ts';
import { parseAddress } from '../../core/resources/resourceKinds.ts';
import { type DesiredDocument, desiredKey } from '../desiredDocument.ts';
import { outcomeKey } from '../outcomeDocument.ts';
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
  const outcome = await outcomeNow(turn, document, ports);
  await specBucket.writeDocument(outcomeKey(workspace), { ...outcome, time: new Date(now).toISOString() });
  await events.publish([outcomeEvent(outcome, now)]);
  const memory = await ledger.readWorkspace(workspace);
  const digest = digestOf(outcome);
  // A pass that found everything as it was is told to nobody: it comes every fifteen minutes.
  if (memory.reported === digest) return { told: 0, failed: [] };
  const { failed } = await people.tell(ownerOf(document), outcomeMessage(outcome));
  await ledger.writeWorkspace(workspace, { ...memory, reported: digest });
  return { told: 1, failed };
}

async function outcomeNow(
  { workspace, revision, next }: TurnEvent['turn'],
  document: DesiredDocument | undefined,
  { ledger }: NotifyPorts,
): Promise<Outcome> {
  const resources = [...(await ledger.readResources(workspace)).values()].map(
    ({ memory }): ResourceReport => {
      const { address, id, state, reasons } = memory;
      return { address, ...parseAddress(address), ...(id !== undefined && { id }), state, reasons };
    },
  );
  const problems = document?.problems ?? [];
  return {
    workspace,
    outcome: next === 'refused' ? 'refused' : outcomeOf(resources),
    revision,
    problems,
    resources,
  };
}

/** The owner of a refused manifest is not known: then whoever listens to everything is told. */
function ownerOf(document: DesiredDocument | undefined): Owner | undefined {
  return document?.desired?.owners.default;
}
