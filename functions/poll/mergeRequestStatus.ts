import type { Address } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import {
  type OpenRequest,
  type ResourceRecord,
  withoutRequest,
} from '../../core/reconcile/resourceRecord.ts';

/**
 * Puts into memory how the requests to people stand. Pages and workflows write to the requests alone, and the loop to
 * memory alone, so that neither overtakes the other.
 */
export async function mergeRequestStatus(
  records: ReadonlyMap<Address, ResourceRecord>,
  ledger: Ledger,
): Promise<Map<Address, ResourceRecord>> {
  const entries = [...records].map(async ([address, record]): Promise<[Address, ResourceRecord]> => {
    if (!record.request) return [address, record];
    const stored = await ledger.readRequest(hashId(record.request.id));
    return [address, mergeStatus(record, record.request, stored?.request)];
  });
  return new Map(await Promise.all(entries));
}

function mergeStatus(
  record: ResourceRecord,
  known: OpenRequest,
  request: AuthorizationRequest | undefined,
): ResourceRecord {
  // Lost with the ledger's item, or asked for anew: the next decision asks.
  if (!request || request.renewalRequestedAt !== undefined) return withoutRequest(record);
  const { state, notifications, clickedAt, mayReplace, closedAt, attempts } = request;
  const notifiedAt = notifications[0]?.sentAt;
  const openRequest = {
    ...known,
    ...(notifiedAt !== undefined && { notifiedAt }),
    ...(clickedAt !== undefined && { clickedAt }),
    ...(mayReplace && { mayReplace }),
  };
  switch (state) {
    case 'open':
      return { ...record, request: openRequest };
    case 'completing':
    case 'completed': {
      const answeredAt = closedAt ?? Math.max(0, ...attempts.map(({ consentedAt = 0 }) => consentedAt));
      return { ...record, request: { ...openRequest, answeredAt } };
    }
    case 'refused':
    case 'expired':
      return {
        ...record,
        request: { ...openRequest, closed: state, ...(closedAt !== undefined && { closedAt }) },
      };
    // Whoever withdrew it was cut short before memory was written.
    case 'withdrawn':
      return withoutRequest(record);
  }
}
