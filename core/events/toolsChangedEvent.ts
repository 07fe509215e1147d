import { type Address, parseAddress } from '../address.ts';
import { defined } from '../objects.ts';
import type { PublishedEvent } from '../ports/events.ts';
import type { ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { visibleStart } from '../text/visible.ts';
import type { ToolChange } from '../toolContracts/compareTools.ts';
import type { ListChange } from '../toolContracts/toolWatch.ts';

/** EventBridge accepts 256 KB for each entry: 50 changes with four texts of 200 characters have 160 KB at most. */
const MAX_LISTED = 50;
const MAX_TEXT_LENGTH = 200;

/**
 * @param records as they were before the readings
 * @returns an event for each list of tools that an MCP server has changed. The list before a synchronization is news once
 */
export function toolsChangedEvents(
  workspace: string,
  changes: readonly ListChange[],
  records: ReadonlyMap<Address, ResourceRecord>,
  now: number,
): PublishedEvent[] {
  return changes
    .filter((change) => isNews(change, records))
    .map((change) => toDetail(workspace, change, records, now));
}

function isNews(
  { reading, after, change }: ListChange,
  records: ReadonlyMap<Address, ResourceRecord>,
): boolean {
  if (change.changes.length === 0 && change.unknown === undefined) return false;
  const known = records.get(reading.address)?.toolWatch?.upcoming?.digest;
  return reading.moment === 'after' || known !== after;
}

function toDetail(
  workspace: string,
  { reading, source, before, after, change: { changes, unknown } }: ListChange,
  records: ReadonlyMap<Address, ResourceRecord>,
  now: number,
): PublishedEvent {
  const { address, moment, needsApproval } = reading;
  const { id } = records.get(address) ?? {};
  const sorted = changes.toSorted((a, b) => Number(b.breaking) - Number(a.breaking));
  return {
    detailType: 'Tools Changed',
    detail: {
      workspace,
      time: new Date(now).toISOString(),
      resource: { ...parseAddress(address), ...defined({ id }) },
      moment,
      source,
      before,
      after,
      needsApproval,
      total: sorted.length,
      breaking: sorted.filter(({ breaking }) => breaking).length,
      changes: sorted.slice(0, MAX_LISTED).map(shownChange),
      ...defined({ unknown: unknown && visibleStart(unknown, MAX_TEXT_LENGTH) }),
    },
  };
}

/** A change without its values' structure: the lists themselves lie in the bucket. */
function shownChange({ kind, tool, input, output, breaking, before, after }: ToolChange) {
  const shown = (text: string | undefined) => text && visibleStart(text, MAX_TEXT_LENGTH);
  return {
    kind,
    tool: visibleStart(tool, MAX_TEXT_LENGTH),
    breaking,
    ...defined({ input: shown(input), output: shown(output), before: shown(before), after: shown(after) }),
  };
}
