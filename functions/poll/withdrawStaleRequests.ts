import { hashId } from '../../core/authorization/hashId.ts';
import type { OpenRequest, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { type ClosePorts, notifyClosed, publishClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { PartOfState } from './pollState.ts';

/**
 * Withdraws the requests that the decision no longer has in a record: their answers would have no effect. This comes
 * before the records are written, so that a poll that is killed in between withdraws them again.
 */
export async function withdrawStaleRequests(
  { event: { now }, ledgerEntries, decision }: PartOfState<'event' | 'ledgerEntries' | 'decision'>,
  ports: ClosePorts,
): Promise<void> {
  const changes: { address: ResourceRecord['address']; after?: ResourceRecord }[] = [
    ...decision.deletes.map((address) => ({ address })),
    ...decision.upserts.map((after) => ({ address: after.address, after })),
  ];
  for (const { address, after } of changes) {
    const request = ledgerEntries.get(address)?.record.request;
    if (!request || request.id === after?.request?.id) continue;
    const event = { type: 'withdrawn' as const, reason: withdrawalReason(request, after) };
    const update = await updateRequest(hashId(request.id), event, now, ports.ledger);
    await notifyClosed(update, now, ports);
    // A poll that was killed in between may have withdrawn it without a word.
    if (!update.before && update.request) await publishClosed(update.request, now, ports);
  }
}

/** Why a request is withdrawn, as its page tells the person. */
function withdrawalReason(
  { kind, reason, aboutList }: OpenRequest,
  after: ResourceRecord | undefined,
): string {
  if (kind === 'deletion')
    return 'What the files of the workspace delete has changed. If an answer is still needed, a new request asks for it.';
  if (!after) return 'The workspace no longer has this target.';
  if (aboutList)
    return 'The server lists its tools as before, or lists others by now, or the target needs no synchronization any more.';
  if (after.state === 'ready') {
    if (kind === 'approval')
      return 'The files of the workspace have changed, and nothing is left to approve.';
    if (reason === 'sync')
      return 'The tools of the target are up to date, or need no synchronization any more.';
    return reason === 'update'
      ? 'The target has the settings of the manifest, so that no consent is needed any more.'
      : 'It was authorized in another way, such as in the AWS console.';
  }
  return 'The files of the workspace have changed. If an answer is still needed, a new request asks for it.';
}
