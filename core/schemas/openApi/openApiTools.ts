import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { member, objectMember, stringMember } from '../member.ts';
import { followReference, type Located } from '../references.ts';
import type { Rule } from '../rule.ts';
import type { JsonSchema, LocatedTool } from '../schemaTypes.ts';
import { SchemaBudget, ToolSchemaBuilder } from '../toolSchemaBuilder.ts';
import { type OpenApiDocument, type Operation, supportedContent } from './operations.ts';
import { RequestSchemas } from './requestSchema.ts';

/** A part of a request that an input of the tool fills. */
interface Input {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
  /** Where the request carries it, such as "path parameter". */
  readonly carrier: string;
  readonly pointer: string;
}

/** An operation with the inputs of its tool, of which several may have one name. */
export interface OperationInputs {
  readonly operation: Operation;
  readonly inputs: readonly Input[];
}

/** @returns the inputs of every operation: the parameters and the members of the body */
export function operationInputs({ root, operations }: OpenApiDocument): readonly OperationInputs[] {
  const budget = new SchemaBudget();
  const schemas = new RequestSchemas(root);
  return operations.map((operation) => {
    const builder = new ToolSchemaBuilder(root, budget, (schema) => schemas.of(schema));
    const inputs = [...parameterInputs(operation, builder), ...bodyInputs(root, operation, builder)];
    return { operation, inputs };
  });
}

/** @returns a tool for every operation with an operationId */
export function openApiTools(operations: readonly OperationInputs[]): LocatedTool[] {
  return operations.flatMap(({ operation, inputs }) => {
    const name = stringMember(operation.value, 'operationId');
    if (name === undefined || name === '') return [];
    const description = descriptionOf(operation);
    return [{ pointer: operation.pointer, tool: { name, description, inputSchema: inputSchemaOf(inputs) } }];
  });
}

function descriptionOf({ value, item }: Operation): string {
  const texts = [value, item.value].flatMap((object) => [
    stringMember(object, 'description'),
    stringMember(object, 'summary'),
  ]);
  return texts.find((text) => text !== undefined && text.trim() !== '') ?? '';
}

/** Of several inputs with one name the first counts; the rule openapi-input-name reports them. */
function inputSchemaOf(inputs: readonly Input[]): JsonSchema {
  const properties = new Map<string, JsonSchema>();
  const required = new Set<string>();
  for (const { name, schema, isRequired } of inputs) {
    if (!properties.has(name)) properties.set(name, schema);
    if (isRequired) required.add(name);
  }
  const input: JsonSchema = { type: 'object', properties: Object.fromEntries(properties) };
  return required.size === 0 ? input : { ...input, required: [...required] };
}

/** Path parameters come first, since no URL can be built without their values. */
function parameterInputs({ parameters }: Operation, builder: ToolSchemaBuilder): readonly Input[] {
  const inputs = parameters.flatMap(({ value, pointer }) => {
    const name = stringMember(value, 'name');
    const location = stringMember(value, 'in') ?? '';
    if (name === undefined || (location === 'header' && ignoredHeaders.has(name.toLowerCase()))) return [];
    const isRequired = member(value, 'required') === true;
    const schema = parameterSchema(value, builder);
    return [{ name, schema, isRequired, carrier: `${location} parameter`, pointer }];
  });
  const isInPath = ({ carrier }: Input) => carrier === 'path parameter';
  return [...inputs.filter(isInPath), ...inputs.filter((input) => !isInPath(input))];
}

/** OpenAPI ignores parameters for these headers: media types and security schemes describe them. */
const ignoredHeaders = new Set(['accept', 'authorization', 'content-type']);

function parameterSchema(parameter: JsonObject, builder: ToolSchemaBuilder): JsonSchema {
  const schema = builder.build(member(parameter, 'schema') ?? contentSchema(parameter));
  const description = stringMember(parameter, 'description');
  return description === undefined ? schema : { ...schema, description };
}

function contentSchema(parameter: JsonObject): JsonValue | undefined {
  const mediaType = supportedContent(parameter);
  return mediaType && member(mediaType, 'schema');
}

function bodyInputs(root: JsonObject, { body }: Operation, builder: ToolSchemaBuilder): readonly Input[] {
  const mediaType = body && supportedContent(body.value);
  if (body === undefined || mediaType === undefined) return [];
  // A body without a schema may be anything.
  const schema = member(mediaType, 'schema') ?? {};
  const built = builder.build(schema);
  const isRequired = member(body.value, 'required') === true;
  const carrier = 'request body';
  const { pointer } = body;
  if (built.properties === undefined || !isPlainObject(root, { value: schema, pointer }))
    return [{ name: 'body', schema: built, isRequired, carrier, pointer }];
  const required = new Set([built.required].flat());
  return Object.entries(built.properties).map(([name, property]) => ({
    name,
    schema: property,
    isRequired: isRequired && required.has(name),
    carrier,
    pointer,
  }));
}

/**
 * Only a plain object can be merged with the parameters; a composed schema has members that `properties` does not list.
 */
function isPlainObject(root: JsonObject, schema: Located): boolean {
  const target = followReference(root, schema)?.value;
  if (target === undefined || !isJsonObject(target)) return false;
  return (
    Object.keys(objectMember(target, 'properties')).length > 0 &&
    !['allOf', 'anyOf', 'oneOf'].some((name) => Object.hasOwn(target, name))
  );
}

export const inputRules: readonly Rule<readonly OperationInputs[]>[] = [
  {
    id: 'openapi-input-name',
    severity: 'warning',
    source:
      'Gateloop: the service does not document which part of the request an input fills if several have its name',
    *check(operations) {
      for (const { operation, inputs } of operations) {
        for (const [name, [first, second, ...others]] of Map.groupBy(inputs, (input) => input.name)) {
          if (first === undefined || second === undefined) continue;
          const carriers = [first, second, ...others].map(({ carrier }) => carrier).join(', ');
          const tool = stringMember(operation.value, 'operationId') ?? operation.path;
          const message = `The input "${name.slice(0, 80)}" of "${tool.slice(0, 80)}" has several places in the request (${carriers}), but only one value. Rename all but one.`;
          yield { pointer: second.pointer, message };
        }
      }
    },
  },
];
