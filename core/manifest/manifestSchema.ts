import type { Constraint } from '../api/constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from '../api/constraints.ts';
import type { Shape, ShapeCatalog, ShapeMember, SimpleShape, StructureShape } from '../api/shapes.ts';
import { defined } from '../objects.ts';
import { manifestShape } from '../resources/manifestShape.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { childKindsOf, resourceKinds, topLevelKinds } from '../resources/resourceKinds.ts';
import { gateloopKeys, isManagedMember, keyRule } from './gateloopKeys.ts';
import {
  definitionRef,
  gateloopKeyDefinitions,
  type JsonSchemaNode,
  mappingOf,
  sourceKeys,
} from './gateloopKeysSchema.ts';
import { defaultLimits } from './limits.ts';
import { RECORD_MEMBERS, SOURCE_KEY } from './registrySources.ts';
import { isSchemaSource, isTextFileMember } from './schemaSource.ts';
import { isSecretMemberName } from './secrets.ts';
import { SHARED_BY } from './sharedGateways.ts';

/**
 * Builds the JSON Schema of manifests (draft 7, which editors support best), so that editors complete and check a
 * manifest. `parseManifest` checks more: references, files, and the rules between fields.
 */
export function manifestSchema(catalog: ShapeCatalog): JsonSchemaNode {
  const writer = new SchemaWriter(catalog);
  const sections = topLevelKinds.map((row): [string, JsonSchemaNode] => [row.section, writer.section(row)]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: 'urn:gateloop:manifest:1',
    title: 'Gateloop manifest',
    description: 'The desired Amazon Bedrock AgentCore resources of a workspace.',
    ...mappingOf({
      owners: definitionRef('owners'),
      settings: definitionRef('settings'),
      ...Object.fromEntries(sections),
    }),
    definitions: { ...gateloopKeyDefinitions, ...writer.definitions() },
  };
}

/** The schemas of Gateloop's keys in an entry of a section. */
const GATELOOP_KEY_SCHEMAS: Readonly<Record<string, JsonSchemaNode>> = {
  owner: definitionRef('owner'),
  adopt: definitionRef('adopt'),
  unmanage: definitionRef('unmanage'),
  protect: definitionRef('protect'),
  movedFrom: definitionRef('movedFrom'),
  settings: definitionRef('targetSettings'),
  publication: definitionRef('publication'),
  sharedWith: definitionRef('sharedWith'),
  sharedBy: definitionRef('sharedBy'),
};

/** AWS's references have a page of their own for each operation and each structure. */
const API_REFERENCES: Readonly<Record<NonNullable<ResourceKind['service']> | 'agentCore', string>> = {
  agentCore: 'https://docs.aws.amazon.com/bedrock-agentcore-control/latest/APIReference',
  agentRegistry: 'https://docs.aws.amazon.com/agent-registry-control/latest/APIReference',
};

class SchemaWriter {
  readonly #catalog: ShapeCatalog;
  readonly #structures = new Map<string, JsonSchemaNode>();
  /** The service of the section that is being written. */
  #service: keyof typeof API_REFERENCES = 'agentCore';

  constructor(catalog: ShapeCatalog) {
    this.#catalog = catalog;
  }

  /** @returns every structure that the sections use, by its name in the API */
  definitions(): Readonly<Record<string, JsonSchemaNode>> {
    return Object.fromEntries([...this.#structures].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** @returns the schema of a section, which maps names to resources of a kind */
  section(row: ResourceKind): JsonSchemaNode {
    this.#service = row.service ?? 'agentCore';
    const { create: input, updateOnly } = manifestShape(row, this.#catalog);
    if (row.isOnly)
      return {
        ...this.#entry(row, input, updateOnly),
        description: `The one resource of kind ${row.kind}; its fields are those of ${this.#page(row.operations.create)}.`,
      };
    const { nameMember } = row;
    const { pattern, max } =
      nameMember === undefined ? keyRule : (constraintOfMember(input.name, nameMember) ?? {});
    const maxEntries = defaultLimits.entries[row.kind];
    return {
      // A section without a value is an empty section.
      type: ['object', 'null'],
      ...defined({ maxProperties: maxEntries }),
      propertyNames: defined({ pattern: pattern && anchored(pattern), maxLength: max }),
      additionalProperties: this.#entry(row, input, updateOnly),
      description: `Resources of kind ${row.kind} by name; their fields are those of ${this.#page(row.operations.create)}.`,
    };
  }

  #entry(row: ResourceKind, input: StructureShape, updateOnly: StructureShape): JsonSchemaNode {
    const isRefused = ({ name }: ShapeMember) =>
      isManagedMember(row, name) || Object.hasOwn(row.refusedMembers ?? {}, name);
    const members = [...input.members.values()].filter((member) => !isRefused(member));
    const later = [...updateOnly.members.values()].filter((member) => !isRefused(member));
    const entryKeys = gateloopKeys(row).filter((key) => Object.hasOwn(GATELOOP_KEY_SCHEMAS, key));
    const source = gateloopKeys(row).includes(SOURCE_KEY) ? { [SOURCE_KEY]: this.#source() } : {};
    const children = childKindsOf(row.kind).map((child) => [child.section, this.section(child)]);
    const required = [...members, ...later].filter((member) => member.required).map((member) => member.name);
    const { create, update } = row.operations;
    return mappingOf(
      {
        ...this.#members(input, members, create),
        ...(update !== undefined && this.#members(updateOnly, later, update)),
        ...(row.jsonMember !== undefined && { [row.jsonMember]: this.#json(row.operations.create) }),
        ...Object.fromEntries(entryKeys.map((key) => [key, GATELOOP_KEY_SCHEMAS[key] ?? {}])),
        ...source,
        ...Object.fromEntries(children),
      },
      this.#requirement(row, required),
    );
  }

  /** JSON may be written as a mapping, as a text, or be in a file. */
  #json(page: string): JsonSchemaNode {
    return {
      type: ['object', 'string'],
      description: `A field of ${this.#page(page)}: JSON, or { file: <path> }`,
    };
  }

  /** The gateway of another workspace has no field of its own. */
  #requirement(row: ResourceKind, required: readonly string[]): JsonSchemaNode {
    if (required.length === 0) return {};
    return gateloopKeys(row).includes(SHARED_BY)
      ? { anyOf: [{ required }, { required: [SHARED_BY] }] }
      : { required };
  }

  /** @returns the schema of `targetsFromRegistry`, which has the common members of its targets */
  #source(): JsonSchemaNode {
    const row = resourceKinds.gatewayTarget;
    const input = this.#catalog.operation(row.operations.create)?.input;
    if (!input) throw new RangeError(`The SDK has no operation ${row.operations.create}.`);
    const members = [...input.members.values()].filter(
      ({ name }) => !isManagedMember(row, name) && !RECORD_MEMBERS.includes(name),
    );
    return mappingOf(
      {
        ...sourceKeys,
        owner: definitionRef('owner'),
        settings: definitionRef('targetSettings'),
        ...this.#members(input, members, row.operations.create),
      },
      { required: ['registryId'], description: 'The approved records of this registry become targets.' },
    );
  }

  /** @param page the operation or structure whose page in AWS's reference describes the members */
  #members(
    shape: StructureShape,
    members: readonly ShapeMember[],
    page: string,
  ): Record<string, JsonSchemaNode> {
    const description = `A field of ${this.#page(page)}`;
    return Object.fromEntries(
      members.map((member) => {
        const node = this.#member(member, constraintOfMember(shape.name, member.name));
        // The definition of a structure has a page of its own.
        return [member.name, node.$ref === undefined ? { ...node, description } : node];
      }),
    );
  }

  #page(name: string): string {
    // The catalog has the shapes of another service under its name, such as `AgentRegistry.DescriptorSource`.
    const local = name.slice(name.lastIndexOf('.') + 1);
    return `${local}: ${API_REFERENCES[this.#service]}/API_${local}.html`;
  }

  #member(member: ShapeMember, constraint: Constraint | undefined): JsonSchemaNode {
    const { shape, sensitive } = member;
    if (sensitive && isSecretMemberName(member.name)) return definitionRef('secret');
    if (sensitive && shape.type === 'map')
      return this.#map(constraint, orSecret(this.#shape(shape.value, constraintNamed(constraint?.value))));
    return this.#shape(shape, constraint);
  }

  #shape(shape: Shape, constraint: Constraint | undefined): JsonSchemaNode {
    switch (shape.type) {
      case 'structure':
      case 'union':
        return this.#structure(shape);
      case 'list':
        return {
          type: 'array',
          ...bounds(constraint, 'minItems', 'maxItems'),
          items: this.#shape(shape.element, constraintNamed(constraint?.element)),
        };
      case 'map':
        return this.#map(constraint, this.#shape(shape.value, constraintNamed(constraint?.value)));
      default:
        return simpleSchema(shape, constraint);
    }
  }

  #map(constraint: Constraint | undefined, value: JsonSchemaNode): JsonSchemaNode {
    const key = constraintNamed(constraint?.key);
    return {
      type: 'object',
      ...bounds(constraint, 'minProperties', 'maxProperties'),
      ...defined({ propertyNames: key && textSchema(key) }),
      additionalProperties: value,
    };
  }

  #structure(shape: StructureShape): JsonSchemaNode {
    if (!this.#structures.has(shape.name)) {
      // Stored before its members are built, since shapes may contain themselves.
      this.#structures.set(shape.name, {});
      this.#structures.set(shape.name, this.#structureBody(shape));
    }
    return definitionRef(shape.name);
  }

  #structureBody(shape: StructureShape): JsonSchemaNode {
    const members = [...shape.members.values()];
    const texts = members.filter(({ name }) => isTextFileMember(shape, name));
    const described = this.#members(shape, members, shape.name);
    const properties = {
      ...(isSchemaSource(shape) && { file: definitionRef('schemaFile') }),
      ...described,
      ...Object.fromEntries(
        texts.map(({ name }) => [
          name,
          { ...described[name], ...anyOf(described[name] ?? {}, definitionRef('textFile')) },
        ]),
      ),
    };
    const required = members.filter((member) => member.required).map((member) => member.name);
    const description = this.#page(shape.name);
    if (shape.type === 'union')
      return mappingOf(properties, { minProperties: 1, maxProperties: 1, description });
    return mappingOf(properties, { ...(required.length > 0 && { required }), description });
  }
}

const SIMPLE_SCHEMAS: Readonly<Record<Exclude<SimpleShape['type'], 'string'>, JsonSchemaNode>> = {
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  number: { type: 'number' },
  timestamp: { type: ['string', 'number'] },
  blob: { type: 'string' },
  document: {},
};

function simpleSchema(shape: SimpleShape, constraint: Constraint = {}): JsonSchemaNode {
  if (shape.type === 'document') return SIMPLE_SCHEMAS.document;
  if (shape.type === 'string') {
    const node = textSchema(constraint);
    // An unconstrained text accepts references anyway.
    return Object.keys(node).length === 1 ? node : orReference(node);
  }
  return {
    ...SIMPLE_SCHEMAS[shape.type],
    ...(constraint.integer && { type: 'integer' }),
    ...bounds(constraint, 'minimum', 'maximum'),
  };
}

function textSchema(constraint: Constraint): JsonSchemaNode {
  return {
    type: 'string',
    ...defined({ enum: constraint.enum, pattern: constraint.pattern && anchored(constraint.pattern) }),
    ...bounds(constraint, 'minLength', 'maxLength'),
  };
}

function bounds({ min, max }: Constraint = {}, minKeyword: string, maxKeyword: string): JsonSchemaNode {
  return defined({ [minKeyword]: min, [maxKeyword]: max });
}

function orReference(node: JsonSchemaNode): JsonSchemaNode {
  return anyOf(node, definitionRef('reference'));
}

function orSecret(node: JsonSchemaNode): JsonSchemaNode {
  return anyOf(node, definitionRef('secret'));
}

function anyOf(node: JsonSchemaNode, other: JsonSchemaNode): JsonSchemaNode {
  return { anyOf: [...(Array.isArray(node.anyOf) ? node.anyOf : [node]), other] };
}

/** The service matches patterns against whole values, JSON Schema against any part. */
function anchored(pattern: string): string {
  return `^(?:${pattern})$`;
}
