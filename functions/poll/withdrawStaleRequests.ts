import type { Address } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { ReconcileResult } from '../../core/reconcile/decide.ts';
import type { OpenRequest, ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { type ClosePorts, notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';

/**
 * Ends the requests that the decision has dropped: nothing awaits their answer any more. It comes before memory is
 * written, so that a step which is cut short in between drops them once more.
 */
export async function withdrawStaleRequests(
  before: ReadonlyMap<Address, ResourceRecord>,
  { upserts, deletes }: Pick<ReconcileResult, 'upserts' | 'deletes'>,
  now: number,
  ports: ClosePorts,
): Promise<void> {
  const deleted = deletes.flatMap((address) => before.get(address) ?? []);
  const stale = [
    ...deleted.map((memory) => ({ memory, after: undefined })),
    ...upserts.flatMap((after) => {
      const memory = before.get(after.address);
      return memory ? [{ memory, after }] : [];
    }),
  ].filter(({ memory, after }) => memory.request && memory.request.id !== after?.request?.id);
  for (const { memory, after } of stale) {
    if (!memory.request) continue;
    const event = { type: 'withdrawn' as const, reason: withdrawalReason(memory.request, after) };
    const change = await updateRequest(hashId(memory.request.id), event, now, ports.ledger);
    await notifyClosed(change, now, ports);
  }
}

function withdrawalReason({ kind, reason }: OpenRequest, after: ResourceRecord | undefined): string {
  if (!after) return 'The workspace does not ask for it any more.';
  if (after.state === 'ready') {
    if (kind === 'approval')
      return 'The files of the workspace have changed, and nothing is left to approve.';
    if (reason === 'sync')
      return 'Its tools were brought up to date in another way, or need not be any more.';
    return 'It was authorized in another way, such as in the AWS console.';
  }
  return 'The files of the workspace have changed. If an answer is still needed, a new request asks for it.';
}
