import * as dataPlane from '@aws-sdk/client-bedrock-agentcore';
import * as controlPlane from '@aws-sdk/client-bedrock-agentcore-control';
import { NormalizedSchema } from '@smithy/core/schema';
import type {
  OperationShape,
  Shape,
  ShapeCatalog,
  ShapeMember,
  SimpleShape,
  StructureShape,
} from '../core/api/shapes.ts';
import * as agentRegistry from './agentRegistry/index.ts';
import { n0 as agentRegistryNamespace } from './agentRegistry/namespace.ts';

/** A shape catalog with what a server of the API needs too: all operations, and the HTTP status of each error. */
export interface SdkShapes extends ShapeCatalog {
  readonly operationNames: readonly string[];
  /** @returns the HTTP status of an error, such as 409 for `ConflictException`; undefined for other shapes */
  errorStatus(name: string): number | undefined;
}

type Schema = Parameters<typeof NormalizedSchema.of>[0];
type Traits = ReturnType<NormalizedSchema['getMergedTraits']>;
type Location = NonNullable<ShapeMember['location']>;

/** The type codes in the first element of a static schema. Source: `@smithy/types`. */
const OPERATION = 9;
const ERROR = -3;
const STRUCTURES: readonly unknown[] = [3, 4, ERROR];

/** Timestamp formats by the codes of the SDK's schemas. The default of REST-JSON bodies is epoch seconds. */
const TIMESTAMP_FORMATS: Readonly<Record<number, NonNullable<SimpleShape['format']>>> = {
  4: 'epoch-seconds',
  5: 'date-time',
  6: 'http-date',
  7: 'epoch-seconds',
};

const SIMPLE_TYPES: readonly [is: (schema: NormalizedSchema) => boolean, type: SimpleShape['type']][] = [
  [(schema) => schema.isBooleanSchema(), 'boolean'],
  [(schema) => schema.isNumericSchema(), 'number'],
  [(schema) => schema.isBlobSchema(), 'blob'],
  [(schema) => schema.isDocumentSchema(), 'document'],
];

// PURE lets a bundler drop the client whose shapes a function does not use: 100 KB of the poll function.
/** Shapes of `@aws-sdk/client-bedrock-agentcore-control`. */
export const controlPlaneShapes: SdkShapes = /* @__PURE__ */ readShapes(controlPlane);
/** Shapes of `@aws-sdk/client-bedrock-agentcore`. */
export const dataPlaneShapes: SdkShapes = /* @__PURE__ */ readShapes(dataPlane);
/** Shapes of `adapters/agentRegistry`, the control plane of Agent Registry. Names of structures begin with `AgentRegistry.` */
export const agentRegistryShapes: SdkShapes = /* @__PURE__ */ readShapes(agentRegistry);

/**
 * Reads the schema objects that an AWS SDK client exports, and the schemas that they refer to. Pass the whole client,
 * or only some of its operations. Structures, unions, lists and maps keep their names of the service model, those of Agent
 * Registry after `AgentRegistry.`, since AgentCore has other structures of the same names. A string or
 * number has the name of the member that contains it. The SDK has one numeric type, so integers are `number` too.
 */
export function readShapes(client: Readonly<Record<string, unknown>>): SdkShapes {
  // Lazy: most invocations need no shapes, and reading them would take a tenth of a cold start.
  let cachedSchemas: Schemas | undefined;
  const schemas = () => {
    cachedSchemas ??= exportedSchemas(client);
    return cachedSchemas;
  };
  // The SDK exports no lists and maps. They are found through the structures that contain them, on the first miss.
  let reachable: ReadonlyMap<string, Shape> | undefined;
  return {
    get operationNames() {
      return [...schemas().operations.keys()].sort();
    },
    operation(name) {
      const schema = schemas().operations.get(name);
      return schema && operationShape(schema);
    },
    shape(name) {
      const { operations, structures } = schemas();
      const schema = structures.get(name);
      if (schema) return shapeOf(normalize(schema));
      const ends = [...operations.values()].flatMap(([, , , , input, output]) => [input, output]);
      reachable ??= reachableShapes([...structures.values(), ...ends]);
      return reachable.get(name);
    },
    errorStatus(name) {
      const traits = schemas().errors.get(name)?.[3];
      return typeof traits === 'object' && traits && 'httpError' in traits
        ? Number(traits.httpError)
        : undefined;
    },
  };
}

interface Schemas {
  readonly operations: ReadonlyMap<string, unknown[]>;
  readonly structures: ReadonlyMap<string, unknown[]>;
  /** By the names that answers have. */
  readonly errors: ReadonlyMap<string, unknown[]>;
}

function exportedSchemas(client: Readonly<Record<string, unknown>>): Schemas {
  const exported = Object.entries(client).flatMap(([key, schema]) =>
    key.endsWith('$') && Array.isArray(schema) ? [schema as unknown[]] : [],
  );
  const structures = exported.filter((schema) => STRUCTURES.includes(schema[0]));
  const plainName = ([, , name]: readonly unknown[]) => String(name);
  return {
    operations: byName(
      exported.filter((schema) => schema[0] === OPERATION),
      plainName,
    ),
    structures: byName(structures, shapeName),
    errors: byName(
      structures.filter((schema) => schema[0] === ERROR),
      plainName,
    ),
  };
}

function byName(
  schemas: readonly unknown[][],
  nameOf: (schema: readonly unknown[]) => string,
): ReadonlyMap<string, unknown[]> {
  return new Map(schemas.map((schema) => [nameOf(schema), schema]));
}

/** The SDK's clients have a namespace each. */
const PREFIXES: Readonly<Record<string, string>> = { [agentRegistryNamespace]: 'AgentRegistry.' };

function shapeName([, namespace, name]: readonly unknown[]): string {
  return `${PREFIXES[String(namespace)] ?? ''}${name}`;
}

/** The only cast of the SDK's exports, which are untyped here, to the schema type. */
function normalize(schema: unknown): NormalizedSchema {
  return NormalizedSchema.of(schema as Schema);
}

function operationShape([, , name, traits, input, output]: unknown[]): OperationShape {
  const [method, path, status] = (traits as { http: [string, string, number] }).http;
  return {
    name: String(name),
    method,
    path,
    status,
    input: structureShape(normalize(input)),
    output: structureShape(normalize(output)),
  };
}

const structureCache = new WeakMap<object, StructureShape>();

/** Builds one shape per SDK schema. The cache ends the recursion of a structure that contains itself. */
function structureShape(schema: NormalizedSchema): StructureShape {
  const source: unknown = schema.getSchema();
  if (!Array.isArray(source)) return { type: 'structure', name: 'Unit', members: new Map() };
  const found = structureCache.get(source);
  if (found) return found;
  const shape = {
    type: schema.isUnionSchema() ? ('union' as const) : ('structure' as const),
    name: shapeName(source),
    members: new Map<string, ShapeMember>(),
  };
  structureCache.set(source, shape);
  // The seventh element is the number of required members, which come first.
  const required = typeof source[6] === 'number' ? source[6] : 0;
  for (const [name, member] of schema.structIterator()) {
    shape.members.set(name, memberShape(name, shape.members.size < required, member));
  }
  return shape;
}

function memberShape(name: string, required: boolean, schema: NormalizedSchema): ShapeMember {
  const traits = schema.getMergedTraits();
  const location = locationOf(name, traits);
  let shape: Shape | undefined;
  return {
    name,
    required,
    get shape() {
      shape ??= shapeOf(schema);
      return shape;
    },
    ...(location && { location }),
    sensitive: Boolean(traits.sensitive),
  };
}

function locationOf(name: string, traits: Traits): Location | undefined {
  if (traits.httpLabel) return { in: 'path', name };
  if (traits.httpQuery) return { in: 'query', name: traits.httpQuery };
  if (traits.httpHeader) return { in: 'header', name: traits.httpHeader };
  return undefined;
}

function shapeOf(schema: NormalizedSchema): Shape {
  const name = schema.getName() ?? '';
  // The API's empty structures, such as the choice `awsIam: {}` of a union.
  if (schema.isStructSchema() || schema.isUnitSchema()) return structureShape(schema);
  if (schema.isListSchema()) {
    return withLazyMember({ type: 'list', name }, 'element', () => shapeOf(schema.getValueSchema()));
  }
  if (schema.isMapSchema()) {
    return withLazyMember({ type: 'map', name }, 'value', () => shapeOf(schema.getValueSchema()));
  }
  if (schema.isTimestampSchema()) {
    return { type: 'timestamp', name, format: TIMESTAMP_FORMATS[Number(schema.getSchema())] ?? 'date-time' };
  }
  return { type: SIMPLE_TYPES.find(([is]) => is(schema))?.[1] ?? 'string', name };
}

/** Adds a property that is computed on first access, because lists and maps may contain themselves. */
function withLazyMember<T extends object, K extends string>(
  object: T,
  key: K,
  compute: () => Shape,
): T & Record<K, Shape> {
  let shape: Shape | undefined;
  return Object.defineProperty(object, key, {
    enumerable: true,
    get: () => {
      shape ??= compute();
      return shape;
    },
  }) as T & Record<K, Shape>;
}

/** @returns the structures, unions, lists and maps that the schemas refer to, by name */
function reachableShapes(schemas: readonly unknown[]): ReadonlyMap<string, Shape> {
  const found = new Map<string, Shape>();
  const visit = (shape: Shape): void => {
    if (!isNamed(shape) || found.has(shape.name)) return;
    found.set(shape.name, shape);
    if (shape.type === 'list') visit(shape.element);
    else if (shape.type === 'map') visit(shape.value);
    else for (const member of shape.members.values()) visit(member.shape);
  };
  for (const schema of schemas) visit(shapeOf(normalize(schema)));
  return found;
}

function isNamed(shape: Shape): shape is Exclude<Shape, SimpleShape> {
  return 'members' in shape || 'element' in shape || 'value' in shape;
}
