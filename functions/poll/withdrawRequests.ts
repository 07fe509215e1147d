import { referenceOf } from '../../core/authorization/reference.ts';
import type { Decision } from '../../core/decide/decide.ts';
import type { Memory, OpenRequest } from '../../core/decide/memory.ts';
import type { Address } from '../../core/resources/address.ts';
import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd, type EndPorts } from '../requests/endRequest.ts';

/**
 * Ends the requests that the decision has dropped: nothing awaits their answer any more. It comes before memory is
 * written, so that a step which is cut short in between drops them once more.
 */
export async function withdrawRequests(
  before: ReadonlyMap<Address, Memory>,
  { remember, forget }: Pick<Decision, 'remember' | 'forget'>,
  now: number,
  ports: EndPorts,
): Promise<void> {
  const gone = forget.flatMap((address) => before.get(address) ?? []);
  const dropped = [
    ...gone.map((memory) => ({ memory, after: undefined })),
    ...remember.flatMap((after) => {
      const memory = before.get(after.address);
      return memory ? [{ memory, after }] : [];
    }),
  ].filter(({ memory, after }) => memory.request && memory.request.id !== after?.request?.id);
  for (const { memory, after } of dropped) {
    if (!memory.request) continue;
    const event = { type: 'withdrawn' as const, reason: reasonFor(memory.request, after) };
    const change = await changeRequest(referenceOf(memory.request.id), event, now, ports.ledger);
    await announceEnd(change, now, ports);
  }
}

function reasonFor({ kind, reason }: OpenRequest, after: Memory | undefined): string {
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
