import type { ShapeCatalog } from '../api/shapes.ts';
import { nearest } from '../nearest.ts';
import { defined } from '../objects.ts';
import { byPosition, hasErrors, type Path, type Problem } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds, topLevelKinds } from '../resources/resourceKinds.ts';
import { checkMetadata } from './checkMetadata.ts';
import { checkOwnershipKeys } from './checkOwnershipKeys.ts';
import { checkCycles } from './findCycles.ts';
import { defaultLimits, type ManifestLimits } from './limits.ts';
import { linkReferences } from './linkReferences.ts';
import type { Manifest, ManifestResource } from './manifest.ts';
import { type ManifestFaults, manifestFaults } from './manifestFaults.ts';
import { manifestMigrations, withoutOldShapes } from './oldShapes.ts';
import { type Owners, readOwners } from './owners.ts';
import { type ParameterFile, withParameters } from './parameters.ts';
import { planRules } from './planRules.ts';
import { asMapping } from './readFields.ts';
import { type ParseContext, type ParsedResource, readSection } from './readResources.ts';
import { readYaml } from './readYaml.ts';
import { linkSource, readSources } from './registrySources.ts';
import { Report } from './report.ts';
import {
  checkAuthorization,
  defaultSettings,
  mergeSettings,
  readSettings,
  type Settings,
} from './settings.ts';
import type { MappingTree } from './tree.ts';

const WORKSPACE_KEYS = ['owners', 'settings'] as const;

/**
 * Parses a manifest and reports all its problems at once, each with its location. Never throws, whatever the bytes are.
 *
 * @param bytes the content of the file: YAML 1.2 or JSON
 * @param file the file name for problems, such as `manifest.yaml`
 * @param workspace the name of the workspace; without it, the secrets' names are not checked against the workspace
 * @param parameters the values of the environment, for `${param.NAME}`
 * @returns `manifest` if there is no error; `readable`, what can be read of a manifest, whatever its errors are, with
 *   `faults`, which says what of it the errors concern; and all problems, which include warnings
 */
export function parseManifest(
  bytes: Uint8Array,
  file: string,
  catalog: ShapeCatalog,
  limits: ManifestLimits = defaultLimits,
  workspace?: string,
  parameters?: ParameterFile,
): { manifest?: Manifest; readable?: Manifest; faults?: ManifestFaults; problems: Problem[] } {
  const { tree, problems } = readYaml(bytes, file, limits);
  if (!tree) return { problems: limitProblems(problems, limits) };
  const report = new Report(file, tree, workspace);
  if (tree.type !== 'mapping') {
    report.error([], 'A manifest must be a mapping of sections.', {
      expected: `sections such as ${sectionNames().join(', ')}`,
    });
    return { problems: limitProblems([...problems, ...report.problems()], limits) };
  }
  const current = withoutOldShapes(tree, manifestMigrations, report);
  const filled = parameters && withParameters(current, parameters, report, limits);
  const manifest = readManifest(filled?.tree ?? current, report, catalog, limits);
  // What else is wrong in a line that was misread follows from that.
  const misread = new Set(problems.map(({ line }) => line));
  const ofParameters = filled?.problems ?? [];
  const all = [...problems, ...report.problems().filter(({ line }) => !misread.has(line))].sort(byPosition);
  all.push(...ofParameters);
  const errors = all.filter(({ severity }) => severity === 'error');
  const located = errors.map((problem) => ({ problem, path: report.pathOf(problem) }));
  return defined({
    manifest: hasErrors(all) ? undefined : manifest,
    readable: manifest,
    faults: manifestFaults(located, manifest.resources, catalog),
    problems: limitProblems(all, limits),
  });
}

function readManifest(
  tree: MappingTree,
  report: Report,
  catalog: ShapeCatalog,
  limits: ManifestLimits,
): Manifest {
  checkKeys(tree, report);
  const settings = workspaceSettings(tree, report);
  const owners = workspaceOwners(tree, report);
  const context = { catalog, owners, limits, report };
  const all = readSections(tree, context, settings);
  const parsed = all.filter(({ sharedBy }) => sharedBy === undefined);
  const gateways = parsed.filter(({ row }) => row.kind === 'gateway');
  const sources = readSources(tree.entries.get('gateways')?.value, gateways, context);
  if (all.length === 0) report.warning([], 'The manifest declares no resource.');
  applyRules([...parsed, ...sources.map(({ sampleTarget }) => sampleTarget)], report);
  checkOwnershipKeys(parsed, sources, report);
  checkMetadata(parsed, report);
  const names = declaredNames(all);
  const resources = parsed.map((resource) => linkResource(resource, names, report));
  checkCycles(resources, report);
  const linkedSources = sources.map((source) => linkSource(source, names, report));
  const { file } = report;
  const locationOf = (path: Path) => ({ file, ...report.position(path) });
  const shared = all.flatMap(({ name, sharedBy, owner, path }) =>
    sharedBy === undefined
      ? []
      : [{ name, sharedBy, path, ...defined({ owner }), location: locationOf(path) }],
  );
  return { file, settings, owners, resources, shared, sources: linkedSources, locationOf };
}

function readSections(tree: MappingTree, context: ParseContext, settings: Settings): ParsedResource[] {
  const owner = Object.hasOwn(context.owners, 'default') ? context.owners.default : undefined;
  const { resync, approve, authorization } = settings;
  const inherited = defined({ owner, settings: { resync, approve, authorization } });
  return topLevelKinds.flatMap((row) => {
    const section = tree.entries.get(row.section);
    return section ? readSection(row, section.value, [row.section], inherited, context) : [];
  });
}

function sectionNames(): readonly string[] {
  return topLevelKinds.map((row) => row.section);
}

function checkKeys(tree: MappingTree, report: Report): void {
  const known = [...WORKSPACE_KEYS, ...sectionNames()];
  for (const key of tree.entries.keys()) {
    if (known.includes(key)) continue;
    const parents = Object.values(resourceKinds).flatMap(({ section, parent }) =>
      parent && section === key ? [resourceKinds[parent].section] : [],
    );
    const quoted = parents.map((parent) => `"${parent}"`).join(' or ');
    report.error([key], quoted ? `"${key}" belongs inside an entry of ${quoted}.` : 'Unknown section.', {
      expected: quoted ? `${parents[0]}: { <name>: { ${key}: … } }` : `one of ${known.join(', ')}`,
      suggestion: quoted ? undefined : nearest(key, known),
    });
  }
}

function workspaceSettings(tree: MappingTree, report: Report): Settings {
  const given = tree.entries.get('settings');
  if (!given) return defaultSettings;
  const settings = mergeSettings(defaultSettings, readSettings(given.value, ['settings'], report));
  checkAuthorization(settings, ['settings'], report);
  return settings;
}

function workspaceOwners(tree: MappingTree, report: Report): Owners {
  const section = tree.entries.get('owners');
  if (section && asMapping(section.value, ['owners'], report))
    return readOwners(section.value, ['owners'], report);
  return {};
}

function applyRules(resources: readonly ParsedResource[], report: Report): void {
  for (const { row, config, parent, path } of resources) {
    for (const rule of planRules.filter(({ kind }) => kind === row.kind)) {
      for (const finding of rule.find(
        // What the gateway of another workspace is, no manifest of this one says.
        defined({
          name: String(path.at(-1)),
          config,
          parent: parent?.sharedBy === undefined ? parent?.config : undefined,
        }),
      )) {
        const at = [...path, ...finding.path];
        const hints = { expected: finding.expected, rule: rule.id };
        if (rule.severity === 'error') report.error(at, finding.message, hints);
        else report.warning(at, finding.message, hints);
      }
    }
  }
}

function declaredNames(resources: readonly ParsedResource[]): Map<KindName, Set<string>> {
  const names = new Map<KindName, Set<string>>();
  for (const { row, name } of resources) {
    const known = names.get(row.kind);
    if (known) known.add(name);
    else names.set(row.kind, new Set([name]));
  }
  return names;
}

function linkResource(
  { row, name, config, references, schemas, owner, settings, ownership, publication, path }: ParsedResource,
  names: ReadonlyMap<KindName, ReadonlySet<string>>,
  report: Report,
): ManifestResource {
  const { file } = report;
  return {
    kind: row.kind,
    name,
    config,
    references: linkReferences(references, names, path, report),
    schemas,
    ...defined({ owner, publication }),
    settings,
    ownership,
    path,
    location: { file, ...report.position(path) },
    locationOf: (member) => ({ file, ...report.position([...path, ...member]) }),
  };
}

/** Keeps the order of the file; if there are too many problems, errors come first. */
function limitProblems(problems: readonly Problem[], limits: ManifestLimits): Problem[] {
  if (problems.length <= limits.problems) return [...problems];
  const errors = problems.filter((problem) => problem.severity === 'error');
  const warnings = problems.filter((problem) => problem.severity === 'warning');
  const listed = [...errors, ...warnings].slice(0, limits.problems - 1);
  const [first] = listed;
  const rest = `${problems.length - listed.length} further problems are not listed. Fix the listed ones first.`;
  return first
    ? [...listed, { severity: first.severity, file: first.file, path: '', message: rest }]
    : listed;
}
