import { type Address, parseAddress } from '../address.ts';
import type { Difference } from '../comparison/compareConfiguration.ts';
import type { ShownValues } from '../comparison/shownValues.ts';
import { defined, own } from '../objects.ts';
import { watchReport } from '../toolContracts/toolWatch.ts';
import type { Drift, ResourceRecord } from './ledgerRecord.ts';
import type { ResourceReport } from './plan.ts';

/** The part of a record that a report is about. */
type Reported = Pick<ResourceRecord, 'id' | 'state' | 'reasons' | 'drift' | 'tags' | 'toolWatch'>;

/** The condition of a resource, as outcomes, events and programs show it. */
export function reportOf(address: Address, record: Reported): ResourceReport {
  const { id, state, reasons, toolWatch } = record;
  return {
    address,
    ...parseAddress(address),
    ...defined({ id }),
    state,
    reasons,
    ...reportedDifferences(record),
    ...(toolWatch?.synchronizedAt && {
      watch: watchReport(toolWatch.readFrom, toolWatch.obstacles, toolWatch.partial),
    }),
  };
}

/** What the owner is told of an adopted resource: what was changed at the adoption, until the manifest changes. */
export function adoptionReasons({ adopted, applied }: ResourceRecord): string[] {
  if (!adopted || adopted.fingerprint === undefined) return [];
  const { differences, kept } = adopted;
  const changed =
    differences.length === 0
      ? 'Adopted as it was.'
      : `Adopted. It differed from the manifest: ${listOfDifferences(differences)}.`;
  return [
    ...(adopted.fingerprint === applied?.fingerprint ? [changed] : []),
    ...(kept.length > 0
      ? [
          `It has members from before its adoption that the manifest does not name: ${kept.slice(0, MAX_NAMED).join(', ')}. They stay until the manifest names them, or says "adopt: { clear: true }".`,
        ]
      : []),
  ];
}

/** More are counted, not named: a message has to stay readable. */
const MAX_NAMED = 20;

/** What differs from what was applied, in configuration and tags, for owners and programs: the first `MAX_NAMED`. */
export function reportedDifferences({ drift, tags }: Pick<ResourceRecord, 'drift' | 'tags'>): {
  readonly differences?: readonly Difference[];
} {
  const differences = [...(drift?.differences ?? []), ...(tags?.drift ?? [])].slice(0, MAX_NAMED);
  return differences.length > 0 ? { differences } : {};
}

/** A difference with the values on both sides, as far as they are known and may be shown. */
export interface ShownDifference extends Difference, ShownValues {}

/** What differs from what was applied, with values, for people who may see the ledger. */
export function shownDifferences(record: Pick<ResourceRecord, 'drift' | 'tags'>): readonly ShownDifference[] {
  const values = { ...record.drift?.values, ...record.tags?.values };
  const { differences = [] } = reportedDifferences(record);
  return differences.map((difference) => ({ ...difference, ...own(values, difference.path) }));
}

const CHANGES: Readonly<Record<Difference['change'], string>> = {
  changed: 'changed',
  added: 'added',
  removed: 'removed',
  unreadable: 'perhaps changed: the service does not show it',
};

/** Says what differs, member by member, for the owner. */
export function driftText({ differences, cause, toldOnly }: Drift): string {
  const list = listOfDifferences(differences);
  if (cause === 'write') return `The service accepted the configuration, but differs from it: ${list}.`;
  const unknown = toldOnly
    ? ' The version of Gateloop that wrote the resource did not know these members, so they are not reverted.'
    : '';
  return `Changed outside Gateloop: ${list}.${unknown}`;
}

/** Names the first `MAX_NAMED` differences, and counts the others. */
export function listOfDifferences(differences: readonly Difference[]): string {
  const named = differences.slice(0, MAX_NAMED).map(({ path, change }) => `${path} (${CHANGES[change]})`);
  const rest = differences.length > MAX_NAMED ? ` and ${differences.length - MAX_NAMED} more` : '';
  return `${named.join(', ')}${rest}`;
}
