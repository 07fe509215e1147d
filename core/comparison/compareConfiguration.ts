import { isDeepStrictEqual } from 'node:util';
import type { Shape } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { isSecretReference } from '../manifest/secrets.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import { type ComparableShapes, isStructure } from './comparableShapes.ts';

/** A member of which AWS has another value than expected. `added`: AWS has it, and nobody asked for it. */
export interface Difference {
  /** Such as `environmentVariables.PROXY` or `tools[0].name`. */
  readonly path: string;
  readonly change: 'changed' | 'added' | 'removed';
}

/** How a live configuration compares with a desired one. */
export interface Comparison {
  /** Members that the manifest names, and that AWS has with another value, or not at all. */
  readonly differences: readonly Difference[];
  /**
   * Members that AWS has and the manifest does not name, with a digest of each value: the service filled them in, or
   * another client set them. The values of secrets are here too, since the manifest does not have them.
   */
  readonly unnamed: ReadonlyMap<string, string>;
}

/**
 * Compares what a manifest says with the response of Get. Structures are compared by the members that the manifest
 * names; maps and lists have to be equal. An empty list, an empty map and an absent member are the same.
 *
 * @param live the response of Get, unwrapped
 */
export function compareConfiguration(
  row: ResourceKind,
  desired: JsonObject,
  live: JsonObject,
  shapes: ComparableShapes,
): Comparison {
  const comparer = new Comparer(row);
  for (const [name, { input, outputName, output }] of shapes.members)
    comparer.compare(name, desired[name], live[outputName], input, output);
  return comparer;
}

class Comparer implements Comparison {
  readonly differences: Difference[] = [];
  readonly unnamed = new Map<string, string>();
  readonly #row: ResourceKind;

  constructor(row: ResourceKind) {
    this.#row = row;
  }

  compare(
    path: string,
    desired: JsonValue | undefined,
    live: JsonValue | undefined,
    input: Shape | undefined,
    output: Shape | undefined,
  ): void {
    const isNamed = desired !== undefined && !isEmpty(desired, input);
    if (!isNamed) {
      if (live !== undefined && !isEmpty(live, output)) this.#addUnnamed(path, live, input);
    } else if (live === undefined) this.#add(path, 'removed');
    else if (isSecretReference(desired)) this.#addUnnamed(path, live, input);
    else if (Array.isArray(desired) && Array.isArray(live))
      this.#compareLists(path, desired, live, input, output);
    else if (isJsonObject(desired) && isJsonObject(live))
      this.#compareObjects(path, desired, live, input, output);
    else if (!isDeepStrictEqual(desired, live)) this.#add(path, 'changed');
  }

  #compareLists(
    path: string,
    desired: readonly JsonValue[],
    live: readonly JsonValue[],
    input: Shape | undefined,
    output: Shape | undefined,
  ): void {
    const expected = this.#row.serviceAdditions?.[path] ?? [];
    const items = live.filter((item) => !expected.includes(item) || desired.includes(item));
    for (let index = 0; index < Math.max(desired.length, items.length); index += 1) {
      const itemPath = `${path}[${index}]`;
      if (index >= desired.length) this.#add(itemPath, 'added');
      else this.compare(itemPath, desired[index], items[index], elementOf(input), elementOf(output));
    }
  }

  #compareObjects(
    path: string,
    desired: JsonObject,
    live: JsonObject,
    input: Shape | undefined,
    output: Shape | undefined,
  ): void {
    const isMap = input?.type === 'map' || input?.type === 'document';
    for (const name of new Set([...Object.keys(desired), ...Object.keys(live)])) {
      const memberPath = childPath(path, name);
      if (isMap && desired[name] === undefined) {
        this.#add(memberPath, 'added');
        continue;
      }
      const [inputMember, outputMember] = [memberOf(input, name), memberOf(output, name)];
      // What only a request has cannot be verified, and what only a response has was never asked for.
      if (inputMember === 'unknown' || outputMember === 'unknown') continue;
      this.compare(memberPath, desired[name], live[name], inputMember, outputMember);
    }
  }

  #add(path: string, change: Difference['change']): void {
    this.differences.push({ path, change });
  }

  #addUnnamed(path: string, live: JsonValue | undefined, input: Shape | undefined): void {
    if (live === undefined || isEmpty(live, input) || this.#row.readOnlyMembers?.includes(path)) return;
    if (!isJsonObject(live) || input?.type === 'document') {
      this.unnamed.set(path, digest(live));
      return;
    }
    const members = Object.entries(live).filter(([name]) => memberOf(input, name) !== 'unknown');
    if (members.length === 0) this.unnamed.set(path, digest({}));
    for (const [name, value] of members) {
      const shape = memberOf(input, name);
      this.#addUnnamed(childPath(path, name), value, shape === 'unknown' ? undefined : shape);
    }
  }
}

/** Whether a value says the same as no value. A structure without members, such as `{ awsIam: {} }`, says something. */
function isEmpty(value: JsonValue, shape: Shape | undefined): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (!isJsonObject(value) || Object.keys(value).length > 0) return false;
  return !shape || !isStructure(shape) || shape.members.size > 0;
}

function elementOf(shape: Shape | undefined): Shape | undefined {
  return shape?.type === 'list' ? shape.element : undefined;
}

/** `unknown`: the structure has no such member. Undefined: the shape says nothing about members. */
function memberOf(shape: Shape | undefined, name: string): Shape | undefined | 'unknown' {
  if (shape?.type === 'map') return shape.value;
  if (!shape || !isStructure(shape)) return undefined;
  return shape.members.get(name)?.shape ?? 'unknown';
}

/** A key of a map may hold any character: one that is no plain name is quoted. */
function childPath(path: string, name: string): string {
  return /^[\w-]+$/.test(name) ? `${path}.${name}` : `${path}[${JSON.stringify(name)}]`;
}

/** Short, since the ledger stores one for each member; a value that changed by accident has another one. */
function digest(value: JsonValue): string {
  return sha256(canonicalJson(value)).slice(0, 12);
}

/** The member of the request that a path begins with. */
export function topLevelMember(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}
