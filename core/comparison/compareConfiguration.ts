import { isDeepStrictEqual } from 'node:util';
import type { Shape } from '../api/shapes.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import { isSecretReference } from '../manifest/secrets.ts';
import { own } from '../objects.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { canonicalJson, sha256 } from '../schemas/canonicalJson.ts';
import { type ComparableShapes, isStructure } from './comparableShapes.ts';
import { asRequested } from './externalSecret.ts';

/**
 * A member of which AWS has another value than expected. `added`: AWS has it, and the manifest does not. `unreadable`: the
 * resource was changed, and no response shows this member.
 */
export interface Difference {
  /** Such as `environmentVariables.PROXY` or `tools[0].name`. */
  readonly path: string;
  readonly change: 'changed' | 'added' | 'removed' | 'unreadable';
}

/** How a live configuration compares with a desired one. */
export interface Comparison {
  /** Members that the manifest names, and that AWS has with another value, or not at all. */
  readonly differences: readonly Difference[];
  /**
   * Members that AWS has and the manifest does not name, with a digest of each value: the service filled them in, or
   * another client set them.
   */
  readonly unnamed: ReadonlyMap<string, string>;
  /**
   * `unnamed`, and what proves a change without being a value of the manifest: the values of secrets, which a manifest
   * names only, and what the service made of members that it does not show.
   */
  readonly shown: ReadonlyMap<string, string>;
  /** Members that the manifest names and whose live value Gateloop cannot compare: secrets, and what no response shows. */
  readonly unverifiable: readonly string[];
  /** Those of `unverifiable` of which a response shows nothing at all. */
  readonly hidden: readonly string[];
}

/**
 * Compares what a manifest says with the response of Get. Structures are compared by the members that the manifest
 * names; maps and lists have to be equal. An empty list, an empty map and an absent member are the same, unless the
 * service gives a value to the absent one.
 *
 * @param live the response of Get, unwrapped
 */
export function compareConfiguration(
  row: ResourceKind,
  desired: JsonObject,
  live: JsonObject,
  shapes: ComparableShapes,
): Comparison {
  const comparer = new Comparer(row, desired);
  const requested = asRequested(row, live, desired);
  for (const [name, { input, outputName, output }] of shapes.members)
    comparer.compare(name, desired[name], valueAtPath(requested, outputName), input, output);
  for (const name of shapes.writeOnly) comparer.hide(name, desired[name]);
  return comparer;
}

class Comparer implements Comparison {
  readonly differences: Difference[] = [];
  readonly unnamed = new Map<string, string>();
  readonly shown = new Map<string, string>();
  readonly unverifiable: string[] = [];
  readonly hidden: string[] = [];
  readonly #row: ResourceKind;
  /** Paths of parts of the resource that the service reads from a source. */
  readonly #sourced: readonly string[];

  constructor(row: ResourceKind, desired: JsonObject) {
    this.#row = row;
    this.#sourced = sourcedParts(row, desired);
  }

  compare(
    path: string,
    desired: JsonValue | undefined,
    live: JsonValue | undefined,
    input: Shape | undefined,
    output: Shape | undefined,
  ): void {
    if (this.#row.readOnlyMembers?.includes(path)) return;
    const isNamed = desired !== undefined && !this.#isEmpty(path, desired, input);
    if (!isNamed) {
      if (live !== undefined && !this.#isEmpty(path, live, output)) this.#addUnnamed(path, live, input);
    } else if (live === undefined) {
      if (!isEmpty(desired, input)) this.#add(path, 'removed');
    } else if (isSecretReference(desired)) {
      this.unverifiable.push(path);
      this.shown.set(path, digest(live));
    } else if (Array.isArray(desired) && Array.isArray(live))
      this.#compareLists(path, desired, live, input, output);
    else if (isJsonObject(desired) && isJsonObject(live))
      this.#compareObjects(path, desired, live, input, output);
    else if (!isDeepStrictEqual(desired, live)) this.#add(path, 'changed');
  }

  /** Notes a member that no response shows. */
  hide(path: string, desired: JsonValue | undefined): void {
    if (desired === undefined) return;
    this.unverifiable.push(path);
    this.hidden.push(path);
  }

  #compareLists(
    path: string,
    desired: readonly JsonValue[],
    live: readonly JsonValue[],
    input: Shape | undefined,
    output: Shape | undefined,
  ): void {
    const expected = this.#row.serviceAdditions?.[path] ?? [];
    const own = live.filter((item) => !expected.includes(item) || desired.includes(item));
    const items = inOrderOf(this.#row, path, desired, own);
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
      const [wanted, found] = [own(desired, name), own(live, name)];
      if (isMap && wanted === undefined) {
        this.#add(memberPath, 'added');
        continue;
      }
      const [inputMember, outputMember] = [memberOf(input, name), memberOf(output, name)];
      if (inputMember === 'unknown') this.#addResult(memberPath, name, found);
      else if (outputMember === 'unknown' && found === undefined) this.hide(memberPath, wanted);
      else if (input?.type === 'union' && wanted !== undefined && found === undefined)
        this.#add(memberPath, 'removed');
      else if (input?.type === 'union' && wanted === undefined)
        this.#addChoice(memberPath, found, inputMember);
      else
        this.compare(
          memberPath,
          wanted,
          found,
          inputMember,
          outputMember === 'unknown' ? undefined : outputMember,
        );
    }
  }

  /** Whether the service has read the member from a source. */
  #isRead(path: string): boolean {
    const name = path.slice(path.lastIndexOf('.') + 1);
    return (
      this.#sourced.some((part) => path.startsWith(`${part}.`)) &&
      this.#row.sourced?.read.includes(name) === true
    );
  }

  #add(path: string, change: Difference['change']): void {
    this.differences.push({ path, change });
  }

  #addUnnamed(path: string, live: JsonValue | undefined, input: Shape | undefined): void {
    if (live === undefined || this.#row.readOnlyMembers?.includes(path) || this.#isEmpty(path, live, input))
      return;
    if (this.#row.revisedMembers?.includes(withoutIndexes(path)) || this.#isRead(path)) return;
    if (!isJsonObject(live) || input?.type === 'document') {
      this.#setUnnamed(path, live);
      return;
    }
    const names = Object.keys(live);
    // A structure without members says something by being there.
    if (names.length === 0) this.#setUnnamed(path, {});
    for (const name of names) {
      const memberPath = childPath(path, name);
      const shape = memberOf(input, name);
      if (shape === 'unknown') this.#addResult(memberPath, name, live[name]);
      else if (input?.type === 'union') this.#addChoice(memberPath, live[name], shape);
      else this.#addUnnamed(memberPath, live[name], shape);
    }
  }

  /** The member of a union says something by being there, whatever is in it. */
  #addChoice(path: string, live: JsonValue | undefined, shape: Shape | undefined): void {
    const size = this.unnamed.size;
    this.#addUnnamed(path, live, shape);
    if (live !== undefined && this.unnamed.size === size) this.#setUnnamed(path, {});
  }

  #setUnnamed(path: string, value: JsonValue): void {
    this.unnamed.set(path, digest(value));
    this.shown.set(path, digest(value));
  }

  /** A member that only responses have: some show what became of members that only requests have. */
  #addResult(path: string, name: string, live: JsonValue | undefined): void {
    if (live !== undefined && this.#row.resultMembers?.includes(name)) this.shown.set(path, digest(live));
  }

  /** Whether a value says the same as no value: an empty list does not where the service fills in another one. */
  #isEmpty(path: string, value: JsonValue, shape: Shape | undefined): boolean {
    if (!isEmpty(value, shape)) return false;
    const byDefault = valueAtPath(this.#row.serviceDefaults ?? {}, path);
    return byDefault === undefined || isEmpty(byDefault, shape);
  }
}

function sourcedParts({ sourced }: ResourceKind, desired: JsonObject): string[] {
  const parts = sourced && desired[sourced.member];
  return Object.entries(isJsonObject(parts) ? parts : {})
    .filter(([, part]) => hasSource(part))
    .map(([name]) => childPath(sourced?.member ?? '', name));
}

/** Whether a part of a record, or something in it, is read from a source. */
export function hasSource(part: JsonValue): boolean {
  return isJsonObject(part) && (part.source !== undefined || Object.values(part).some(hasSource));
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

/**
 * Puts the items of a list that have names in the order of the manifest, so that a path leads to the same one on both sides.
 *
 * @returns undefined in the place of an item that is missing; at the end, those that the manifest does not name
 */
export function inOrderOf(
  { itemNames }: ResourceKind,
  path: string,
  desired: readonly JsonValue[],
  live: readonly JsonValue[],
): readonly (JsonValue | undefined)[] {
  const nameOf = itemNames?.[path];
  if (!nameOf) return live;
  const names = desired.map(nameOf);
  const found = names.map((name) => live.find((item) => nameOf(item) === name));
  return [...found, ...live.filter((item) => !names.includes(nameOf(item)))];
}

/** A path of members alone, whichever items of lists they are in. */
export function withoutIndexes(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '');
}

/** The member of the request that a path begins with. */
export function topLevelMember(path: string): string {
  return /^[^.[]*/.exec(path)?.[0] ?? path;
}

/** A path as the names, keys and indexes that lead to the value. */
export function stepsOf(path: string): string[] {
  return [...path.matchAll(/\[("(?:[^"\\]|\\.)*")\]|([^.[\]]+)/g)].map(([, quoted, plain = '']) =>
    quoted === undefined ? plain : String(JSON.parse(quoted)),
  );
}

/** @returns the value at a path of this comparison; undefined if there is none */
export function valueAtPath(config: JsonObject, path: string): JsonValue | undefined {
  return memberAt(config, stepsOf(path));
}
