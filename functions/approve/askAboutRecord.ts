import type { RecordAsked } from '../../core/authorization/asked.ts';
import { openedRequest } from '../../core/authorization/openedRequest.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { GateloopError } from '../../core/errors.ts';
import type { RegistryRecord } from '../../core/ports/registryRecords.ts';
import { recordChanges, recordFingerprint, unwrapped } from '../../core/records/recordChanges.ts';
import { recordFacts } from '../../core/records/recordFacts.ts';
import { visible, writtenOut } from '../../core/records/recordWords.ts';
import { serverAddress } from '../../core/records/serverAddress.ts';
import { addressOf } from '../../core/resources/address.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { readApproved, recordAlias } from './approvedRecord.ts';
import { type ApprovePorts, nothingToAsk, type Taken } from './approvePorts.ts';
import { type Home, homeOf } from './homeOf.ts';
import { withdraw } from './withdraw.ts';
import { workspacesDrawing } from './workspacesDrawing.ts';

/** Each try that fails means that another event about the same record got further. */
const MOST_TRIES = 5;

/** The answer to a request is carried out within twenty minutes of retries; a repeated event finds it being done. */
const CARRYING_OUT = 30 * 60_000;

/** Descriptors can have any length; people read the beginning, and an item of the ledger holds 400 KB. */
const MOST_TEXT = 20_000;

/**
 * Opens a request about a record that waits for approval. However often and at whatever moment its events come, there
 * is one for each version: the record's name stands for one request, and whoever gives it to another one first has
 * opened it.
 */
export async function askAboutRecord(
  record: RegistryRecord,
  now: number,
  ports: ApprovePorts,
): Promise<Taken> {
  const { ledger } = ports;
  const fingerprint = recordFingerprint(record);
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const standing = await ledger.findAlias(recordAlias(record));
    const known = standing === undefined ? undefined : (await ledger.readRequest(standing))?.request;
    if (known?.fingerprint === fingerprint) {
      if (known.state === 'open') return taken(known);
      if (isBeingCarriedOut(known, now)) return nothingToAsk;
    }
    if (known) await withdraw(known.reference, 'Another version of the record was submitted.', now, ports);
    const home = await homeOf(record, ports);
    // A registry that no workspace has is somebody else's to approve.
    if (!home) return nothingToAsk;
    const request = await requestFor(record, fingerprint, home, now, ports);
    await ledger.openRequest(request);
    if (await ledger.moveAlias(recordAlias(record), standing, request.reference, now)) return taken(request);
    // Nobody was told of it, and nobody will be: the other one is asked.
    await changeRequest(request.reference, { type: 'withdrawn', reason: 'Asked twice.' }, now, ledger);
  }
  const message = `The request about record ${record.recordId} was opened by others ${MOST_TRIES} times while it was to be opened. Try again.`;
  throw new GateloopError('RequestContended', message, true, {
    details: { registryId: record.registryId, recordId: record.recordId },
  });
}

function taken({ reference, workspace }: AuthorizationRequest): Taken {
  return { next: 'ask', reference, workspace };
}

function isBeingCarriedOut({ endedAt, state, askedAgainAt }: AuthorizationRequest, now: number): boolean {
  if (state === 'withdrawn' || askedAgainAt !== undefined) return false;
  return endedAt !== undefined && now - endedAt < CARRYING_OUT;
}

async function requestFor(
  record: RegistryRecord,
  fingerprint: string,
  { address, desired }: Home,
  askedAt: number,
  ports: ApprovePorts,
): Promise<AuthorizationRequest> {
  const { workspace, owners, settings, resources } = desired;
  const registry = resources.find(({ kind, name }) => addressOf(kind, name) === address);
  return openedRequest({
    id: ports.newId(),
    workspace,
    address,
    asked: await askedOf(record, ports),
    owner: registry?.owner ?? owners.default,
    owners,
    settings: settings.authorization,
    askedAt,
    fingerprint,
  });
}

async function askedOf(record: RegistryRecord, ports: ApprovePorts): Promise<RecordAsked> {
  const { registryId, recordId, name, description, descriptorType } = record;
  const approved = await readApproved(record, ports.specBucket);
  const isServer = 'endpoint' in serverAddress(record.descriptors);
  return {
    kind: 'record',
    registryId,
    recordId,
    name,
    ...(description !== undefined && { description: visible(description) }),
    descriptorType,
    facts: recordFacts(record),
    drawnBy: isServer ? await workspacesDrawing(record, ports) : [],
    ...(approved && { difference: recordChanges(approved, record) }),
    descriptor: shortened(JSON.stringify(unwrapped(record), null, 2)),
  };
}

function shortened(text: string): string {
  const rest = text.length - MOST_TEXT;
  const shown = writtenOut(text.slice(0, MOST_TEXT));
  return rest > 0 ? `${shown}\n… ${rest} more characters stand in the registry.` : shown;
}
