import { type Document, isAlias, isMap, type Node, parseDocument, visit } from 'yaml';
import { type Address, parseAddress } from '../../core/address.ts';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { schemaKindAt } from '../../core/manifest/schemaSource.ts';
import type { Path } from '../../core/problem.ts';
import { childKindsOf, parentOf, resourceKinds } from '../../core/resources/resourceKinds.ts';

/** An entry of a manifest that was put into another one. */
export interface ReplacedEntry {
  /** The text of the manifest with the earlier entry; everything else is as it was. */
  readonly manifest: string;
  /** The schema files that the entry names. */
  readonly schemaFiles: readonly string[];
}

/**
 * Puts the entry of a resource in an earlier manifest into the present one. Its parts, such as the targets of a gateway, stay as they are.
 *
 * @returns undefined where the earlier manifest has no such entry, or the present one has no place for it
 */
export function withEarlierEntry(
  present: string,
  earlier: string,
  address: Address,
): ReplacedEntry | undefined {
  const [into, from] = [parseDocument(present), parseDocument(earlier)];
  const path = entryPath(address);
  const entry = from.getIn(path, true);
  if (!isMap(entry) || into.errors.length > 0 || !isMap(into.getIn(path.slice(0, -1), true)))
    return undefined;
  const node = movable(entry, from, into);
  for (const { section } of childKindsOf(parseAddress(address).kind)) {
    const kept = into.getIn([...path, section], true);
    if (!isMap(node)) continue;
    node.delete(section);
    if (kept !== undefined) node.set(section, kept);
  }
  into.setIn(path, node);
  return { manifest: into.toString({ lineWidth: 0 }), schemaFiles: filesIn(entry.toJS(from), []) };
}

function entryPath(address: Address): string[] {
  const { kind, name } = parseAddress(address);
  const parent = parentOf(address);
  const { section, isOnly } = resourceKinds[kind];
  if (parent === undefined) return [section, name];
  if (isOnly) return [...entryPath(parent), section];
  return [...entryPath(parent), section, name.slice(name.indexOf('/') + 1)];
}

/** An alias names an anchor elsewhere in its document: an entry with one is copied as plain values. */
function movable(entry: Node, from: Document, into: Document): unknown {
  let hasAlias = false;
  visit(entry, (_, node) => {
    if (!isAlias(node)) return undefined;
    hasAlias = true;
    return visit.BREAK;
  });
  return hasAlias ? into.createNode(entry.toJS(from)) : entry;
}

function filesIn(value: JsonValue | undefined, path: Path): string[] {
  if (!isJsonObject(value)) return [];
  if (schemaKindAt(path) && typeof value.file === 'string') return [value.file];
  return Object.entries(value).flatMap(([name, member]) => filesIn(member, [...path, name]));
}
