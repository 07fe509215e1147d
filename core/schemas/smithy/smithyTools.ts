import { isJsonObject, type JsonObject, type JsonValue } from '../../manifest/json.ts';
import { listMember, member, stringMember } from '../member.ts';
import type { JsonSchema } from '../schemaReading.ts';
import type { PlacedTool } from '../toolRules.ts';
import { SchemaAllowance, schemasPerTool } from '../toolSchema.ts';
import {
  membersOf,
  preludeNamespace,
  type SmithyMember,
  type SmithyModel,
  type SmithyShape,
  targetOf,
} from './smithyModel.ts';
import { preludeTypes, shapeTypes } from './smithyTypes.ts';

const documentation = 'smithy.api#documentation';

/** @returns a tool for every operation of the model's services, named like the operation */
export function smithyTools(model: SmithyModel): PlacedTool[] {
  const allowance = new SchemaAllowance();
  return model.operations.map(({ id, value, traits, pointer }) => {
    const name = id.slice(id.indexOf('#') + 1);
    const input = targetOf(member(value, 'input'));
    const inputSchema: JsonSchema = {
      type: 'object',
      properties: {},
      ...new InputBuilder(model, allowance).shape(input),
    };
    return { pointer, tool: { name, description: stringMember(traits, documentation) ?? '', inputSchema } };
  });
}

/** Writes the shapes of one operation's input out as one JSON Schema. */
class InputBuilder {
  readonly #model: SmithyModel;
  readonly #allowance: SchemaAllowance;
  readonly #open = new Set<string>();
  #left = schemasPerTool;

  constructor(model: SmithyModel, allowance: SchemaAllowance) {
    this.#model = model;
    this.#allowance = allowance;
  }

  /** A shape that contains itself ends in its bare type at the second turn. */
  shape(id: string | undefined): JsonSchema {
    if (id === undefined) return {};
    if (id.startsWith(preludeNamespace))
      return shapeTypes.get(preludeTypes.get(id.slice(preludeNamespace.length)) ?? '') ?? {};
    const shape = this.#model.shapes.get(id);
    const base = shape && shapeTypes.get(shape.type);
    if (shape === undefined || base === undefined) return {};
    this.#left -= 1;
    this.#allowance.left -= 1;
    if (this.#open.has(id) || this.#left <= 0 || this.#allowance.left <= 0) return base;
    this.#open.add(id);
    const schema = { ...base, ...this.#details(shape) };
    this.#open.delete(id);
    return described(schema, shape.traits);
  }

  #details(shape: SmithyShape): JsonSchema {
    const members = membersOf(this.#model, shape);
    const named = (name: string) => this.shape(members.find((one) => one.name === name)?.target);
    switch (shape.type) {
      case 'structure':
      case 'union':
        return this.#structure(members);
      case 'list':
      case 'set':
        return { items: named('member') };
      case 'map':
        return { additionalProperties: named('value') };
      case 'enum':
      case 'intEnum':
        return { enum: members.map(({ name, traits }) => member(traits, 'smithy.api#enumValue') ?? name) };
      default:
        return oldEnum(shape.traits);
    }
  }

  #structure(members: readonly SmithyMember[]): JsonSchema {
    const properties = Object.fromEntries(
      members.map(({ name, target, traits }) => [name, described(this.shape(target), traits)]),
    );
    const required = members.filter(({ traits }) => isRequired(traits)).map(({ name }) => name);
    return required.length === 0 ? { properties } : { properties, required };
  }
}

function isRequired(traits: JsonObject): boolean {
  return Object.hasOwn(traits, 'smithy.api#required') || Object.hasOwn(traits, 'smithy.api#httpLabel');
}

function described(schema: JsonSchema, traits: JsonObject): JsonSchema {
  const description = stringMember(traits, documentation);
  return description === undefined ? schema : { ...schema, description };
}

/** Smithy 1.0 writes the values of an enum into a trait of a string. */
function oldEnum(traits: JsonObject): JsonSchema {
  const values = listMember(traits, 'smithy.api#enum').map(
    (one): JsonValue => (isJsonObject(one) ? (member(one, 'value') ?? null) : null),
  );
  return values.length === 0 ? {} : { enum: values };
}
