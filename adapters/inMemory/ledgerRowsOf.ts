import type { LedgerRow } from '../../core/ports/collectedStorage.ts';
import type { Claim } from '../../core/ports/ledger.ts';

/** An item of a ledger in memory, with the way to delete it. */
export interface RemovableRow extends LedgerRow {
  readonly remove: () => void;
}

/** What a ledger in memory holds, by the part of DynamoDB's keys that differs. */
interface LedgerMaps {
  readonly workspaces: Map<string, unknown>;
  readonly leases: Map<string, unknown>;
  readonly resources: ReadonlyMap<string, Map<string, unknown>>;
  readonly commands: Map<string, ReadonlyMap<string, unknown>>;
  readonly requests: Map<string, unknown>;
  readonly recordRequests: ReadonlyMap<string, Set<string>>;
  /** `undefined` stands for all workspaces. */
  readonly suspensions: Map<string | undefined, unknown>;
  readonly subjects: ReadonlyMap<string, Set<string>>;
  readonly claims: Map<string, Claim>;
  readonly sharing: Map<string, unknown>;
}

/** @returns the items by the keys that they have in DynamoDB, without those that DynamoDB deletes within hours */
export function ledgerRowsOf(maps: LedgerMaps): readonly RemovableRow[] {
  return [
    ...rowsOf(maps.workspaces, (partition) => ({ partition, item: 'workspace' })),
    ...rowsOf(maps.leases, (partition) => ({ partition, item: 'lease' })),
    ...[...maps.resources].flatMap(([partition, records]) =>
      rowsOf(records, (address) => ({ partition, item: `resource#${address}` })),
    ),
    ...rowsOf(maps.commands, (partition) => ({ partition, item: 'command#' })),
    ...rowsOf(maps.requests, (reference) => ({ partition: `request#${reference}`, item: 'request' })),
    ...namesOf(maps.recordRequests, (partition, reference) => ({
      partition,
      item: `recordRequest#${reference}`,
    })),
    ...rowsOf(maps.suspensions, (workspace) => ({ partition: workspace ?? 'account#', item: 'suspension' })),
    ...namesOf(maps.subjects, (subject, workspace) => ({
      partition: `subject#${subject}`,
      item: `workspace#${workspace}`,
    })),
    ...rowsOf(
      maps.claims,
      (address) => ({ partition: `claim#${address}`, item: 'claim' }),
      ({ owner, formerOwner }) => ({ claimedBy: owner, releasedBy: formerOwner }),
    ),
    ...rowsOf(maps.sharing, (address) => ({ partition: `claim#${address}`, item: 'sharing' })),
  ];
}

type Named = Pick<LedgerRow, 'partition' | 'item'>;

function rowsOf<Key, Value>(
  map: Map<Key, Value>,
  nameOf: (key: Key) => Named,
  contentOf: (value: Value) => unknown = (value) => (value instanceof Map ? [...value] : value),
): RemovableRow[] {
  return [...map].map(([key, value]) => ({
    ...nameOf(key),
    text: JSON.stringify(contentOf(value)),
    remove: () => map.delete(key),
  }));
}

function namesOf(
  sets: ReadonlyMap<string, Set<string>>,
  nameOf: (key: string, member: string) => Named,
): RemovableRow[] {
  return [...sets].flatMap(([key, members]) =>
    [...members].map((member) => ({
      ...nameOf(key, member),
      text: '{}',
      remove: () => members.delete(member),
    })),
  );
}
