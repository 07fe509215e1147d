import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { listMember, member, stringMember } from '../member.ts';
import { schemaLimits } from '../schemaLimits.ts';
import type { JsonSchema, LocatedTool } from '../schemaTypes.ts';
import { SchemaBudget, schemasPerTool } from '../toolSchemaBuilder.ts';
import {
  builtInTypes,
  membersOf,
  type SmithyMember,
  type SmithyModel,
  type SmithyShape,
  shapeTypes,
  targetOf,
} from './smithyModel.ts';

const documentation = 'smithy.api#documentation';

/** @returns a tool for every operation of the model's services, with the operation's name */
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

/** Converts the input of one operation to one JSON Schema. */
class InputBuilder {
  readonly #model: SmithyModel;
  readonly #budget: SchemaBudget;
  readonly #openShapes = new Set<string>();
  #remaining = schemasPerTool;

  constructor(model: SmithyModel, allowance: SchemaBudget) {
    this.#model = model;
    this.#budget = allowance;
  }

  /** @returns the schema of a shape; where a shape contains itself, the inner one has only its type */
  build(id: string | undefined): JsonSchema {
    if (id === undefined) return {};
    const shape = this.#model.shapes.get(id);
    if (shape === undefined) return shapeTypes.get(builtInTypes.get(id) ?? '') ?? {};
    const base = shapeTypes.get(shape.type);
    if (base === undefined) return {};
    this.#remaining -= 1;
    this.#budget.remaining -= 1;
    const isExhausted = this.#remaining <= 0 || this.#budget.remaining <= 0;
    if (this.#openShapes.has(id) || this.#openShapes.size >= schemaLimits.depth || isExhausted) return base;
    this.#openShapes.add(id);
    const schema = { ...base, ...this.#details(shape) };
    this.#openShapes.delete(id);
    return withDescription(schema, shape.traits);
  }

  #details(shape: SmithyShape): JsonSchema {
    const members = membersOf(this.#model, shape);
    const schemaOf = (name: string) => this.build(members.find((member) => member.name === name)?.target);
    switch (shape.type) {
      case 'structure':
      case 'union':
        return this.#structure(members);
      case 'list':
      case 'set':
        return { items: schemaOf('member') };
      case 'map':
        return { additionalProperties: schemaOf('value') };
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

/** In Smithy 1.0 an enum is a string with a trait that lists the values. */
function enumTrait(traits: JsonObject): JsonSchema {
  const values = listMember(traits, 'smithy.api#enum').map(
    (entry): JsonValue => (isJsonObject(entry) ? (member(entry, 'value') ?? null) : null),
  );
  return values.length === 0 ? {} : { enum: values };
}
