import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { invalidOption } from '../errorReport.ts';

const REFERENCE = /^[0-9a-f]{64}$/;
/** The id that a durable link ends with. */
const ID = /^(?:https?:\/\/\S+\/authorizations\/)?([0-9a-f]{32})$/;
/** Of eight characters, two of a thousand open requests share the same with a chance of one to 8600. */
const START = /^[0-9a-f]{8,63}$/;

/** Where requests are found. */
export interface RequestSearch {
  readonly ledger: Pick<Ledger, 'readRequest' | 'readResources' | 'listRecordRequests'>;
  readonly listWorkspaces: () => Promise<readonly string[]>;
}

/**
 * @param text a reference, the start of one of an open request, an id, or a durable link
 * @throws CommandError `InvalidOption` where there is no such request, or more than one
 */
export async function findRequest(text: string, system: RequestSearch): Promise<AuthorizationRequest> {
  const [, id] = ID.exec(text) ?? [];
  const reference = REFERENCE.test(text) ? text : id === undefined ? undefined : hashId(id);
  const stored = reference === undefined ? undefined : await system.ledger.readRequest(reference);
  if (stored) return stored.request;
  if (START.test(text)) return findByStart(text, system);
  throw invalidOption(
    reference === undefined ? 'This names no request' : 'There is no such request',
    'Give the reference that "gateloop waiting" shows, or the link of the message.',
  );
}

async function findByStart(
  start: string,
  { ledger, listWorkspaces }: RequestSearch,
): Promise<AuthorizationRequest> {
  const open = await Promise.all(
    (await listWorkspaces()).map((workspace) => openReferences(workspace, ledger)),
  );
  const found = [...new Set(open.flat())].filter((reference) => reference.startsWith(start));
  const [reference = ''] = found;
  if (found.length > 1)
    throw invalidOption(`${start} is the start of ${found.length} references`, 'Give more characters.');
  const stored = await ledger.readRequest(reference);
  if (stored) return stored.request;
  throw invalidOption(
    `No open request has a reference that starts with ${start}`,
    'List those that are open with "gateloop waiting".',
  );
}

/** @returns the references of the requests of a workspace that are not over */
async function openReferences(workspace: string, ledger: RequestSearch['ledger']): Promise<string[]> {
  const [resources, records] = await Promise.all([
    ledger.readResources(workspace),
    ledger.listRecordRequests(workspace),
  ]);
  const ids = [...resources.values()].flatMap(({ record }) => record.request?.id ?? []);
  return [...ids.map(hashId), ...records];
}
