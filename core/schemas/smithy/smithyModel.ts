import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { JsonSchema } from '../schemaTypes.ts';

/** A shape of a Smithy model and where it stands in the file. */
export interface SmithyShape {
  /** Such as `example.ledger#PostEntry`. */
  readonly id: string;
  readonly type: string;
  readonly value: JsonObject;
  readonly traits: JsonObject;
  readonly pointer: string;
}

/** A Smithy model in its JSON form, laid out for rules and tools. */
export interface SmithyModel {
  readonly root: JsonObject;
  readonly shapes: ReadonlyMap<string, SmithyShape>;
  readonly services: readonly SmithyShape[];
  /** The operations of all services, those of their resources included, each once. */
  readonly operations: readonly SmithyShape[];
}

/** The shapes that every model has without writing them; their members, if any, play no part here. */
export const preludeNamespace = 'smithy.api#';

/** Lays a model out. What is misshapen is left out: the rules tell of it. */
export function indexSmithyModel(root: JsonObject): SmithyModel {
  const shapes = new Map<string, SmithyShape>();
  const applied = new Map<string, JsonObject>();
  for (const [id, value] of Object.entries(objectMember(root, 'shapes'))) {
    if (!isJsonObject(value)) continue;
    const type = stringMember(value, 'type') ?? '';
    const traits = objectMember(value, 'traits');
    if (type === 'apply') applied.set(id, traits);
    else shapes.set(id, { id, type, value, traits, pointer: appendPointer('/shapes', id) });
  }
  for (const [id, traits] of applied) {
    const shape = shapes.get(id);
    if (shape !== undefined) shapes.set(id, { ...shape, traits: { ...shape.traits, ...traits } });
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
  for (let owner = pending.shift(); owner !== undefined; owner = pending.shift()) {
    if (seen.has(owner.id)) continue;
    seen.add(owner.id);
    for (const id of boundOperations(owner.value)) {
      const shape = shapes.get(id);
      if (shape?.type === 'operation') operations.set(id, shape);
    }
    for (const id of listMember(owner.value, 'resources').map(targetOf)) {
      const resource = id === undefined ? undefined : shapes.get(id);
      if (resource?.type === 'resource') pending.push(resource);
    }
  }
  return [...operations.values()];
}

function boundOperations(owner: JsonObject): readonly string[] {
  const references = [
    ...operationLists.flatMap((name) => listMember(owner, name)),
    ...lifecycleOperations.map((name) => member(owner, name) ?? null),
  ];
  return references.map(targetOf).filter((id) => id !== undefined);
}

/** @returns the shape id in `{"target": "…"}` */
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

/** @returns the shape's members, those of its mixins included */
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

/** @returns the members that the shape itself writes down */
export function ownMembers({ value, pointer }: SmithyShape): readonly SmithyMember[] {
  const named = Object.entries(objectMember(value, 'members')).map(
    ([name, held]) => [name, held, appendPointer(pointer, 'members', name)] as const,
  );
  const single = singleMembers.flatMap((name) => {
    const held = member(value, name);
    return held === undefined ? [] : [[name, held, appendPointer(pointer, name)] as const];
  });
  return [...named, ...single].map(([name, held, place]) => ({
    name,
    target: targetOf(held),
    traits: isJsonObject(held) ? objectMember(held, 'traits') : {},
    pointer: place,
  }));
}

const text: JsonSchema = { type: 'string' };
const integer: JsonSchema = { type: 'integer' };
const number: JsonSchema = { type: 'number' };
const object: JsonSchema = { type: 'object' };

/** What a shape of each type is to an agent, members aside; undefined for those that are no data. */
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

/** The data shapes of Smithy's prelude, by name without their namespace, and their types. */
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
