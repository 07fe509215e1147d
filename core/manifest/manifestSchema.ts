import type { Constraint } from '../api/constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from '../api/constraints.ts';
import type { Shape, ShapeCatalog, ShapeMember, SimpleShape, StructureShape } from '../api/shapes.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { resourceKinds, topLevelKinds } from '../resources/resourceKinds.ts';
import { childKinds, gateloopKeys, isManagedMember } from './gateloopKeys.ts';
import {
  definitionRef,
  gateloopKeyDefinitions,
  type JsonSchemaNode,
  mappingOf,
  sourceKeys,
} from './gateloopKeysSchema.ts';
import { defaultLimits } from './limits.ts';
import { RECORD_MEMBERS, SOURCE_KEY } from './registrySources.ts';
import { isSchemaSource } from './schemaSource.ts';
import { isSecretMemberName } from './secrets.ts';

/**
 * Describes manifests as a JSON Schema (draft 7, which editors know best), so that they are completed and checked while
 * they are written. `parseManifest` checks more: references, files, and the rules between fields.
 */
export function manifestSchema(catalog: ShapeCatalog): JsonSchemaNode {
  const writer = new SchemaWriter(catalog);
  const sections = topLevelKinds.map((row): [string, JsonSchemaNode] => [row.section, writer.section(row)]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Gateloop manifest',
    description: 'What a workspace wants to exist in Amazon Bedrock AgentCore.',
    ...mappingOf({
      owners: definitionRef('owners'),
      settings: definitionRef('settings'),
      ...Object.fromEntries(sections),
    }),
    definitions: { ...gateloopKeyDefinitions, ...writer.definitions() },
  };
}

/** Gateloop's keys, as they may stand in an entry of a section. */
const GATELOOP_KEY_SCHEMAS: Readonly<Record<string, JsonSchemaNode>> = {
  owner: definitionRef('owner'),
  settings: definitionRef('targetSettings'),
};

class SchemaWriter {
  readonly #catalog: ShapeCatalog;
  readonly #structures = new Map<string, JsonSchemaNode>();

  constructor(catalog: ShapeCatalog) {
    this.#catalog = catalog;
  }

  /** @returns every structure that was met, by its name in the API */
  definitions(): Readonly<Record<string, JsonSchemaNode>> {
    return Object.fromEntries([...this.#structures].sort(([left], [right]) => (left < right ? -1 : 1)));
  }

  /** @returns the mapping of names to resources of a kind */
  section(row: ResourceKind): JsonSchemaNode {
    const input = this.#catalog.operation(row.operations.create)?.input;
    if (!input) throw new RangeError(`The SDK has no operation ${row.operations.create}.`);
    const { pattern, max } = constraintOfMember(input.name, row.nameMember) ?? {};
    const maxEntries = defaultLimits.entries[row.kind];
    return {
      // A section without a value is an empty one.
      type: ['object', 'null'],
      ...(maxEntries !== undefined && { maxProperties: maxEntries }),
      propertyNames: {
        ...(pattern !== undefined && { pattern: anchored(pattern) }),
        ...(max !== undefined && { maxLength: max }),
      },
      additionalProperties: this.#entry(row, input),
      description: `Resources of kind ${row.kind} by name; their fields are those of ${row.operations.create}.`,
    };
  }

  #entry(row: ResourceKind, input: StructureShape): JsonSchemaNode {
    const members = [...input.members.values()].filter((member) => !isManagedMember(row, member.name));
    const entryKeys = gateloopKeys(row).filter((key) => Object.hasOwn(GATELOOP_KEY_SCHEMAS, key));
    const source = gateloopKeys(row).includes(SOURCE_KEY) ? { [SOURCE_KEY]: this.#source() } : {};
    const children = childKinds(row).map((child) => [child.section, this.section(child)]);
    const required = members.filter((member) => member.required).map((member) => member.name);
    return mappingOf(
      {
        ...this.#members(input, members),
        ...Object.fromEntries(entryKeys.map((key) => [key, GATELOOP_KEY_SCHEMAS[key] ?? {}])),
        ...source,
        ...Object.fromEntries(children),
      },
      required.length > 0 ? { required } : {},
    );
  }

  /** What all targets from a registry have in common. */
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
        ...this.#members(input, members),
      },
      { required: ['registryId'], description: 'Approved records of this registry become targets.' },
    );
  }

  #members(shape: StructureShape, members: readonly ShapeMember[]): Record<string, JsonSchemaNode> {
    return Object.fromEntries(
      members.map((member) => [
        member.name,
        this.#member(member, constraintOfMember(shape.name, member.name)),
      ]),
    );
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
      ...(key && { propertyNames: textSchema(key) }),
      additionalProperties: value,
    };
  }

  #structure(shape: StructureShape): JsonSchemaNode {
    if (!this.#structures.has(shape.name)) {
      // Known before its members are written, since shapes may contain themselves.
      this.#structures.set(shape.name, {});
      this.#structures.set(shape.name, this.#structureBody(shape));
    }
    return definitionRef(shape.name);
  }

  #structureBody(shape: StructureShape): JsonSchemaNode {
    const members = [...shape.members.values()];
    const properties = {
      ...(isSchemaSource(shape) && { file: definitionRef('schemaFile') }),
      ...this.#members(shape, members),
    };
    const required = members.filter((member) => member.required).map((member) => member.name);
    const description = `AgentCore API: ${shape.name}`;
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
    // Without a demand on the text, a reference satisfies it as it is.
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
    ...(constraint.enum && { enum: constraint.enum }),
    ...(constraint.pattern !== undefined && { pattern: anchored(constraint.pattern) }),
    ...bounds(constraint, 'minLength', 'maxLength'),
  };
}

function bounds({ min, max }: Constraint = {}, least: string, most: string): JsonSchemaNode {
  return { ...(min !== undefined && { [least]: min }), ...(max !== undefined && { [most]: max }) };
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

/** The service matches whole values, JSON Schema any part of them. */
function anchored(pattern: string): string {
  return `^(?:${pattern})$`;
}
