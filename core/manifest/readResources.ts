import type { ShapeCatalog, StructureShape } from '../api/shapes.ts';
import type { JsonObject } from '../json.ts';
import { defined, omit } from '../objects.ts';
import type { Path } from '../problem.ts';
import { manifestShape } from '../resources/manifestShape.ts';
import { type Publication, publications } from '../resources/registryRecord.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { childKindsOf, nameInput, ONLY_NAME, resourceKinds } from '../resources/resourceKinds.ts';
import { canonicalText } from '../schemas/canonicalJson.ts';
import { checkConfig } from './checkConfig.ts';
import { gateloopKeys, isManagedMember, keyRule } from './gateloopKeys.ts';
import { type InterpretedConfig, interpretConfig, placeholder } from './interpretConfig.ts';
import type { ManifestLimits } from './limits.ts';
import { memberAt } from './memberAt.ts';
import { type Owner, type Owners, readOwner } from './owners.ts';
import { type OwnershipKeys, readOwnershipKeys } from './ownershipKeys.ts';
import { asMapping, readEnum } from './readFields.ts';
import { referencesIn } from './reference.ts';
import type { Report } from './report.ts';
import { checkAuthorization, mergeSettings, readTargetSettings, type TargetSettings } from './settings.ts';
import { readSharedBy, SHARED_BY } from './sharedGateways.ts';
import { type MappingTree, omitKeys, type Tree, toJson, toJsonObject } from './tree.ts';

/** A resource as written in the manifest, before its references are resolved. */
export interface ParsedResource extends InterpretedConfig {
  readonly row: ResourceKind;
  /** For a target: `<gateway>/<target>`. */
  readonly name: string;
  readonly path: Path;
  readonly parent?: ParsedResource;
  readonly owner?: Owner;
  readonly settings: TargetSettings;
  readonly ownership: OwnershipKeys;
  /** Of a registry record. */
  readonly publication?: Publication;
  /** Of a gateway of another workspace: that workspace, or an empty text where the manifest does not name one. */
  readonly sharedBy?: string;
}

/** The values that a resource inherits from its parent, or from the workspace. */
export interface InheritedContext {
  readonly owner?: Owner;
  readonly settings: TargetSettings;
  readonly parent?: ParsedResource;
}

/** The dependencies of the functions that read resources. */
export interface ParseContext {
  readonly catalog: ShapeCatalog;
  readonly owners: Owners;
  readonly limits: ManifestLimits;
  readonly report: Report;
}

/** Reads one section, such as `gateways`, and the sections nested in its entries. Parents come before children. */
export function readSection(
  row: ResourceKind,
  tree: Tree,
  path: Path,
  inherited: InheritedContext,
  context: ParseContext,
): ParsedResource[] {
  const mapping = asMapping(tree, path, context.report);
  if (!mapping) return [];
  if (row.isOnly) return readEntry(row, ONLY_NAME, mapping, path, inherited, context);
  checkCount(row, mapping, path, context);
  checkNamesDifferByCase(mapping, path, context.report);
  return [...mapping.entries].flatMap(([name, { value }]) => {
    const at = [...path, name];
    const entry = asMapping(value, at, context.report);
    return entry ? readEntry(row, name, entry, at, inherited, context) : [];
  });
}

/** Reads one entry of a section, and the sections nested in it. */
export function readEntry(
  row: ResourceKind,
  localName: string,
  entry: MappingTree,
  path: Path,
  inherited: InheritedContext,
  context: ParseContext,
): ParsedResource[] {
  const { parent } = inherited;
  const isShared = row.kind === 'gateway' && entry.entries.has(SHARED_BY);
  const owner = entryOwner(entry, path, context) ?? inherited.owner;
  const settings = entrySettings(row, entry, path, inherited.settings, context.report);
  checkName(row, localName, path, context.report);
  const resource: ParsedResource = {
    ...(isShared
      ? EMPTY_CONFIG
      : withVersionOfParent(row, readConfig(row, localName, entry, path, context), parent)),
    row,
    name: parent ? `${parent.name}/${localName}` : localName,
    path,
    ...defined({ parent, owner }),
    settings,
    ownership: isShared
      ? {}
      : readOwnershipKeys(entry, gateloopKeys(row), path, parent?.ownership, context.report),
    ...(isShared && { sharedBy: readSharedBy(entry, path, context.report) ?? '' }),
    ...defined({ publication: readPublication(row, entry, path, context.report) }),
  };
  const children = childKindsOf(row.kind).flatMap((child) => {
    const section = entry.entries.get(child.section);
    const childContext: InheritedContext = defined({ owner, settings, parent: resource });
    return section ? readSection(child, section.value, [...path, child.section], childContext, context) : [];
  });
  return [resource, ...children];
}

/** Another workspace says what the gateway is. */
const EMPTY_CONFIG: InterpretedConfig = { config: {}, checkable: {}, references: [], schemas: [] };

/** What the service makes and changes by itself is not the manifest's to declare. */
function checkName(row: ResourceKind, localName: string, path: Path, report: Report): void {
  if (!row.serviceNames?.includes(localName)) return;
  report.error(
    path,
    `The service makes ${localName} by itself, and changes it with each version. Remove the entry.`,
    {
      expected: 'another name',
    },
  );
}

/**
 * Names the latest version of the parent where the manifest names no version: the planner then updates the resource once
 * the parent has another one that is ready.
 */
function withVersionOfParent(
  { version, parent: parentKind }: ResourceKind,
  interpreted: InterpretedConfig,
  parent: ParsedResource | undefined,
): InterpretedConfig {
  const { config, references } = interpreted;
  if (!version || !parentKind || !parent || config[version.member] !== undefined) return interpreted;
  const text = `\${${resourceKinds[parentKind].section}.${parent.name}.${version.ofParent}}`;
  const path = [version.member];
  return {
    ...interpreted,
    config: { ...config, [version.member]: text },
    references: [...references, ...referencesIn(text).map((reference) => ({ ...reference, path }))],
  };
}

function readConfig(
  row: ResourceKind,
  localName: string,
  entry: MappingTree,
  path: Path,
  { catalog, report }: ParseContext,
): InterpretedConfig {
  const { create, updateOnly, all } = manifestShape(row, catalog);
  const entryKeys = gateloopKeys(row);
  const managedKeys = [...entry.entries.keys()].filter((key) => isManagedMember(row, key));
  for (const key of managedKeys) {
    const message =
      key === row.nameMember ? `The key above, "${localName}", is the name.` : 'Gateloop sets this field.';
    report.error([...path, key], `${message} Remove the line.`);
  }
  for (const [member, message] of Object.entries(row.refusedMembers ?? {}))
    if (entry.entries.has(member)) report.error([...path, member], message);
  for (const member of row.readOnlyMembers ?? []) {
    const at = member.split('.');
    if (memberAt(toJsonObject(entry), at) !== undefined)
      report.error(
        [...path, ...at],
        'The service sets this field, and ignores it in requests. Remove the line.',
      );
  }
  if (row.nameMember === undefined && !new RegExp(`^(?:${keyRule.pattern})$`).test(localName))
    report.error(path, 'The name cannot be used.', {
      expected: 'letters, digits, hyphens and underscores, at most 100',
      rule: 'api-name',
    });
  const refused = Object.keys(row.refusedMembers ?? {});
  const interpretation = interpretConfig(
    withJsonText(row, omitKeys(entry, [...entryKeys, ...managedKeys, ...refused])),
    all,
    path,
    report,
  );
  const { checkable } = interpretation;
  const later = [...updateOnly.members.keys()].filter((name) => checkable[name] !== undefined);
  const created = {
    ...managedMemberPlaceholders(row, create),
    ...omit(checkable, ...later),
    ...nameInput(row, localName),
  };
  const refusedMembers = [...all.members.keys()].filter(
    (key) => isManagedMember(row, key) || row.readOnlyMembers?.includes(key) || refused.includes(key),
  );
  const otherKeys = [...entryKeys, ...updateOnly.members.keys()].filter((key) => !refused.includes(key));
  const check = { ...defined({ nameMember: row.nameMember }), otherKeys, refusedMembers };
  checkConfig(catalog, { ...check, shape: create.name }, created, path, report);
  for (const { name, required } of updateOnly.members.values())
    if (required && checkable[name] === undefined)
      report.error([...path, name], `"${name}" is required.`, { rule: 'api-required' });
  if (later.length === 0) return interpretation;
  const updated = Object.fromEntries(Object.entries(checkable).filter(([name]) => later.includes(name)));
  checkConfig(catalog, { ...check, shape: updateOnly.name, isPart: true }, updated, path, report);
  return interpretation;
}

/**
 * Writes the value of a member that is JSON in a text as canonical JSON, so that another order or spacing is no change. A
 * `file` is written so once it is read.
 */
function withJsonText({ jsonMember = '' }: ResourceKind, entry: MappingTree): MappingTree {
  const given = entry.entries.get(jsonMember);
  if (!given || (given.value.type === 'mapping' && given.value.entries.has('file'))) return entry;
  const { value: tree } = given;
  const isText = tree.type === 'scalar';
  if (isText && typeof tree.value !== 'string') return entry;
  const text = canonicalText(isText ? String(tree.value) : JSON.stringify(toJson(tree)));
  const value = { type: 'scalar', position: tree.position, value: text } as const;
  return { ...entry, entries: new Map([...entry.entries, [jsonMember, { ...given, value }]]) };
}

/** @returns placeholders for required members of the API that Gateloop sets, so that the check does not report them */
function managedMemberPlaceholders(row: ResourceKind, shape: StructureShape): JsonObject {
  const required = [...shape.members.values()].filter(
    ({ name, required }) =>
      required && (isManagedMember(row, name) || Object.hasOwn(row.createdFrom ?? {}, name)),
  );
  return Object.fromEntries(required.map((member) => [member.name, placeholder]));
}

function entryOwner(entry: MappingTree, path: Path, { owners, report }: ParseContext): Owner | undefined {
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
  const tree = gateloopKeys(row).includes('settings') ? entry.entries.get('settings') : undefined;
  if (!tree) return outer;
  const at = [...path, 'settings'];
  const settings = mergeSettings(outer, readTargetSettings(tree.value, at, report));
  checkAuthorization(settings, at, report);
  return settings;
}

/** @returns undefined for kinds that are not published */
function readPublication(
  row: ResourceKind,
  entry: MappingTree,
  path: Path,
  report: Report,
): Publication | undefined {
  if (!gateloopKeys(row).includes('publication')) return undefined;
  const tree = entry.entries.get('publication');
  return (tree && readEnum(publications)(tree.value, [...path, 'publication'], report)) ?? publications[0];
}

function checkCount(
  row: ResourceKind,
  { entries }: MappingTree,
  path: Path,
  { limits, report }: ParseContext,
): void {
  const maxEntries = limits.entries[row.kind];
  if (maxEntries === undefined || entries.size <= maxEntries) return;
  report.error(path, `There are ${entries.size} ${row.section} here; the service allows ${maxEntries}.`, {
    expected: `at most ${maxEntries}`,
  });
}

/** Names are part of S3 keys and of messages, where names that differ only in case are easily confused. */
function checkNamesDifferByCase({ entries }: MappingTree, path: Path, report: Report): void {
  const spellings = new Map<string, string>();
  for (const name of entries.keys()) {
    const lowerCase = name.toLowerCase();
    const earlier = spellings.get(lowerCase);
    if (earlier === undefined) spellings.set(lowerCase, name);
    else {
      report.error(
        [...path, name],
        `This name and "${earlier.slice(0, 80)}" differ only in case. Choose names that differ in more than case.`,
      );
    }
  }
}
