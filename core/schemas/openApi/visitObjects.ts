import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { member, stringMember } from '../member.ts';
import { appendPointer, valueAt } from '../pointer.ts';
import { parseReference } from '../references.ts';
import type { OpenApiDocument } from './operations.ts';

/** Members whose keys are names that authors choose, and not keywords. */
const namedMaps = new Set([
  ...['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'],
  ...['callbacks', 'examples', 'headers', 'links', 'parameters', 'pathItems', 'requestBodies', 'responses'],
  ...[
    'content',
    'encoding',
    'mapping',
    'paths',
    'schemas',
    'scopes',
    'securitySchemes',
    'variables',
    'webhooks',
  ],
]);

/** Members that contain data: a `$ref` or a keyword in them has no special meaning. */
const dataMembers = new Set(['const', 'default', 'enum', 'example', 'value']);

/**
 * Visits every object that is part of the description in an OpenAPI document or in a part of it. Skips examples,
 * defaults, extensions, and the maps from names to objects. Does not follow references.
 */
export function visitObjects(
  value: JsonValue,
  pointer: string,
  visit: (object: JsonObject, pointer: string) => void,
): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) visitObjects(item, appendPointer(pointer, index), visit);
  } else if (isJsonObject(value)) {
    visit(value, pointer);
    for (const [name, child] of Object.entries(value))
      visitMember(name, child, appendPointer(pointer, name), visit);
  }
}

function visitMember(
  name: string,
  child: JsonValue,
  pointer: string,
  visit: (object: JsonObject, pointer: string) => void,
): void {
  // Scalars come first, since they are most of a document.
  if (typeof child !== 'object' || child === null) return;
  if (dataMembers.has(name) || name.startsWith('x-')) return;
  if (!namedMaps.has(name) || Array.isArray(child)) {
    // A list of examples is data; a list of parameters is not.
    if (name !== 'examples') visitObjects(child, pointer, visit);
    return;
  }
  for (const [key, named] of Object.entries(child)) visitObjects(named, appendPointer(pointer, key), visit);
}

/** The parts of an operation whose schemas an agent or a gateway uses. */
const exposedMembers = ['parameters', 'requestBody', 'responses'];

/** Visits every object of the operations once, and follows references. */
export function visitReachable(
  document: OpenApiDocument,
  visit: (object: JsonObject, pointer: string) => void,
): void {
  const pending: string[] = [];
  const seen = new Set<string>();
  const visitPart = (value: JsonValue | undefined, pointer: string) => {
    if (value === undefined) return;
    visitObjects(value, pointer, (object, objectPointer) => {
      visit(object, objectPointer);
      const parsed = parseReference(stringMember(object, '$ref') ?? '');
      if (parsed.kind !== 'internal' || seen.has(parsed.pointer)) return;
      seen.add(parsed.pointer);
      pending.push(parsed.pointer);
    });
  };
  for (const { value, pointer, item } of document.operations) {
    for (const name of exposedMembers) visitPart(member(value, name), appendPointer(pointer, name));
    if (seen.has(item.pointer)) continue;
    seen.add(item.pointer);
    visitPart(member(item.value, 'parameters'), appendPointer(item.pointer, 'parameters'));
  }
  for (let pointer = pending.pop(); pointer !== undefined; pointer = pending.pop())
    visitPart(valueAt(document.root, pointer), pointer);
}
