import type { Address } from '../../core/address.ts';
import { stricterRule } from '../../core/guardrails/guardManifest.ts';
import type { ApprovalRule } from '../../core/manifest/settings.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import type { ToolWatch } from '../../core/reconcile/ledgerRecord.ts';
import { saveToolChange } from '../../core/storage/toolContractDocuments.ts';
import { readToolList } from '../../core/storage/toolListDocuments.ts';
import {
  needsApproval,
  type ToolContractChange,
  unchangedContract,
} from '../../core/toolContracts/toolContract.ts';
import type {
  ListChange,
  ToolReading,
  ToolReadResult,
  ToolSource,
} from '../../core/toolContracts/toolWatch.ts';
import type { DecisionPorts, PartOfState, RunPorts } from './pollState.ts';

/**
 * Compares the lists of tools that the step before has read with the lists before them: each source with itself, since a
 * gateway may show the same tools in another form than the server.
 */
export async function compareToolReadings(
  { event: { workspace, toolReadings = [] }, desired, records }: PartOfState<'event' | 'desired' | 'records'>,
  { specBucket }: Pick<DecisionPorts, 'specBucket'>,
): Promise<PartOfState<'toolReadings' | 'listChanges'>> {
  const resources = new Map(desired.resources.map((resource) => [resource.address, resource]));
  const compared = await Promise.all(
    toolReadings.map(async (reading) => {
      const resource = resources.get(reading.address);
      const record = records.get(reading.address);
      if (!resource) return undefined;
      // As for a new schema: an upload does not lower the rule by which it is judged.
      const rule = stricterRule(resource.settings.approve, record?.approve ?? 'never');
      return compareReading(reading, rule, record?.toolWatch, listReader(workspace, specBucket));
    }),
  );
  const found = compared.filter((each) => each !== undefined);
  return {
    toolReadings: new Map(found.map(({ reading }) => [reading.address, reading])),
    listChanges: found.filter((each): each is ListChange => 'change' in each),
  };
}

type CompareLists = (address: Address, before: string, after: string) => Promise<ToolContractChange>;

async function compareReading(
  reading: ToolReading,
  approve: ApprovalRule,
  watch: ToolWatch | undefined,
  compare: CompareLists,
): Promise<ListChange | Pick<ListChange, 'reading'>> {
  const { address, moment } = reading;
  const upcoming =
    watch?.upcoming?.configuration === reading.configuration ? watch.upcoming.digest : undefined;
  const server = digestOf(reading.server) ?? (moment === 'after' ? upcoming : undefined);
  const gateway = moment === 'after' ? digestOf(reading.gateway) : undefined;
  const source: ToolSource = gateway === undefined ? 'server' : 'gateway';
  const [before, after] = [watch?.lists[source], gateway ?? server];
  if (before === undefined || after === undefined || before === after)
    return { reading: { ...reading, needsApproval: false } };
  const change = await compare(address, before, after);
  const known = watch?.lists.server;
  const wasKnown = moment === 'after' && upcoming !== undefined && known !== undefined && isAccepted(watch);
  const expected = wasKnown ? await compare(address, known, upcoming) : unchangedContract;
  const { withoutKnownChanges } = await loadComparison();
  const needs = needsApproval(withoutKnownChanges(change, expected), approve);
  return { reading: { ...reading, needsApproval: needs }, source, before, after, change };
}

function digestOf(result: ToolReadResult | undefined): string | undefined {
  return result && 'digest' in result ? result.digest : undefined;
}

/** Whether the list that the server gave out before the synchronization was approved, or needed no approval. */
function isAccepted(watch: ToolWatch | undefined): boolean {
  const { upcoming, approved } = watch ?? {};
  return upcoming !== undefined && (!upcoming.needsApproval || upcoming.digest === approved);
}

function listReader(workspace: string, bucket: SpecBucket): CompareLists {
  return async (address, before, after) => {
    const [earlier, later] = await Promise.all(
      [before, after].map((digest) => readToolList({ workspace, address, digest }, bucket)),
    );
    if (!earlier || !later) return { changes: [], unknown: 'A list of tools is not in the bucket any more.' };
    const { compareLists } = await loadComparison();
    return compareLists(earlier, later);
  };
}

/** Loaded when a list has changed: the readers of schemas are half of the bundle. */
function loadComparison() {
  return import('../../core/toolContracts/listedTools.ts');
}

/** Keeps the changes that a person is asked about or told of, for the steps that do so. */
export async function saveListChanges(
  { event: { workspace }, listChanges }: PartOfState<'event' | 'listChanges'>,
  { specBucket }: Pick<RunPorts, 'specBucket'>,
): Promise<void> {
  for (const { reading, after, change } of listChanges)
    if (reading.needsApproval) await saveToolChange(workspace, reading.address, after, change, specBucket);
}
