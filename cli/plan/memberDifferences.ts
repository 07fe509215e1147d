import { isDeepStrictEqual } from 'node:util';
import type { Shape, ShapeCatalog } from '../../core/api/shapes.ts';
import { comparableShapes, isStructure } from '../../core/comparison/comparableShapes.ts';
import { compareConfiguration, stepsOf, valueAtPath } from '../../core/comparison/compareConfiguration.ts';
import { asRequested } from '../../core/comparison/externalSecret.ts';
import { leftovers } from '../../core/comparison/leftovers.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import {
  detectCredential,
  isSecretEntry,
  isSecretMemberName,
  isSecretReference,
} from '../../core/manifest/secrets.ts';
import { defined, own } from '../../core/objects.ts';
import { fixedDifferences, unclearable } from '../../core/reconcile/heldBack.ts';
import type { ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';

/** A member that differs between AWS and the manifest, with both values. */
export interface MemberDifference {
  /** Such as `description`, `tools[0].name` or `tags.team`. */
  readonly path: string;
  /** The value in AWS; absent where AWS has none. */
  readonly from?: JsonValue;
  /** The value in the manifest; absent where the manifest does not name the member, and for `knownAfterApply`. */
  readonly to?: JsonValue;
  /** The manifest refers to an output of a resource that does not exist yet. */
  readonly knownAfterApply?: true;
  /** A value, or a part of one, may be a secret and is not shown. */
  readonly hidden?: true;
  /** Why no call changes or clears the member: it stays as it is in AWS. */
  readonly stays?: string;
}

/** Stands for a value, or a part of one, that may be a secret. */
export const NOT_SHOWN = '(not shown)';
/** Stands for the output of a resource that does not exist yet. */
export const KNOWN_AFTER_APPLY = '(known after apply)';

export interface Sides {
  readonly row: ResourceKind;
  /** The manifest's configuration; an output that is not known yet is `KNOWN_AFTER_APPLY`. */
  readonly config: JsonObject;
  /** The response of Get, unwrapped. */
  readonly live: JsonObject;
  readonly record: ResourceRecord;
  /** The configuration that was applied last, as the manifest of that time gave it. */
  readonly before?: JsonObject;
  readonly catalog: ShapeCatalog;
}

/** Compares a live configuration with the manifest, by the rules that the reconciliation compares with. */
export function liveDifferences(sides: Sides): MemberDifference[] {
  const { row, config, live, record, before = {}, catalog } = sides;
  const shapes = comparableShapes(row, catalog);
  const comparison = compareConfiguration(row, config, live, shapes);
  const kept = record.adopted?.kept ?? [];
  const left = leftovers({ row, desired: config, live, shapes }, comparison, record.snapshot).filter(
    (path) => !kept.includes(path),
  );
  const stays = new Map([...fixedDifferences(row, comparison.differences), ...unclearable(sides, left)]);
  const requested = asRequested(row, live, config);
  const present = Object.fromEntries(
    [...shapes.members].flatMap(([name, { outputName }]): [string, JsonValue][] => {
      const value = requested[outputName];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const shapeOf = (path: string) => shapeAt(shapes.members.get(stepsOf(path)[0] ?? '')?.input, path);
  const changed = [...new Set([...comparison.differences.map(({ path }) => path), ...left])].map(
    (path): MemberDifference => {
      const [from, to] = [valueAtPath(present, path), valueAtPath(config, path)];
      const declared = valueAtPath(before, path) ?? to;
      const shown = from === undefined ? undefined : visible(from, shapeOf(path), lastStep(path), declared);
      return difference(path, shown, to, stays.get(path));
    },
  );
  // AWS shows no secret: only the manifests say that another one is meant.
  const secrets = comparison.unverifiable.filter(
    (path) => !isDeepStrictEqual(valueAtPath(before, path), valueAtPath(config, path)),
  );
  const replaced =
    Object.keys(before).length === 0
      ? []
      : secrets.map((path) => difference(path, NOT_SHOWN, valueAtPath(config, path)));
  return [...changed, ...replaced];
}

/** @param from as it may be shown */
export function difference(
  path: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  stays?: string,
): MemberDifference {
  const wanted = to === undefined ? undefined : withoutCredentials(to, lastStep(path));
  const isUnknown = wanted !== undefined && JSON.stringify(wanted).includes(KNOWN_AFTER_APPLY);
  const isHidden = JSON.stringify([from, wanted]).includes(NOT_SHOWN);
  return {
    path,
    ...defined({ from, to: isUnknown ? undefined : wanted, stays }),
    ...(isUnknown && { knownAfterApply: true as const }),
    ...(isHidden && { hidden: true as const }),
  };
}

/**
 * A live value as people may see it. AWS returns the variables of a runtime in clear, and another client may have put a
 * secret there: what free keys hold is shown only if a manifest says the same.
 */
function visible(
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
function withoutCredentials(value: JsonValue, name: string): JsonValue {
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

/** @returns the shape at a path below a member; undefined for an entry of a map, and for what the model does not know */
function shapeAt(member: Shape | undefined, path: string): Shape | undefined {
  let shape = member;
  for (const step of stepsOf(path).slice(1)) {
    if (shape?.type === 'list') shape = shape.element;
    else shape = shape && isStructure(shape) ? shape.members.get(step)?.shape : undefined;
  }
  return shape;
}

function lastStep(path: string): string {
  return stepsOf(path).findLast((step) => !/^\d+$/.test(step)) ?? path;
}
