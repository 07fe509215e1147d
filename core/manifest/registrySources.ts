import type { JsonObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import { defined } from '../objects.ts';
import { formatPath, type Path, type SourceLocation } from '../problem.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { gateloopKeys, isManagedMember } from './gateloopKeys.ts';
import { type DeclaredNames, linkReferences } from './linkReferences.ts';
import type { Owner } from './owners.ts';
import { asMapping, type FieldReader, readFields, readString } from './readFields.ts';
import { type ParseContext, type ParsedResource, readEntry } from './readResources.ts';
import { type Reference, referencesIn } from './reference.ts';
import type { Report } from './report.ts';
import type { TargetSettings } from './settings.ts';
import { describeValue, type Entry, type MappingTree, omitKeys, type Tree } from './tree.ts';

/** A registry whose approved records become targets of a gateway. */
export interface RegistrySource {
  /** The gateway's name. */
  readonly gateway: string;
  /** An id, or a reference to a registry of the same manifest. */
  readonly registryId: string;
  /** The allowed servers: host names, or `*.` and a suffix of host names. Absent: every server. */
  readonly hosts?: readonly string[];
  /** Members of the API's create call that each target gets in addition to those from its record. */
  readonly config: JsonObject;
  readonly references: readonly Reference[];
  readonly owner?: Owner;
  readonly settings: TargetSettings;
  /** The path within the manifest, formatted: `gateways.payments.targetsFromRegistry`. */
  readonly path: string;
  readonly location: SourceLocation;
}

/** A registry source before its references are resolved. */
export interface ParsedSource {
  readonly registryId: string;
  readonly hosts?: readonly string[];
  readonly gateway: ParsedResource;
  /** A target like the one of each record, with a placeholder for the record's endpoint; the plan rules check it. */
  readonly sampleTarget: ParsedResource;
}

export const SOURCE_KEY = 'targetsFromRegistry';
/** Members of the create call whose values come from the record. */
export const RECORD_MEMBERS = ['targetConfiguration', 'description'];
/** The patterns for JSON Schema. */
export const registryIdPattern = '^[a-zA-Z0-9]{12,16}$';
export const hostPattern =
  '^(\\*\\.)?([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)+[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$';
export const MAX_HOSTS = 50;

const ID_EXPECTED = `the id of a registry, or a reference such as \${registries.tools.registryId}`;
const HOST_EXPECTED = 'host names such as mcp.example.com or *.example.com';
/** RFC 2606 reserves the domain `.example`, so no server has this name. */
const PLACEHOLDER_ENDPOINT = 'https://record.example/mcp';

/** Reads `targetsFromRegistry` of each gateway that has the key. */
export function readSources(
  section: Tree | undefined,
  gateways: readonly ParsedResource[],
  context: ParseContext,
): ParsedSource[] {
  if (section?.type !== 'mapping') return [];
  return gateways.flatMap((gateway) => {
    const entry = section.entries.get(gateway.name)?.value;
    const source = entry?.type === 'mapping' ? entry.entries.get(SOURCE_KEY) : undefined;
    return (source && readSource(gateway, source.value, context)) ?? [];
  });
}

function readSource(gateway: ParsedResource, tree: Tree, context: ParseContext): ParsedSource | undefined {
  const { report } = context;
  const path = [...gateway.path, SOURCE_KEY];
  const mapping = asMapping(tree, path, report);
  if (!mapping) return undefined;
  const { own, rest } = splitFields(mapping, path, context);
  const { registryId, hosts } = readFields<SourceFields>(own, path, report, {
    registryId: readRegistryId,
    hosts: readHosts,
  });
  const { owner, settings } = gateway;
  const inherited = defined({ owner, settings, parent: gateway });
  const [sampleTarget] = readEntry(targetKind, 'record', toTargetEntry(rest), path, inherited, context);
  const [member] = Object.keys(sampleTarget?.config ?? {}).filter((name) => !RECORD_MEMBERS.includes(name));
  if (member !== undefined && !own.entries.has('hosts')) {
    report.error(
      [...path, member],
      'Without "hosts", Gateloop would configure this for any server that a record names.',
      { expected: `"hosts" beside it: ${HOST_EXPECTED}` },
    );
  }
  if (!own.entries.has('registryId')) {
    report.error(path, 'The registry is missing.', { expected: `registryId: ${ID_EXPECTED}` });
  }
  if (registryId === undefined || !sampleTarget) return undefined;
  return defined({ registryId, hosts, gateway, sampleTarget });
}

/** @returns the source with its references resolved */
export function linkSource(
  { gateway, registryId, hosts, sampleTarget }: ParsedSource,
  names: DeclaredNames,
  report: Report,
): RegistrySource {
  const { path, config, references, owner, settings } = sampleTarget;
  const registryReferences = referencesIn(registryId).map((parts) => ({ ...parts, path: ['registryId'] }));
  linkReferences(registryReferences, names, path, report);
  const own = Object.entries(config).filter(([member]) => !RECORD_MEMBERS.includes(member));
  return {
    gateway: gateway.name,
    registryId,
    ...defined({ hosts, owner }),
    config: Object.fromEntries(own),
    references: linkReferences(references, names, path, report),
    settings,
    path: formatPath(path),
    location: { file: report.file, ...report.position(path) },
  };
}

interface SourceFields {
  readonly registryId: string;
  readonly hosts: readonly string[];
}

const targetKind = resourceKinds.gatewayTarget;
const SOURCE_FIELDS: readonly (keyof SourceFields)[] = ['registryId', 'hosts'];

/** Splits the keys into those of the source itself and those of its targets, and reports unknown keys. */
function splitFields(
  mapping: MappingTree,
  path: Path,
  { catalog, report }: ParseContext,
): { own: MappingTree; rest: MappingTree } {
  const members = catalog.operation(targetKind.operations.create)?.input.members.keys() ?? [];
  const targetMembers = [...members].filter(
    (name) => !isManagedMember(targetKind, name) && !RECORD_MEMBERS.includes(name),
  );
  // What a registry provides has no line of its own to adopt or to give away.
  const ownKeys = gateloopKeys(targetKind).filter((key) => ['owner', 'settings'].includes(key));
  const known = [...SOURCE_FIELDS, ...ownKeys, ...targetMembers];
  const unknown = [...mapping.entries.keys()].filter((key) => !known.includes(key));
  for (const key of unknown) {
    if (RECORD_MEMBERS.includes(key) || isManagedMember(targetKind, key)) {
      report.error([...path, key], 'The registry record sets this field. Remove the line.');
    } else {
      report.error([...path, key], 'Unknown key.', {
        expected: `one of ${known.join(', ')}`,
        suggestion: nearest(key, known),
      });
    }
  }
  const isSourceField = (key: string) => SOURCE_FIELDS.some((field) => field === key);
  const keys = [...mapping.entries.keys()];
  return {
    own: omitKeys(
      mapping,
      keys.filter((key) => !isSourceField(key)),
    ),
    rest: omitKeys(mapping, [...keys.filter(isSourceField), ...unknown]),
  };
}

/** Adds a placeholder endpoint, so that the common members of the records' targets are read and checked as a target. */
function toTargetEntry(rest: MappingTree): MappingTree {
  const { position } = rest;
  const nested = (key: string, value: Tree): MappingTree => ({
    type: 'mapping',
    position,
    entries: new Map<string, Entry>([[key, { keyPosition: position, value }]]),
  });
  const endpoint: Tree = { type: 'scalar', position, value: PLACEHOLDER_ENDPOINT };
  const configuration = nested('mcp', nested('mcpServer', nested('endpoint', endpoint)));
  const entry: Entry = { keyPosition: position, value: configuration };
  return { ...rest, entries: new Map([...rest.entries, ['targetConfiguration', entry]]) };
}

const readRegistryId: FieldReader<string> = (tree, path, report) => {
  const text = readString(tree, path, report, ID_EXPECTED);
  if (text === undefined) return undefined;
  const [reference, ...more] = referencesIn(text);
  const isReference =
    reference?.text === text && more.length === 0 && (reference.kind ?? 'registry') === 'registry';
  if (isReference ? reference.field === '' || reference.field === 'registryId' : isId(text)) return text;
  report.error(path, 'This does not name a registry.', { expected: ID_EXPECTED });
  return undefined;
};

/**
 * @param host in lower case
 * @param pattern a host name, or `*.` and a suffix of host names, at a dot: `*.example.com` matches neither `example.com`
 *   nor `myexample.com`
 */
export function matchesHost(host: string, pattern: string): boolean {
  const name = pattern.toLowerCase();
  return name.startsWith('*.') ? host.endsWith(name.slice(1)) : host === name;
}

function isId(text: string): boolean {
  return new RegExp(registryIdPattern).test(text);
}

const readHosts: FieldReader<readonly string[]> = (tree, path, report) => {
  if (tree.type !== 'sequence' || tree.items.length === 0 || tree.items.length > MAX_HOSTS) {
    const found = tree.type === 'sequence' ? `a list of ${tree.items.length}` : describeValue(tree);
    report.error(path, `This is ${found}.`, {
      expected: `a list of 1 to ${MAX_HOSTS} ${HOST_EXPECTED}`,
    });
    return undefined;
  }
  return tree.items.flatMap((item, index) => {
    const at = [...path, index];
    const host = readString(item, at, report, HOST_EXPECTED);
    if (host === undefined) return [];
    // A DNS name has at most 253 characters.
    if (host.length <= 253 && new RegExp(hostPattern).test(host)) return [host];
    report.error(at, 'This is not a host name.', { expected: HOST_EXPECTED });
    return [];
  });
};
