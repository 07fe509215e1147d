import type { Shape } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { type ComparableShapes, isStructure } from './comparableShapes.ts';

/**
 * Adds members of the live configuration to a desired one, so that an update leaves them as they are.
 *
 * @param live the response of Get, unwrapped
 * @param paths as in `Difference`
 */
export function withLiveMembers(
  { outputMembers, itemNames }: ResourceKind,
  desired: JsonObject,
  live: JsonObject,
  paths: readonly string[],
): JsonObject {
  return paths.reduce((config, path) => {
    const [member = '', ...rest] = segmentsOf(path);
    // An update changes the items one by one, and of each what it names.
    if (itemNames?.[member] && rest.length > 1) return config;
    const value = valueAt(live, [...segmentsOf(outputMembers?.[member] ?? member), ...rest]);
    return value === undefined ? config : withValueAt(config, [member, ...rest], value);
  }, desired);
}

/** Where the secret of a provider lies, such as `apiKeySecretSource`: the secret that the manifest names takes its place. */
const SECRET_PLACE = /Secret(Source|Config)(\.|$)/;

/**
 * The members of a live configuration that can stay beside a desired one. Of a union, and of a structure whose members
 * exclude each other, the one that the desired configuration names takes the place of another one.
 */
export function keepable(
  { alternatives = [] }: ResourceKind,
  paths: readonly string[],
  desired: JsonObject,
  shapes: ComparableShapes,
): string[] {
  return paths.filter((path) => {
    const [member = '', ...rest] = segmentsOf(path);
    const shape = shapes.members.get(member)?.input;
    return (
      !SECRET_PLACE.test(path) && !isReplaced(shape, desired[member], rest, { path: member, alternatives })
    );
  });
}

/** A structure, and those of its kind whose members exclude each other. */
interface Place {
  readonly path: string;
  readonly alternatives: readonly string[];
}

function isReplaced(
  shape: Shape | undefined,
  desired: JsonValue | undefined,
  [segment, ...rest]: readonly string[],
  { path, alternatives }: Place,
): boolean {
  if (!shape || segment === undefined) return false;
  if (Array.isArray(desired)) {
    const item = desired[Number(segment)];
    return shape.type === 'list' && isReplaced(shape.element, item, rest, { path, alternatives });
  }
  if (!isJsonObject(desired)) return false;
  const isExclusive = shape.type === 'union' || alternatives.includes(path);
  if (isExclusive && desired[segment] === undefined && Object.keys(desired).length > 0) return true;
  const inner = isStructure(shape) ? shape.members.get(segment)?.shape : undefined;
  return isReplaced(shape.type === 'map' ? shape.value : inner, desired[segment], rest, {
    path: `${path}.${segment}`,
    alternatives,
  });
}

/** `a.b["x y"][0]` → `a`, `b`, `x y`, `0` */
function segmentsOf(path: string): string[] {
  return [...path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g)].map(([, quoted, index, name]) =>
    quoted === undefined ? (index ?? name ?? '') : String(JSON.parse(`"${quoted}"`)),
  );
}

function valueAt(value: JsonValue | undefined, [segment, ...rest]: readonly string[]): JsonValue | undefined {
  if (segment === undefined) return value;
  if (Array.isArray(value)) return valueAt(value[Number(segment)], rest);
  return isJsonObject(value) ? valueAt(value[segment], rest) : undefined;
}

function withValueAt(
  container: JsonObject,
  [segment = '', ...rest]: readonly string[],
  value: JsonValue,
): JsonObject {
  return {
    ...container,
    [segment]: rest.length === 0 ? value : withValueIn(container[segment] ?? {}, rest, value),
  };
}

/** A value that can have no members stays as it is: the desired configuration comes first. */
function withValueIn(container: JsonValue, path: readonly string[], value: JsonValue): JsonValue {
  if (isJsonObject(container)) return withValueAt(container, path, value);
  if (!Array.isArray(container)) return container;
  const [index, ...rest] = path;
  return container.map((item: JsonValue, at) =>
    String(at) === index ? withValueIn(item, rest, value) : item,
  );
}
