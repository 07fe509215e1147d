import { createHash } from 'node:crypto';
import type { Address } from '../../core/address.ts';
import type { DesiredState } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import type { RegistrySource } from '../../core/manifest/registrySources.ts';
import type { Problem } from '../../core/problem.ts';
import type { ResourceRecord } from '../../core/reconcile/resourceRecord.ts';
import { importTargets, type RegistryImport } from '../../core/registry/importTargets.ts';
import {
  combinedRevision,
  type DesiredDocument,
  readDesiredDocument,
  writeDesiredDocument,
} from '../../core/storage/desiredDocument.ts';
import {
  listRegistry,
  type RegistryListing,
  type RegistryPorts,
  readRegistry,
  recordVersion,
} from './registryCache.ts';

/** What is wanted, and the name of the document that says so. */
export interface ResolvedDesired {
  readonly desired: DesiredState;
  readonly revision: string;
}

/** A source whose registry stands. */
type AvailableSource = Pick<RegistryImport, 'source' | 'registryId'>;

/**
 * Adds to what the manifest wants the targets that its gateways draw from registries. Whoever draws from none costs
 * nothing. Whoever does costs a List of each registry and a Get of one document a turn; a record itself is read once a
 * version.
 */
export async function importRegistryTargets(
  document: DesiredDocument & { readonly desired: DesiredState },
  ledgerRecords: ReadonlyMap<Address, ResourceRecord>,
  ports: RegistryPorts,
): Promise<ResolvedDesired> {
  const { revision } = document;
  const sources = availableSources(document.desired, ledgerRecords);
  // What came from a registry that does not stand, deleted by hand perhaps, looks as if it had left the manifest.
  const isComplete = sources.length === (document.desired.sources ?? []).length;
  const desired = isComplete ? document.desired : withoutPruning(document.desired);
  const registries = importedRegistries(desired, ledgerRecords);
  if (registries.length === 0) return { desired, revision };
  const { workspace } = desired;
  const listings = await Promise.all(registries.map((id) => listRegistry(workspace, id, ports)));
  const expected = combinedRevision(
    revision,
    importDigest(
      sources,
      listings.map((each) => [each, recordVersions(each)]),
    ),
  );
  const known = await readDesiredDocument(workspace, expected, ports.specBucket);
  if (known?.desired) return { desired: known.desired, revision: expected };
  const snapshots = await Promise.all(listings.map((each) => readRegistry(workspace, each, ports)));
  const imports = sources.map(({ source, registryId }): RegistryImport => {
    const records = snapshots.find((stock) => stock.registryId === registryId)?.records ?? [];
    return { source, registryId, records };
  });
  // Of what was read, which may be less than was listed: the rest is read by a later turn.
  const digest = importDigest(
    sources,
    snapshots.map((stock) => [stock, stock.records.map(recordVersion)]),
  );
  return writeResolved(
    { ...document, desired },
    combinedRevision(revision, digest),
    imports,
    snapshots,
    ports,
  );
}

async function writeResolved(
  { desired, problems }: DesiredDocument & { readonly desired: DesiredState },
  revision: string,
  imports: readonly RegistryImport[],
  snapshots: readonly RegistryListing[],
  { specBucket }: RegistryPorts,
): Promise<ResolvedDesired> {
  const { targets, warnings } = importTargets(desired, imports);
  const added = [...imports.flatMap((drawing) => unreadableWarnings(drawing, snapshots)), ...warnings];
  // What could never be read may hold whatever looks as if it had left the manifest.
  const known = snapshots.some(isUnavailable) ? withoutPruning(desired) : desired;
  const resolved = {
    ...known,
    resources: [...desired.resources, ...targets],
    warnings: [...desired.warnings, ...added],
  };
  const document: DesiredDocument = { revision, desired: resolved, problems: [...problems, ...added] };
  await writeDesiredDocument(desired.workspace, document, specBucket);
  return { desired: resolved, revision };
}

function withoutPruning(desired: DesiredState): DesiredState {
  return { ...desired, settings: { ...desired.settings, prune: false } };
}

/** @returns the ids of the registries that the workspace draws from, of those that stand */
export function importedRegistries(
  desired: DesiredState,
  records: ReadonlyMap<Address, ResourceRecord>,
): readonly string[] {
  return [...new Set(availableSources(desired, records).map(({ registryId }) => registryId))].sort();
}

function availableSources(
  { sources = [] }: DesiredState,
  records: ReadonlyMap<Address, ResourceRecord>,
): AvailableSource[] {
  return sources.flatMap((source) => {
    const registryId = registryIdOf(source, records);
    return registryId === undefined ? [] : [{ source, registryId }];
  });
}

/** @returns undefined for a registry of the manifest that does not stand yet */
function registryIdOf(
  { registryId }: RegistrySource,
  records: ReadonlyMap<Address, ResourceRecord>,
): string | undefined {
  const resolved = resolveReferences(
    { registryId },
    (address, field) => records.get(address)?.outputs?.[field],
  );
  return 'config' in resolved ? String(resolved.config.registryId) : undefined;
}

function recordVersions({ listing, cached = [] }: RegistryListing): string[] {
  return (listing.kind === 'listed' ? listing.records : cached).map(recordVersion);
}

function isUnavailable({ listing, cached }: RegistryListing): boolean {
  return listing.kind === 'unreadable' && cached === undefined;
}

/** Tells apart who draws from which registry, what those hold, and whether they could be read. */
function importDigest(
  sources: readonly AvailableSource[],
  versionsByListing: readonly (readonly [RegistryListing, readonly string[]])[],
): string {
  const importers = sources.map(({ source, registryId }) => [source.gateway, registryId]);
  const parts = versionsByListing.map(([found, identities]) => [
    found.registryId,
    found.listing.kind === 'unreadable' ? found.listing.code : '',
    isUnavailable(found),
    identities.toSorted(),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([importers, parts]))
    .digest('hex');
}

function unreadableWarnings(
  { source, registryId }: AvailableSource,
  listings: readonly RegistryListing[],
): Problem[] {
  const listing = listings.find((each) => each.registryId === registryId)?.listing;
  if (listing?.kind !== 'unreadable') return [];
  return [
    {
      severity: 'warning',
      ...source.location,
      path: source.path,
      message: `The records of registry ${registryId} cannot be read (${listing.code}), so that the targets which came from them stay as they are. Correct registryId, or let Gateloop read that registry.`,
    },
  ];
}
