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
  /** The services and their resources, each once. */
  readonly containers: readonly SmithyShape[];
  /** The operations of the containers, each once: those that become tools. */
  readonly operations: readonly SmithyShape[];
}

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
  return { root, shapes, services, ...exposedShapes(shapes, services) };
}

const operationLists = ['operations', 'collectionOperations'];
const lifecycleOperations = ['create', 'put', 'read', 'update', 'delete', 'list'];

function exposedShapes(
  shapes: SmithyModel['shapes'],
  services: readonly SmithyShape[],
): Pick<SmithyModel, 'containers' | 'operations'> {
  const operations = new Map<string, SmithyShape>();
  const containers = new Map<string, SmithyShape>();
  const pending = [...services];
  for (let container = pending.shift(); container !== undefined; container = pending.shift()) {
    if (containers.has(container.id)) continue;
    containers.set(container.id, container);
    for (const id of boundOperations(container.value)) {
      const shape = shapes.get(id);
      if (shape?.type === 'operation') operations.set(id, shape);
    }
    for (const id of listMember(container.value, 'resources').map(targetOf)) {
      const resource = id === undefined ? undefined : shapes.get(id);
      if (resource?.type === 'resource') pending.push(resource);
    }
  }
  return { operations: [...operations.values()], containers: [...containers.values()] };
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

/**
 * The types of the data shapes that every model has without a definition: those of Smithy's prelude, and the validation
 * errors of its server library.
 */
export const builtInTypes: ReadonlyMap<string, string> = new Map([
  ...builtIn('smithy.api#', ['String', 'Blob', 'Timestamp', 'Document']),
  ...builtIn('smithy.api#', ['Boolean', 'Byte', 'Short', 'Integer', 'Long', 'Float', 'Double']),
  ...builtIn('smithy.api#Primitive', ['Boolean', 'Byte', 'Short', 'Integer', 'Long', 'Float', 'Double']),
  ['smithy.api#BigInteger', 'bigInteger'],
  ['smithy.api#BigDecimal', 'bigDecimal'],
  ['smithy.api#Unit', 'structure'],
  ['smithy.framework#ValidationException', 'structure'],
  ['smithy.framework#ValidationExceptionField', 'structure'],
  ['smithy.framework#ValidationExceptionFieldList', 'list'],
]);

function builtIn(prefix: string, names: readonly string[]): [id: string, type: string][] {
  return names.map((name) => [`${prefix}${name}`, name.toLowerCase()]);
}

/** @returns whether the model defines the shape, or every model has it */
export function isKnownShape({ shapes }: SmithyModel, id: string): boolean {
  return shapes.has(id) || builtInTypes.has(id);
}

/** @returns the shapes of the input and the output of operations, each once; errors play no part in a tool */
export function reachedShapes(
  model: SmithyModel,
  operations: readonly SmithyShape[],
): readonly SmithyShape[] {
  const reached = new Map<string, SmithyShape>();
  const pending = operations.flatMap(({ value }) =>
    ['input', 'output'].map((name) => targetOf(member(value, name))),
  );
  while (pending.length > 0) {
    const id = pending.pop();
    const shape = id === undefined || reached.has(id) ? undefined : model.shapes.get(id);
    if (shape === undefined) continue;
    reached.set(shape.id, shape);
    const mixins = listMember(shape.value, 'mixins').map(targetOf);
    pending.push(...mixins, ...ownMembers(shape).map(({ target }) => target));
  }
  return [...reached.values()];
}
