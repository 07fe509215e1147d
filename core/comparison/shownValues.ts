import { isDeepStrictEqual } from 'node:util';
import type { Shape } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import {
  detectCredential,
  isSecretEntry,
  isSecretMemberName,
  isSecretReference,
} from '../manifest/secrets.ts';
import { defined, own } from '../objects.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { type ComparableShapes, isStructure } from './comparableShapes.ts';
import { type Difference, inOrderOf, stepsOf, valueAtPath } from './compareConfiguration.ts';
import { asRequested } from './externalSecret.ts';

/** Stands for a value, or a part of one, that may be a secret. */
export const NOT_SHOWN = '(not shown)';
/** Stands for the output of a resource that does not exist yet. */
export const KNOWN_AFTER_APPLY = '(known after apply)';

/** @returns the members of a response of Get under their names in requests */
export function presentMembers(
  row: ResourceKind,
  live: JsonObject,
  config: JsonObject,
  { members }: ComparableShapes,
): JsonObject {
  const requested = asRequested(row, live, config);
  return Object.fromEntries(
    [...members].flatMap(([name, { outputName }]): [string, JsonValue][] => {
      const [value, wanted] = [requested[outputName], config[name]];
      if (!Array.isArray(value) || !Array.isArray(wanted)) return value === undefined ? [] : [[name, value]];
      return [[name, inOrderOf(row, name, wanted, value).map((item) => item ?? null)]];
    }),
  );
}

/**
 * A live value as people may see it. AWS returns the variables of a runtime in clear, and another client may have put a
 * secret there: what free keys hold is shown only if a manifest says the same.
 */
export function visible(
  value: JsonValue,
  shape: Shape | undefined,
  name: string,
  declared: JsonValue | undefined,
): JsonValue {
  if (declared !== undefined && isSecretReference(declared)) return NOT_SHOWN;
  const isFree = shape === undefined || shape.type === 'document';
  if (isFree && !isDeepStrictEqual(declared, value)) return NOT_SHOWN;
  if (Array.isArray(value)) {
    const element = shape?.type === 'list' ? shape.element : shape;
    return value.map((item: JsonValue, index) =>
      visible(item, element, name, Array.isArray(declared) ? declared[index] : undefined),
    );
  }
  if (!isJsonObject(value)) return withoutCredentials(value, name);
  const entries = Object.entries(value).map(([key, member]): [string, JsonValue] => {
    const wanted = declared !== undefined && isJsonObject(declared) ? own(declared, key) : undefined;
    // A shape of no kind: an entry of a map is free.
    const inner = shape && isStructure(shape) ? shape.members.get(key)?.shape : undefined;
    return [key, visible(member, inner, key, wanted)];
  });
  return Object.fromEntries(entries);
}

/** Manifests hold no secrets, and are checked for them; this is a second guard for what the check does not know. */
export function withoutCredentials(value: JsonValue, name: string): JsonValue {
  if (isSecretReference(value)) return value;
  if (typeof value === 'string') {
    const isSecret = isSecretMemberName(name) || isSecretEntry(name, value);
    return (isSecret && value !== KNOWN_AFTER_APPLY) || detectCredential(value) ? NOT_SHOWN : value;
  }
  if (Array.isArray(value)) return value.map((item: JsonValue) => withoutCredentials(item, name));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, withoutCredentials(member, key)]),
  );
}

/** @returns the shape at a path; undefined for an entry of a map, and for what the model does not know */
export function shapeAt({ members }: ComparableShapes, path: string): Shape | undefined {
  const [name = '', ...steps] = stepsOf(path);
  let shape = members.get(name)?.input;
  for (const step of steps) {
    if (shape?.type === 'list') shape = shape.element;
    else shape = shape && isStructure(shape) ? shape.members.get(step)?.shape : undefined;
  }
  return shape;
}

/** @returns the last name or key of a path, which says what a value is */
export function lastStep(path: string): string {
  return stepsOf(path).findLast((step) => !/^\d+$/.test(step)) ?? path;
}

/** The values of a member on both sides, as text that people may see. */
export interface ShownValues {
  /** As it was applied; absent where nothing was, or where only a digest is known. */
  readonly applied?: string;
  /** As it is in AWS; absent where nothing is there. */
  readonly live?: string;
}

/** As many values are kept of a resource as are reported, and as much of each as a line of a table shows. */
const MAX_VALUES = 20;
const MAX_LENGTH = 200;

/**
 * The values of the members that differ, by path. A ledger keeps them and a console shows them, so that they are few and short,
 * and without whatever may be a secret.
 *
 * @param config as it was applied
 * @param live the response of Get, unwrapped
 */
export function driftValues(
  differences: readonly Difference[],
  row: ResourceKind,
  config: JsonObject,
  live: JsonObject,
  shapes: ComparableShapes,
): Readonly<Record<string, ShownValues>> {
  const present = presentMembers(row, live, config, shapes);
  const entries = differences.slice(0, MAX_VALUES).flatMap(({ path, change }): [string, ShownValues][] => {
    if (change === 'unreadable') return [];
    const [applied, found] = [valueAtPath(config, path), valueAtPath(present, path)];
    const name = lastStep(path);
    const shown = found === undefined ? undefined : visible(found, shapeAt(shapes, path), name, applied);
    const before = applied === undefined ? undefined : withoutCredentials(applied, name);
    return [[path, defined({ applied: shortText(before), live: shortText(shown) })]];
  });
  return Object.fromEntries(entries);
}

/** The values of tags that differ, by their paths. */
export function tagValues(
  differences: readonly Difference[],
  applied: Readonly<Record<string, string>>,
  live: Readonly<Record<string, string>>,
): Readonly<Record<string, ShownValues>> {
  const entries = differences.slice(0, MAX_VALUES).map(({ path }): [string, ShownValues] => {
    const key = path.slice(path.indexOf('.') + 1);
    const shown = (tags: Readonly<Record<string, string>>) => {
      const value = own(tags, key);
      return value === undefined ? undefined : shortText(withoutCredentials(value, key));
    };
    return [path, defined({ applied: shown(applied), live: shown(live) })];
  });
  return Object.fromEntries(entries);
}

function shortText(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' && value === NOT_SHOWN ? value : JSON.stringify(value);
  const start = [...text.slice(0, 2 * MAX_LENGTH)].slice(0, MAX_LENGTH).join('');
  return start.length < text.length ? `${start}…` : text;
}
