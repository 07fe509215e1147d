import { createHash } from 'node:crypto';
import type { DesiredState } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import { guardedImports } from '../../core/guardrails/guardManifest.ts';
import { safeGuardrails } from '../../core/guardrails/guardrails.ts';
import type { RegistrySource } from '../../core/manifest/registrySources.ts';
import { defined } from '../../core/objects.ts';
import type { Problem } from '../../core/problem.ts';
import { importTargets, type RegistryImport } from '../../core/registry/importTargets.ts';
import {
  combinedRevision,
  readDesiredDocument,
  writeDesiredDocument,
} from '../../core/storage/desiredDocument.ts';
import type { PartOfState, PollState } from './pollState.ts';
import { readGuardrails } from './readGuardrails.ts';
import {
  listRegistry,
  type RegistryListing,
  type RegistryPorts,
  type RegistrySnapshot,
  readRegistry,
  recordVersion,
} from './registryCache.ts';

type Records = PollState['records'];

/** A source whose registry exists. */
type AvailableSource = Pick<RegistryImport, 'source' | 'registryId'>;

/**
 * Adds the targets that gateways import from registries to those of the upload. This costs one List of each registry and
 * one Get of a document in each poll, and one Get of each record version; a workspace without sources costs nothing.
 */
export async function importRegistryTargets(
  { upload, records }: PartOfState<'upload' | 'records'>,
  ports: RegistryPorts,
): Promise<PartOfState<'desired' | 'revision'>> {
  const { desired: uploaded, revision } = upload;
  const sources = availableSources(uploaded, records);
  // While a registry is missing, deleted outside Gateloop perhaps, its targets look as if they had left the manifest.
  const isComplete = sources.length === (uploaded.sources ?? []).length;
  const desired = isComplete ? uploaded : withoutPruning(uploaded);
  const registryIds = importedRegistries(desired, records);
  if (registryIds.length === 0) return { desired, revision };
  const { workspace } = desired;
  const listings = await Promise.all(registryIds.map((id) => listRegistry(workspace, id, ports)));
  const listed = importDigest(
    sources,
    listings.map((each) => [each, listedVersions(each)]),
  );
  const expected = combinedRevision(revision, listed);
  const stored = await readDesiredDocument(workspace, expected, ports.specBucket);
  if (stored?.desired) return { desired: stored.desired, revision: expected };
  const snapshots = await Promise.all(listings.map((each) => readRegistry(workspace, each, ports)));
  // Of the records that were read: a record that was listed and not read is left to a later poll.
  const read = importDigest(
    sources,
    snapshots.map((each) => [each, each.records.map(recordVersion)]),
  );
  return writeResolved({ ...upload, desired }, combinedRevision(revision, read), sources, snapshots, ports);
}

/** Stores the desired state with the imported targets, so that the next poll reads no registry record. */
async function writeResolved(
  { desired, problems, refusal }: PollState['upload'],
  revision: string,
  sources: readonly AvailableSource[],
  snapshots: readonly RegistrySnapshot[],
  { specBucket }: RegistryPorts,
): Promise<PartOfState<'desired' | 'revision'>> {
  const imports = sources.map(({ source, registryId }): RegistryImport => {
    const snapshot = snapshots.find((each) => each.registryId === registryId);
    return { source, registryId, records: snapshot?.records.flatMap(({ served }) => served ?? []) ?? [] };
  });
  const { targets: imported, warnings } = importTargets(desired, imports);
  const { workspace } = desired;
  const { guardrails = safeGuardrails } = await readGuardrails(workspace, await specBucket.readGuardrails());
  const { targets, faulty } = guardedImports(desired.resources, imported, { workspace, guardrails });
  const added = [...sources.flatMap((source) => unreadableWarnings(source, snapshots)), ...warnings];
  // A registry that was never read may still have the records whose targets look as if they had left it.
  const pruned = snapshots.some(isUnavailable) ? withoutPruning(desired) : desired;
  const resolved = {
    ...pruned,
    resources: [...desired.resources, ...targets],
    ...(faulty.length > 0 && { faulty: [...(desired.faulty ?? []), ...faulty] }),
    warnings: [...desired.warnings, ...added],
  };
  const document = {
    revision,
    desired: resolved,
    problems: [...problems, ...added],
    ...defined({ refusal }),
  };
  await writeDesiredDocument(desired.workspace, document, specBucket);
  return { desired: resolved, revision };
}

function withoutPruning(desired: DesiredState): DesiredState {
  return { ...desired, settings: { ...desired.settings, prune: false }, isPruningSuspended: true };
}

/** @returns the ids of the registries that the workspace imports from, without those that do not exist yet */
export function importedRegistries(desired: DesiredState, records: Records): readonly string[] {
  return [...new Set(availableSources(desired, records).map(({ registryId }) => registryId))].sort();
}

function availableSources({ sources = [] }: DesiredState, records: Records): AvailableSource[] {
  return sources.flatMap((source) => {
    const registryId = registryIdOf(source, records);
    return registryId === undefined ? [] : [{ source, registryId }];
  });
}

/** @returns undefined for a registry of the manifest that does not exist yet */
function registryIdOf({ registryId }: RegistrySource, records: Records): string | undefined {
  const resolved = resolveReferences(
    { registryId },
    (address, field) => records.get(address)?.outputs?.[field],
  );
  return 'config' in resolved ? String(resolved.config.registryId) : undefined;
}

function listedVersions({ listing, cached = [] }: RegistryListing): string[] {
  return (listing.kind === 'unreadable' ? cached : listing.records).map(recordVersion);
}

function isUnavailable({ listing, cached }: RegistryListing): boolean {
  return listing.kind === 'unreadable' && cached === undefined;
}

/** A digest of which gateway imports from which registry, what those hold, and whether they could be read. */
function importDigest(
  sources: readonly AvailableSource[],
  versionsByListing: readonly (readonly [RegistryListing, readonly string[]])[],
): string {
  const importers = sources.map(({ source, registryId }) => [source.gateway, registryId]);
  const registries = versionsByListing.map(([registry, versions]) => [
    registry.registryId,
    registry.listing.kind === 'unreadable' ? registry.listing.code : '',
    isUnavailable(registry),
    versions.toSorted(),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([importers, registries]))
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
      message: `The records of registry ${registryId} cannot be read (${listing.code}), so the targets that were imported from it stay as they are. Correct registryId, or give Gateloop permission to read that registry.`,
    },
  ];
}
