import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { JsonSchema } from '../schemaTypes.ts';

/** A shape of a Smithy model, with its JSON pointer. */
export interface SmithyShape {
  /** The shape ID, such as `example.ledger#PostEntry`. */
  readonly id: string;
  readonly type: string;
  readonly value: JsonObject;
  readonly traits: JsonObject;
  readonly pointer: string;
}

/** A Smithy model (JSON AST), indexed for rules and tools. */
export interface SmithyModel {
  readonly root: JsonObject;
  readonly shapes: ReadonlyMap<string, SmithyShape>;
  readonly services: readonly SmithyShape[];
  /** The operations of all services and of their resources, each once. */
  readonly operations: readonly SmithyShape[];
}

/** The namespace of the prelude, whose shapes every model has without a definition. */
export const preludeNamespace = 'smithy.api#';

/** Indexes a model. Omits malformed shapes, which the rules report. */
export function indexSmithyModel(root: JsonObject): SmithyModel {
  const shapes = new Map<string, SmithyShape>();
  for (const [id, value] of Object.entries(objectMember(root, 'shapes'))) {
    if (!isJsonObject(value)) continue;
    const type = stringMember(value, 'type') ?? '';
    const traits = objectMember(value, 'traits');
    // `apply` adds traits to a shape of another file, which the target does not have.
    if (type !== 'apply') shapes.set(id, { id, type, value, traits, pointer: appendPointer('/shapes', id) });
  }
  const services = [...shapes.values()].filter(({ type }) => type === 'service');
  return { root, shapes, services, operations: operationsOf(shapes, services) };
}

const operationLists = ['operations', 'collectionOperations'];
const lifecycleOperations = ['create', 'put', 'read', 'update', 'delete', 'list'];

function operationsOf(
  shapes: SmithyModel['shapes'],
  services: readonly SmithyShape[],
): readonly SmithyShape[] {
  const operations = new Map<string, SmithyShape>();
  const seen = new Set<string>();
  const pending = [...services];
  for (let container = pending.shift(); container !== undefined; container = pending.shift()) {
    if (seen.has(container.id)) continue;
    seen.add(container.id);
    for (const id of boundOperations(container.value)) {
      const shape = shapes.get(id);
      if (shape?.type === 'operation') operations.set(id, shape);
    }
    for (const id of listMember(container.value, 'resources').map(targetOf)) {
      const resource = id === undefined ? undefined : shapes.get(id);
      if (resource?.type === 'resource') pending.push(resource);
    }
  }
  return [...operations.values()];
}

/** @param container a service or a resource */
function boundOperations(container: JsonObject): readonly string[] {
  const references = [
    ...operationLists.flatMap((name) => listMember(container, name)),
    ...lifecycleOperations.map((name) => member(container, name) ?? null),
  ];
  return references.map(targetOf).filter((id) => id !== undefined);
}

/** @returns the shape ID in `{"target": "…"}` */
export function targetOf(reference: JsonValue | undefined): string | undefined {
  return isJsonObject(reference) ? stringMember(reference, 'target') : undefined;
}

/** A member of a structure, a union, a list or a map. */
export interface SmithyMember {
  readonly name: string;
  readonly target: string | undefined;
  readonly traits: JsonObject;
  readonly pointer: string;
}

/** @returns the members of the shape and of its mixins */
export function membersOf(model: SmithyModel, shape: SmithyShape): readonly SmithyMember[] {
  const members = new Map<string, SmithyMember>();
  collectMembers(model, shape, members, new Set());
  return [...members.values()];
}

function collectMembers(
  model: SmithyModel,
  shape: SmithyShape,
  members: Map<string, SmithyMember>,
  seen: Set<string>,
): void {
  if (seen.has(shape.id)) return;
  seen.add(shape.id);
  for (const id of listMember(shape.value, 'mixins').map(targetOf)) {
    const mixin = id === undefined ? undefined : model.shapes.get(id);
    if (mixin !== undefined) collectMembers(model, mixin, members, seen);
  }
  for (const member of ownMembers(shape)) members.set(member.name, member);
}

const singleMembers = ['member', 'key', 'value'];

/** @returns the members that the shape itself defines */
export function ownMembers({ value, pointer }: SmithyShape): readonly SmithyMember[] {
  const named = Object.entries(objectMember(value, 'members')).map(
    ([name, definition]) => [name, definition, appendPointer(pointer, 'members', name)] as const,
  );
  const single = singleMembers.flatMap((name) => {
    const definition = member(value, name);
    return definition === undefined ? [] : [[name, definition, appendPointer(pointer, name)] as const];
  });
  return [...named, ...single].map(([name, definition, memberPointer]) => ({
    name,
    target: targetOf(definition),
    traits: isJsonObject(definition) ? objectMember(definition, 'traits') : {},
    pointer: memberPointer,
  }));
}

const text: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const number: JsonSchema = { type: 'number' };
const object: JsonSchema = { type: 'object' };

/** The JSON Schema of each shape type, without its members; undefined for types that are not data. */
export const shapeTypes: ReadonlyMap<string, JsonSchema | undefined> = new Map([
  ['string', text],
  ['enum', text],
  ['blob', { type: 'string', contentEncoding: 'base64' }],
  ['timestamp', { type: 'string', format: 'date-time' }],
  ['boolean', { type: 'boolean' }],
  ['byte', integer],
  ['short', integer],
  ['integer', integer],
  ['long', integer],
  ['intEnum', integer],
  ['bigInteger', integer],
  ['float', number],
  ['double', number],
  ['bigDecimal', number],
  ['document', {}],
  ['list', { type: 'array' }],
  ['set', { type: 'array' }],
  ['map', object],
  ['structure', object],
  ['union', object],
  ['service', undefined],
  ['resource', undefined],
  ['operation', undefined],
  ['apply', undefined],
]);

/** The types of the data shapes of Smithy's prelude, by name without the namespace. */
export const preludeTypes: ReadonlyMap<string, string> = new Map([
  ['String', 'string'],
  ['Blob', 'blob'],
  ['Timestamp', 'timestamp'],
  ['Document', 'document'],
  ['BigInteger', 'bigInteger'],
  ['BigDecimal', 'bigDecimal'],
  ['Unit', 'structure'],
  ...['Boolean', 'Byte', 'Short', 'Integer', 'Long', 'Float', 'Double'].flatMap(
    (name): [string, string][] => [
      [name, name.toLowerCase()],
      [`Primitive${name}`, name.toLowerCase()],
    ],
  ),
]);
