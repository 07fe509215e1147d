import type { ShapeCatalogue, Structure } from '../api/shapes.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { checkConfig } from './checkConfig.ts';
import { type Interpretation, interpretConfig, standIn } from './interpretConfig.ts';
import type { JsonObject } from './json.ts';
import type { ManifestLimits } from './limits.ts';
import { type Owner, type Owners, readOwner } from './owners.ts';
import { childKinds, isGivenMember, ownKeys } from './ownKeys.ts';
import type { Path } from './problem.ts';
import { asMapping } from './readFields.ts';
import type { Report } from './report.ts';
import { checkAuthorization, mergeSettings, readTargetSettings, type TargetSettings } from './settings.ts';
import { type MappingTree, type Tree, without } from './tree.ts';

/** A resource as the manifest gives it, before its references are looked up. */
export interface ReadResource extends Interpretation {
  readonly row: ResourceKind;
  /** Of a target: `<gateway>/<target>`. */
  readonly name: string;
  readonly path: Path;
  readonly parent?: ReadResource;
  readonly owner?: Owner;
  readonly settings: TargetSettings;
}

/** What a resource inherits from what it stands in. */
export interface Surroundings {
  readonly owner?: Owner;
  readonly settings: TargetSettings;
  readonly parent?: ReadResource;
}

/** What reading a resource needs besides its text. */
export interface ReadingContext {
  readonly catalogue: ShapeCatalogue;
  readonly owners: Owners;
  readonly limits: ManifestLimits;
  readonly report: Report;
}

/** Reads one section, such as `gateways`, and the sections inside its entries; parents come before children. */
export function readSection(
  row: ResourceKind,
  tree: Tree,
  path: Path,
  surroundings: Surroundings,
  context: ReadingContext,
): ReadResource[] {
  const mapping = asMapping(tree, path, context.report);
  if (!mapping) return [];
  checkCount(row, mapping, path, context);
  checkSpellings(mapping, path, context.report);
  return [...mapping.entries].flatMap(([name, { value }]) => {
    const at = [...path, name];
    const entry = asMapping(value, at, context.report);
    return entry ? readEntry(row, name, entry, at, surroundings, context) : [];
  });
}

/** Reads one entry of a section, and the sections inside it. */
export function readEntry(
  row: ResourceKind,
  ownName: string,
  entry: MappingTree,
  path: Path,
  surroundings: Surroundings,
  context: ReadingContext,
): ReadResource[] {
  const { parent } = surroundings;
  const owner = entryOwner(entry, path, context) ?? surroundings.owner;
  const settings = entrySettings(row, entry, path, surroundings.settings, context.report);
  const resource: ReadResource = {
    ...readConfig(row, ownName, entry, path, context),
    row,
    name: parent ? `${parent.name}/${ownName}` : ownName,
    path,
    ...(parent && { parent }),
    ...(owner && { owner }),
    settings,
  };
  const children = childKinds(row).flatMap((child) => {
    const section = entry.entries.get(child.section);
    const inside: Surroundings = { ...(owner && { owner }), settings, parent: resource };
    return section ? readSection(child, section.value, [...path, child.section], inside, context) : [];
  });
  return [resource, ...children];
}

function readConfig(
  row: ResourceKind,
  ownName: string,
  entry: MappingTree,
  path: Path,
  { catalogue, report }: ReadingContext,
): Interpretation {
  const shape = catalogue.operation(row.operations.create)?.input;
  // Only a registry that names an operation which the SDK does not have leads here.
  if (!shape)
    throw new RangeError(`The SDK has no operation ${row.operations.create}; check the row of ${row.kind}.`);
  const own = ownKeys(row);
  const given = [...entry.entries.keys()].filter((key) => isGivenMember(row, key));
  for (const key of given) {
    const message =
      key === row.nameMember ? `The name is the key above, "${ownName}".` : 'Gateloop gives this itself.';
    report.error([...path, key], `${message} Remove the line.`);
  }
  const interpretation = interpretConfig(without(entry, [...own, ...given]), shape, path, report);
  const checkable = { ...givenValues(row, shape), ...interpretation.checkable, [row.nameMember]: ownName };
  checkConfig(
    catalogue,
    { shape: shape.name, nameMember: row.nameMember, ownKeys: own },
    checkable,
    path,
    report,
  );
  return interpretation;
}

/** Stand-ins for what the manifest leaves to Gateloop and the API demands. */
function givenValues(row: ResourceKind, shape: Structure): JsonObject {
  const required = [...shape.members.values()].filter(
    (member) => member.required && isGivenMember(row, member.name),
  );
  return Object.fromEntries(required.map((member) => [member.name, standIn]));
}

function entryOwner(entry: MappingTree, path: Path, { owners, report }: ReadingContext): Owner | undefined {
  const owner = entry.entries.get('owner');
  return owner && readOwner(owner.value, [...path, 'owner'], report, owners);
}

function entrySettings(
  row: ResourceKind,
  entry: MappingTree,
  path: Path,
  outer: TargetSettings,
  report: Report,
): TargetSettings {
  const tree = ownKeys(row).includes('settings') ? entry.entries.get('settings') : undefined;
  if (!tree) return outer;
  const at = [...path, 'settings'];
  const settings = mergeSettings(outer, readTargetSettings(tree.value, at, report));
  checkAuthorization(settings, at, report);
  return settings;
}

function checkCount(
  row: ResourceKind,
  { entries }: MappingTree,
  path: Path,
  { limits, report }: ReadingContext,
): void {
  const most = limits.entries[row.kind];
  if (most === undefined || entries.size <= most) return;
  report.error(path, `There are ${entries.size} ${row.section} here; the service allows ${most}.`, {
    expected: `at most ${most}`,
  });
}

/** S3 keys, table keys and people's eyes do not all tell case apart. */
function checkSpellings({ entries }: MappingTree, path: Path, report: Report): void {
  const spellings = new Map<string, string>();
  for (const name of entries.keys()) {
    const lowered = name.toLowerCase();
    const earlier = spellings.get(lowered);
    if (earlier === undefined) spellings.set(lowered, name);
    else {
      report.error(
        [...path, name],
        `This name and "${earlier.slice(0, 80)}" differ in case only. Give them names that people can tell apart.`,
      );
    }
  }
}
