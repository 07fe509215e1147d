import type { Address } from '../../core/address.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest } from '../../core/authorization/request.ts';
import { GateloopError } from '../../core/errors.ts';
import { defined } from '../../core/objects.ts';
import { type OpenRequest, type ResourceRecord, withoutRequest } from '../../core/reconcile/ledgerRecord.ts';
import type { DecisionPorts, PartOfState, PollState } from './pollState.ts';

/** Reads the records of the workspace and of its resources, the commands about them, and the present status of their requests. */
export async function readLedger(
  { event: { workspace } }: PartOfState<'event'>,
  { ledger }: Pick<DecisionPorts, 'ledger'>,
): Promise<PartOfState<'ledgerEntries' | 'workspaceRecord' | 'suspension' | 'commands' | 'records'>> {
  const [ledgerEntries, workspaceRecord, suspension, commands] = await Promise.all([
    ledger.readResources(workspace),
    ledger.readWorkspace(workspace),
    ledger.readSuspension(workspace),
    ledger.readCommands(workspace),
  ]);
  return {
    ledgerEntries,
    workspaceRecord,
    suspension,
    commands,
    records: await mergeRequestStatus(ledgerEntries, ledger),
  };
}

/**
 * Adds the present status of each request to the record of its resource. Pages and workflows write requests alone, and
 * poll writes records alone, so that neither overwrites the other.
 */
async function mergeRequestStatus(
  ledgerEntries: PollState['ledgerEntries'],
  ledger: DecisionPorts['ledger'],
): Promise<PollState['records']> {
  const entries = [...ledgerEntries].map(
    async ([address, { record }]): Promise<[Address, ResourceRecord]> => {
      if (!record.request) return [address, record];
      const stored = await ledger.readRequest(hashId(record.request.id)).catch(unlessNewer);
      if (stored === 'newer') return [address, record];
      return [address, withRequestStatus(record, record.request, stored?.request)];
    },
  );
  return new Map(await Promise.all(entries));
}

/** A request that a newer version of Gateloop has written stays as poll knows it: a second one would ask the same. */
function unlessNewer(error: unknown): 'newer' {
  if (error instanceof GateloopError && error.code === 'UnsupportedFormat') return 'newer';
  throw error;
}

function withRequestStatus(
  record: ResourceRecord,
  known: OpenRequest,
  request: AuthorizationRequest | undefined,
): ResourceRecord {
  // The request's item is lost, or a person asked for a new request: the next decision opens one.
  if (!request || request.renewalRequestedAt !== undefined) return withoutRequest(record);
  const { state, notifications, clickedAt, staleSession, mayReplace, closedAt, attempts } = request;
  const openRequest: OpenRequest = {
    ...known,
    ...defined({ notifiedAt: notifications[0]?.sentAt, clickedAt, staleSession, mayReplace }),
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
      return { ...record, request: { ...openRequest, closed: state, ...defined({ closedAt }) } };
    // The poll that withdrew it was killed before it wrote the record.
    case 'withdrawn':
      return withoutRequest(record);
  }
}
