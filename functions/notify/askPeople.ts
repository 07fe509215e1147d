import type { Asked } from '../../core/authorization/asked.ts';
import { consentAsked } from '../../core/authorization/consentAsked.ts';
import { openedRequest } from '../../core/authorization/openedRequest.ts';
import { referenceOf } from '../../core/authorization/reference.ts';
import type { PlannedRequest } from '../../core/decide/decide.ts';
import type { OpenRequest } from '../../core/decide/memory.ts';
import type { Desired, DesiredResource } from '../../core/desired/desired.ts';
import type { Ledger, Remembered } from '../../core/ports/ledger.ts';
import type { Documents } from '../../core/ports/specBucket.ts';
import { addressOf } from '../../core/resources/address.ts';
import type { ToolChange } from '../../core/schemas/compareTools.ts';
import { readChange } from '../contracts.ts';
import { readDesiredDocument } from '../desiredDocument.ts';
import type { TurnEvent } from '../turn.ts';
import type { NotifyPorts } from './notify.ts';

/** The requests whose life is to begin: each gets an execution of its own, named by its reference. */
export interface Opened {
  readonly requests: readonly { readonly reference: string; readonly workspace: string }[];
}

/**
 * Opens a request for each answer that is awaited. What it stands for is in the ledger before anybody is told; whoever
 * repeats this step finds the same request, and starts the same execution.
 */
export async function askPeople({ turn, now }: TurnEvent, ports: NotifyPorts): Promise<Opened> {
  const { workspace, revision, requests } = turn;
  const document = await readDesiredDocument(workspace, revision, ports.specBucket);
  const remembered = await ports.ledger.readResources(workspace);
  const opened: { reference: string; workspace: string }[] = [];
  for (const planned of requests) {
    const resource = document?.desired?.resources.find(
      ({ kind, name }) => addressOf(kind, name) === planned.address,
    );
    const known = remembered.get(planned.address);
    if (!document?.desired || !resource || !known) continue;
    const reference = await open(planned, resource, document.desired, known, now, ports);
    opened.push({ reference, workspace });
  }
  return { requests: opened };
}

async function open(
  planned: PlannedRequest,
  resource: DesiredResource,
  desired: Desired,
  { memory, version }: Remembered,
  now: number,
  { ledger, specBucket, newId }: NotifyPorts,
): Promise<string> {
  const { address, kind, fingerprint, reason } = planned;
  const known = memory.request?.fingerprint === fingerprint ? memory.request : undefined;
  const isOpen = known !== undefined && (await isStillOpen(known, now, ledger));
  const request: OpenRequest = isOpen ? known : { id: newId(), kind, askedAt: now, fingerprint, reason };
  if (!isOpen) await ledger.writeResource(desired.workspace, { ...memory, request }, version);
  const asked = await askedOf(planned, resource, desired.workspace, specBucket);
  const { workspace, owners } = desired;
  const { owner, settings } = resource;
  const { id, askedAt } = request;
  const about = { workspace, address, asked, fingerprint };
  const opened = openedRequest({ id, askedAt, ...about, owner, owners, settings: settings.authorization });
  await ledger.openRequest(opened);
  return opened.reference;
}

/** A step that is cut short leaves a request in memory of which the ledger knows nothing yet. */
const CUT_SHORT = 15 * 60_000;

async function isStillOpen({ id, askedAt }: OpenRequest, now: number, ledger: Ledger): Promise<boolean> {
  const remembered = await ledger.readRequest(referenceOf(id));
  return remembered ? remembered.request.state === 'open' : now - askedAt < CUT_SHORT;
}

/** Changes that a request lists; an item of the ledger holds 400 KB. */
const MOST_CHANGES = 100;

async function askedOf(
  { kind, fingerprint, reason, address }: PlannedRequest,
  resource: DesiredResource,
  workspace: string,
  bucket: Documents,
): Promise<Asked> {
  if (kind === 'authorization') return consentAsked(resource, reason);
  const { changes, unknown } = await readChange(workspace, address, fingerprint, bucket);
  const [gateway = '', target = ''] = resource.name.split('/');
  const listed = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking)).slice(0, MOST_CHANGES);
  const told = { changes: listed.map(shortened), total: changes.length };
  return { kind, gateway, target, fingerprint, ...told, ...(unknown !== undefined && { unknown }) };
}

/** Descriptions can be long; the beginning of each tells what changed. */
const MOST_TEXT = 500;

function shortened({ before, after, ...change }: ToolChange): ToolChange {
  const cut = (text: string) => (text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text);
  return {
    ...change,
    ...(before !== undefined && { before: cut(before) }),
    ...(after !== undefined && { after: cut(after) }),
  };
}
