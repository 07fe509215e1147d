import { referenceOf } from '../../core/authorization/reference.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { type Memory, type OpenRequest, withoutRequest } from '../../core/decide/memory.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Address } from '../../core/resources/address.ts';

/**
 * Puts into memory how the requests to people stand. Pages and workflows write to the requests alone, and the loop to
 * memory alone, so that neither overtakes the other.
 */
export async function withRequests(
  memory: ReadonlyMap<Address, Memory>,
  ledger: Ledger,
): Promise<Map<Address, Memory>> {
  const entries = [...memory].map(async ([address, known]): Promise<[Address, Memory]> => {
    if (!known.request) return [address, known];
    const remembered = await ledger.readRequest(referenceOf(known.request.id));
    return [address, standing(known, known.request, remembered?.request)];
  });
  return new Map(await Promise.all(entries));
}

function standing(memory: Memory, open: OpenRequest, request: AuthorizationRequest | undefined): Memory {
  // Lost with the ledger's item, or asked for anew: the next decision asks.
  if (!request || request.askedAgainAt !== undefined) return withoutRequest(memory);
  const { state, told, clickedAt, mayReplace, endedAt, attempts } = request;
  const toldAt = told[0]?.at;
  const asked = {
    ...open,
    ...(toldAt !== undefined && { toldAt }),
    ...(clickedAt !== undefined && { clickedAt }),
    ...(mayReplace && { mayReplace }),
  };
  switch (state) {
    case 'open':
      return { ...memory, request: asked };
    case 'completing':
    case 'completed': {
      const answeredAt = endedAt ?? Math.max(0, ...attempts.map(({ consentedAt = 0 }) => consentedAt));
      return { ...memory, request: { ...asked, answeredAt } };
    }
    case 'refused':
    case 'expired':
      return {
        ...memory,
        request: { ...asked, closed: state, ...(endedAt !== undefined && { closedAt: endedAt }) },
      };
    // Whoever withdrew it was cut short before memory was written.
    case 'withdrawn':
      return withoutRequest(memory);
  }
}
