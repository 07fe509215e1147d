import type { PlannedRequest } from '../../core/decide/decide.ts';
import type { OpenRequest } from '../../core/decide/memory.ts';
import type { DesiredResource } from '../../core/desired/desired.ts';
import { authorizationAsked } from '../../core/messages/authorizationAsked.ts';
import { authorizationMessage } from '../../core/messages/authorizationMessage.ts';
import type { Remembered } from '../../core/ports/ledger.ts';
import { type Address, addressOf } from '../../core/resources/resourceKinds.ts';
import { type DesiredDocument, desiredKey } from '../desiredDocument.ts';
import { logger } from '../step.ts';
import type { TurnEvent } from '../turn.ts';
import type { Notified, NotifyPorts } from './notify.ts';

/**
 * Asks a person for each consent that is awaited. The request stands in the ledger before anybody is told, and counts
 * as asked only after: a step that crashes in between tells again, with the same link.
 */
export async function askPeople({ turn, now }: TurnEvent, ports: NotifyPorts): Promise<Notified> {
  const { workspace, revision, requests } = turn;
  // Poll wrote it one state earlier.
  const document = (await ports.specBucket.readDocument(desiredKey(workspace, revision))) as
    | DesiredDocument
    | undefined;
  const remembered = await ports.ledger.readResources(workspace);
  const failed: string[] = [];
  let told = 0;
  for (const request of requests) {
    const resource = document?.desired?.resources.find(
      ({ kind, name }) => addressOf(kind, name) === request.address,
    );
    if (!resource) continue;
    try {
      failed.push(...(await ask(workspace, request, resource, remembered, now, ports)));
      told += 1;
    } catch (error) {
      // Not marked as asked, so the next turn asks; the others are asked now.
      logger.error('A person could not be asked', { address: request.address, error: error as Error });
      failed.push(`${request.address}: not asked yet`);
    }
  }
  return { told, failed };
}

async function ask(
  workspace: string,
  { address, kind }: PlannedRequest,
  resource: DesiredResource,
  remembered: ReadonlyMap<Address, Remembered>,
  now: number,
  { ledger, events, people, authorizationUrl, newId }: NotifyPorts,
): Promise<readonly string[]> {
  const known = remembered.get(address);
  if (!known) return [];
  const request: OpenRequest = known.memory.request ?? { id: newId(), kind, askedAt: now };
  await ledger.openRequest(request.id, { workspace, address });
  await ledger.writeResource(workspace, { ...known.memory, request }, known.version);
  const asked = authorizationAsked(workspace, resource, `${authorizationUrl}/authorizations/${request.id}`);
  const detail = { ...asked, time: new Date(now).toISOString() };
  await events.publish([{ detailType: 'Authorization Required', detail }]);
  const { failed } = await people.tell(resource.owner, authorizationMessage(asked));
  await ledger.writeResource(
    workspace,
    { ...known.memory, request: { ...request, toldAt: now } },
    known.version + 1,
  );
  return failed;
}
