import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { memberAt } from '../../core/manifest/memberAt.ts';
import { omit, own } from '../../core/objects.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { resourceKinds, WORKSPACE_TAG } from '../../core/resources/resourceKinds.ts';
import { canonicalInlineSchemas } from '../../functions/poll/canonicalInlineSchemas.ts';
import { subjectOf } from './manifests.ts';
import type { World } from './world.ts';

/** Members of responses that say which resource it is, when it changed, and how it is: no configuration. */
const IDENTITY: ReadonlySet<string> = new Set([
  ...Object.values(resourceKinds).flatMap((row) =>
    [
      row.idMember,
      row.idRequestMember,
      row.arnMember,
      row.nameMember ?? [],
      row.updatedAtMember,
      row.reasonMember,
    ]
      .flat()
      .concat(row.outputs),
  ),
  ...['status', 'createdAt', 'createdTime', 'lastSynchronizedAt', 'workloadIdentityDetails'],
  ...['harnessVersion', 'privateEndpointManagedResources', 'evaluatorType', 'lockedForModification'],
  ...['createdBy', 'createdByAutoDetection', 'synchronizedSource', 'customMetadataSchemaComplianceStatus'],
  ...['datasetVersion', 'exampleCount', 'lineageMetadata'],
]);

/** Random parts of what the service makes by itself. */
const IDS: readonly [RegExp, string][] = [
  [/(bedrock-agentcore-identity!default\/.*)-[A-Za-z]{6}$/, '$1'],
  [/(\/oauth2credentialprovider|\/apikeycredentialprovider)\/.*/, '$1'],
];

/** Values as JSON texts by path. */
export type StoredState = Readonly<Record<string, string>>;

/** The paths at which two states differ. */
export function pathsThatDiffer(one: StoredState, other: StoredState): string[] {
  return Object.keys({ ...one, ...other }).filter((path) => own(one, path) !== own(other, path));
}

/** The configuration that the service holds, tags of the manifest included, as texts by path. */
export async function storedState(world: World, row: ResourceKind): Promise<StoredState> {
  // The text of an inline schema may be written in many ways that say the same.
  const live = await canonicalInlineSchemas(await world.live(subjectOf(row)));
  const configuration = Object.fromEntries(
    Object.entries(asRequested(row, live))
      .filter(([name]) => !IDENTITY.has(name))
      .map(([name, value]) => [name, withoutIds(value, name)]),
  );
  const arn = live[resourceKinds[row.kind].arnMember];
  const tags = row.tags && typeof arn === 'string' ? await world.controlPlane.tags(arn) : {};
  const declared = Object.fromEntries(Object.entries(tags).filter(([key]) => key !== WORKSPACE_TAG));
  return flat({ ...configuration, tags: declared }, '');
}

/** With the names of requests for the members that responses have at another path. */
function asRequested(
  { outputMembers = {}, forms, itemNames = {} }: ResourceKind,
  shown: JsonObject,
): JsonObject {
  const live = inOrder(forms?.fromResponse(shown) ?? shown, itemNames);
  const paths = Object.entries(outputMembers).filter(([, path]) => path.includes('.'));
  const renamed = paths.flatMap(([member, path]): [string, JsonValue][] => {
    const value = memberAt(live, path.split('.'));
    return value === undefined ? [] : [[member, value]];
  });
  const holders = paths.map(([, path]) => path.split('.')[0] ?? '');
  return { ...omit(live, ...holders), ...Object.fromEntries(renamed) };
}

/** The order of items that have names says nothing. */
function inOrder(live: JsonObject, itemNames: NonNullable<ResourceKind['itemNames']>): JsonObject {
  const sorted = Object.entries(itemNames).flatMap(([member, nameOf]): [string, JsonValue][] => {
    const items = live[member];
    return Array.isArray(items)
      ? [[member, items.toSorted((one, other) => nameOf(one).localeCompare(nameOf(other)))]]
      : [];
  });
  return { ...live, ...Object.fromEntries(sorted) };
}

function withoutIds(value: JsonValue, path: string): JsonValue {
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutIds(item, path));
  if (isJsonObject(value)) {
    const isRuntime = path === 'environment.agentCoreRuntimeEnvironment';
    const isMemory = path === 'memory.managedMemoryConfiguration';
    const entries = Object.entries(value).filter(
      ([name]) => !((isRuntime || isMemory) && IDENTITY.has(name)),
    );
    return Object.fromEntries(entries.map(([name, each]) => [name, withoutIds(each, `${path}.${name}`)]));
  }
  return typeof value === 'string'
    ? IDS.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), value)
    : value;
}

function flat(value: JsonValue, path: string): Record<string, string> {
  const isBranch = (isJsonObject(value) || Array.isArray(value)) && Object.keys(value).length > 0;
  if (!isBranch) {
    const isEmptyMap = isJsonObject(value) && !path.includes('.');
    // An absent list or map and an empty one are the same, unlike an empty structure, which is the choice of a union.
    return isEmptyMap || Array.isArray(value) ? {} : { [path]: JSON.stringify(value) };
  }
  const entries = Object.entries(value as JsonObject);
  return Object.assign(
    {},
    ...entries.map(([name, each]) => flat(each, path === '' ? name : `${path}.${name}`)),
  );
}
