import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { listMember, member, stringMember } from '../member.ts';
import type { JsonSchema, LocatedTool } from '../schemaTypes.ts';
import { SchemaBudget, schemasPerTool } from '../toolSchemaBuilder.ts';
import {
  membersOf,
  preludeNamespace,
  preludeTypes,
  type SmithyMember,
  type SmithyModel,
  type SmithyShape,
  shapeTypes,
  targetOf,
} from './smithyModel.ts';

const documentation = 'smithy.api#documentation';

/** @returns a tool for every operation of the model's services, named like the operation */
export function smithyTools(model: SmithyModel): LocatedTool[] {
  const budget = new SchemaBudget();
  return model.operations.map(({ id, value, traits, pointer }) => {
    const name = id.slice(id.indexOf('#') + 1);
    const input = targetOf(member(value, 'input'));
    const inputSchema: JsonSchema = {
      type: 'object',
      properties: {},
      ...new InputBuilder(model, budget).build(input),
    };
    return { pointer, tool: { name, description: stringMember(traits, documentation) ?? '', inputSchema } };
  });
}

/** Writes the shapes of one operation's input out as one JSON Schema. */
class InputBuilder {
  readonly #model: SmithyModel;
  readonly #budget: SchemaBudget;
  readonly #openShapes = new Set<string>();
  #remaining = schemasPerTool;

  constructor(model: SmithyModel, allowance: SchemaBudget) {
    this.#model = model;
    this.#budget = allowance;
  }

  /** A shape that contains itself ends in its bare type at the second turn. */
  build(id: string | undefined): JsonSchema {
    if (id === undefined) return {};
    if (id.startsWith(preludeNamespace))
      return shapeTypes.get(preludeTypes.get(id.slice(preludeNamespace.length)) ?? '') ?? {};
    const shape = this.#model.shapes.get(id);
    const base = shape && shapeTypes.get(shape.type);
    if (shape === undefined || base === undefined) return {};
    this.#remaining -= 1;
    this.#budget.remaining -= 1;
    if (this.#openShapes.has(id) || this.#remaining <= 0 || this.#budget.remaining <= 0) return base;
    this.#openShapes.add(id);
    const schema = { ...base, ...this.#details(shape) };
    this.#openShapes.delete(id);
    return withDescription(schema, shape.traits);
  }

  #details(shape: SmithyShape): JsonSchema {
    const members = membersOf(this.#model, shape);
    const named = (name: string) => this.build(members.find((one) => one.name === name)?.target);
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
        return enumTrait(shape.traits);
    }
  }

  #structure(members: readonly SmithyMember[]): JsonSchema {
    const properties = Object.fromEntries(
      members.map(({ name, target, traits }) => [name, withDescription(this.build(target), traits)]),
    );
    const required = members.filter(({ traits }) => isRequired(traits)).map(({ name }) => name);
    return required.length === 0 ? { properties } : { properties, required };
  }
}

function isRequired(traits: JsonObject): boolean {
  return Object.hasOwn(traits, 'smithy.api#required') || Object.hasOwn(traits, 'smithy.api#httpLabel');
}

function withDescription(schema: JsonSchema, traits: JsonObject): JsonSchema {
  const description = stringMember(traits, documentation);
  return description === undefined ? schema : { ...schema, description };
}

/** Smithy 1.0 writes the values of an enum into a trait of a string. */
function enumTrait(traits: JsonObject): JsonSchema {
  const values = listMember(traits, 'smithy.api#enum').map(
    (one): JsonValue => (isJsonObject(one) ? (member(one, 'value') ?? null) : null),
  );
  return values.length === 0 ? {} : { enum: values };
}
