import { notifyClosed } from '../requests/closeRequest.ts';
import { updateRequest } from '../requests/updateRequest.ts';
import type { RegistryApprovalPorts } from './registryApprovalPorts.ts';

/** Ends a request that nothing waits for any more; one that has ended already stays as it is. */
export async function withdrawRequest(
  reference: string,
  reason: string,
  now: number,
  ports: RegistryApprovalPorts,
): Promise<void> {
  const change = await updateRequest(reference, { type: 'withdrawn', reason }, now, ports.ledger);
  await notifyClosed(change, now, ports);
}
