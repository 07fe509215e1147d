import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { member, objectMember, stringMember } from '../member.ts';
import { followReference } from '../references.ts';
import type { JsonSchema, LocatedTool } from '../schemaTypes.ts';
import { SchemaBudget, ToolSchemaBuilder } from '../toolSchemaBuilder.ts';
import { type OpenApiDocument, type Operation, supportedContent } from './operations.ts';

/** @returns a tool for every operation with an operationId; its input has the parameters and the members of the body */
export function openApiTools({ root, operations }: OpenApiDocument): LocatedTool[] {
  const budget = new SchemaBudget();
  return operations.flatMap((operation) => {
    const name = stringMember(operation.value, 'operationId');
    if (name === undefined || name === '') return [];
    const inputSchema = inputSchemaOf(root, operation, new ToolSchemaBuilder(root, budget));
    return [
      { pointer: operation.pointer, tool: { name, description: descriptionOf(operation), inputSchema } },
    ];
  });
}

function descriptionOf({ value, item }: Operation): string {
  const texts = [value, item.value].flatMap((object) => [
    stringMember(object, 'description'),
    stringMember(object, 'summary'),
  ]);
  return texts.find((text) => text !== undefined && text.trim() !== '') ?? '';
}

function inputSchemaOf(root: JsonObject, operation: Operation, builder: ToolSchemaBuilder): JsonSchema {
  const properties = new Map<string, JsonSchema>();
  const required = new Set<string>();
  for (const { value: parameter } of operation.parameters) {
    const name = stringMember(parameter, 'name');
    if (name === undefined) continue;
    properties.set(name, parameterSchema(parameter, builder));
    if (member(parameter, 'required') === true) required.add(name);
  }
  for (const [name, schema, isRequired] of bodyInputs(root, operation, builder)) {
    // The parameter wins over a body member of the same name; AWS does not document which one the gateway keeps.
    if (properties.has(name)) continue;
    properties.set(name, schema);
    if (isRequired) required.add(name);
  }
  const input: JsonSchema = { type: 'object', properties: Object.fromEntries(properties) };
  return required.size === 0 ? input : { ...input, required: [...required] };
}

function parameterSchema(parameter: JsonObject, builder: ToolSchemaBuilder): JsonSchema {
  const schema = builder.build(member(parameter, 'schema') ?? contentSchema(parameter));
  const description = stringMember(parameter, 'description');
  return description === undefined ? schema : { ...schema, description };
}

function contentSchema(parameter: JsonObject): JsonValue | undefined {
  const mediaType = supportedContent(parameter);
  return mediaType && member(mediaType, 'schema');
}

type Input = readonly [name: string, schema: JsonSchema, required: boolean];

function* bodyInputs(root: JsonObject, { body }: Operation, builder: ToolSchemaBuilder): Iterable<Input> {
  const mediaType = body && supportedContent(body.value);
  if (body === undefined || mediaType === undefined) return;
  // A body without a schema may be anything.
  const schema = member(mediaType, 'schema') ?? {};
  const isRequired = member(body.value, 'required') === true;
  const built = builder.build(schema);
  if (built.properties === undefined || !isPlainObject(root, schema)) {
    yield ['body', built, isRequired];
    return;
  }
  for (const [name, property] of Object.entries(built.properties))
    yield [name, property, isRequired && [built.required].flat().includes(name)];
}

/**
 * Only a plain object can be merged with the parameters; a composed schema has members that `properties` does not list.
 */
function isPlainObject(root: JsonObject, schema: JsonValue): boolean {
  const target = followReference(root, { value: schema, pointer: '' })?.value;
  if (target === undefined || !isJsonObject(target)) return false;
  return (
    Object.keys(objectMember(target, 'properties')).length > 0 &&
    !['allOf', 'anyOf', 'oneOf'].some((name) => Object.hasOwn(target, name))
  );
}
