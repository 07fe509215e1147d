import { changeRequest } from '../requests/changeRequest.ts';
import { announceEnd } from '../requests/endRequest.ts';
import type { ApprovePorts } from './approvePorts.ts';

/** Ends a request that nothing waits for any more; one that has ended already stays as it is. */
export async function withdraw(
  reference: string,
  reason: string,
  now: number,
  ports: ApprovePorts,
): Promise<void> {
  const change = await changeRequest(reference, { type: 'withdrawn', reason }, now, ports.ledger);
  await announceEnd(change, now, ports);
}
