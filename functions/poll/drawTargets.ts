import { createHash } from 'node:crypto';
import type { Memory } from '../../core/decide/memory.ts';
import type { Desired } from '../../core/desired/desired.ts';
import { resolveReferences } from '../../core/desired/resolveReferences.ts';
import type { Problem } from '../../core/manifest/problem.ts';
import type { RegistrySource } from '../../core/manifest/registrySources.ts';
import { type Drawing, recordTargets } from '../../core/records/recordTargets.ts';
import { type Address, addressOf } from '../../core/resources/address.ts';
import { type DesiredDocument, desiredKey, drawnRevision } from '../desiredDocument.ts';
import { type Found, findRecords, identityOf, readRecords, type StockPorts } from './registryStock.ts';

/** What is wanted, and the name of the document that says so. */
export interface Drawn {
  readonly desired: Desired;
  readonly revision: string;
}

/** A source whose registry stands. */
type Drawable = Pick<Drawing, 'source' | 'registryId'>;

/**
 * Adds to what the manifest wants the targets that its gateways draw from registries. Whoever draws from none costs
 * nothing. Whoever does costs a List of each registry and a Get of one document a turn; a record itself is read once a
 * version.
 */
export async function drawTargets(
  document: DesiredDocument & { readonly desired: Desired },
  memory: ReadonlyMap<Address, Memory>,
  ports: StockPorts,
): Promise<Drawn> {
  const { revision } = document;
  const sources = drawable(document.desired, memory);
  // What came from a registry that does not stand, deleted by hand perhaps, looks as if it had left the manifest.
  const isWhole = sources.length === (document.desired.sources ?? []).length;
  const desired = isWhole ? document.desired : pruningNothing(document.desired);
  const registries = registriesOf(desired, memory);
  if (registries.length === 0) return { desired, revision };
  const { workspace } = desired;
  const found = await Promise.all(registries.map((id) => findRecords(workspace, id, ports)));
  const expected = drawnRevision(
    revision,
    digestOf(
      sources,
      found.map((each) => [each, identitiesIn(each)]),
    ),
  );
  // Only this function writes these keys.
  const known = (await ports.specBucket.readDocument(desiredKey(workspace, expected))) as Drawn | undefined;
  if (known) return { desired: known.desired, revision: expected };
  const stocks = await Promise.all(found.map((each) => readRecords(workspace, each, ports)));
  const drawings = sources.map(({ source, registryId }): Drawing => {
    const records = stocks.find((stock) => stock.registryId === registryId)?.records ?? [];
    return { source, registryId, records };
  });
  // Of what was read, which may be less than was listed: the rest is read by a later turn.
  const drawn = digestOf(
    sources,
    stocks.map((stock) => [stock, stock.records.map(identityOf)]),
  );
  return write({ ...document, desired }, drawnRevision(revision, drawn), drawings, stocks, ports);
}

async function write(
  { desired, problems }: DesiredDocument & { readonly desired: Desired },
  revision: string,
  drawings: readonly Drawing[],
  found: readonly Found[],
  { specBucket }: StockPorts,
): Promise<Drawn> {
  const { targets, warnings } = recordTargets(desired, drawings);
  const added = [...drawings.flatMap((drawing) => unreadable(drawing, found)), ...warnings];
  // What could never be read may hold whatever looks as if it had left the manifest.
  const known = found.some(isUnknown) ? pruningNothing(desired) : desired;
  const whole = {
    ...known,
    resources: [...desired.resources, ...targets],
    warnings: [...desired.warnings, ...added],
  };
  const document: DesiredDocument = { revision, desired: whole, problems: [...problems, ...added] };
  await specBucket.writeDocument(desiredKey(desired.workspace, revision), document);
  return { desired: whole, revision };
}

function pruningNothing(desired: Desired): Desired {
  return { ...desired, settings: { ...desired.settings, prune: false } };
}

/** @returns the ids of the registries that the workspace draws from, of those that stand */
export function registriesOf(desired: Desired, memory: ReadonlyMap<Address, Memory>): readonly string[] {
  return [...new Set(drawable(desired, memory).map(({ registryId }) => registryId))].sort();
}

function drawable({ sources = [] }: Desired, memory: ReadonlyMap<Address, Memory>): Drawable[] {
  return sources.flatMap((source) => {
    const registryId = idOf(source, memory);
    return registryId === undefined ? [] : [{ source, registryId }];
  });
}

/** @returns undefined for a registry of the manifest that does not stand yet */
function idOf({ registryId }: RegistrySource, memory: ReadonlyMap<Address, Memory>): string | undefined {
  const resolved = resolveReferences(
    { registryId },
    (kind, name, field) => memory.get(addressOf(kind, name))?.outputs?.[field],
  );
  return 'config' in resolved ? String(resolved.config.registryId) : undefined;
}

function identitiesIn({ listing, kept = [] }: Found): string[] {
  return (listing.kind === 'listed' ? listing.records : kept).map(identityOf);
}

function isUnknown({ listing, kept }: Found): boolean {
  return listing.kind === 'unreadable' && kept === undefined;
}

/** Tells apart who draws from which registry, what those hold, and whether they could be read. */
function digestOf(
  sources: readonly Drawable[],
  held: readonly (readonly [Found, readonly string[]])[],
): string {
  const drawing = sources.map(({ source, registryId }) => [source.gateway, registryId]);
  const parts = held.map(([found, identities]) => [
    found.registryId,
    found.listing.kind === 'unreadable' ? found.listing.code : '',
    isUnknown(found),
    identities.toSorted(),
  ]);
  return createHash('sha256')
    .update(JSON.stringify([drawing, parts]))
    .digest('hex');
}

function unreadable({ source, registryId }: Drawable, found: readonly Found[]): Problem[] {
  const listing = found.find((each) => each.registryId === registryId)?.listing;
  if (listing?.kind !== 'unreadable') return [];
  return [
    {
      severity: 'warning',
      ...source.place,
      path: source.path,
      message: `The records of registry ${registryId} cannot be read (${listing.code}), so that the targets which came from them stay as they are. Correct registryId, or let Gateloop read that registry.`,
    },
  ];
}
