import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { nearest } from '../nearest.ts';
import { listMember, member, objectMember, stringMember } from './member.ts';
import { appendPointer } from './pointer.ts';
import type { Located } from './references.ts';
import { type Finding, type Rule, runRules } from './rule.ts';
import type { LocatedTool, SchemaKindReader } from './schemaTypes.ts';
import { SchemaBudget, toolFromDefinition } from './toolSchemaBuilder.ts';

const source = 'AgentCore API, ToolDefinition and SchemaDefinition';

const toolMembers = ['name', 'description', 'inputSchema', 'outputSchema'];
const requiredToolMembers = ['name', 'description', 'inputSchema'];
const keywords = ['type', 'description', 'properties', 'required', 'items'];
const types = ['string', 'number', 'integer', 'boolean', 'array', 'object'];

/** The valid values of each keyword. */
const keywordRules: Readonly<
  Record<string, { readonly expected: string; readonly isValid: (value: JsonValue) => boolean }>
> = {
  type: {
    expected: `one of ${types.join(', ')}`,
    isValid: (value) => typeof value === 'string' && types.includes(value),
  },
  description: { expected: 'text', isValid: (value) => typeof value === 'string' },
  properties: { expected: 'a mapping of schemas', isValid: isJsonObject },
  required: {
    expected: 'a list of names',
    isValid: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  },
  items: { expected: 'a schema', isValid: isJsonObject },
};

const rules: readonly Rule<JsonValue>[] = [
  {
    id: 'lambda-tool-list',
    severity: 'error',
    source,
    *check(document) {
      if (!Array.isArray(document))
        yield { pointer: '', message: 'A Lambda tool schema must be a list of tools.', expected: 'a list' };
      else if (document.length === 0)
        yield { pointer: '', message: 'The list has no tool. Add at least one.' };
    },
  },
  {
    id: 'lambda-tool-members',
    severity: 'error',
    source,
    *check(document) {
      for (const { value, pointer } of listedTools(document)) {
        if (!isJsonObject(value))
          yield { pointer, message: 'A tool must be a mapping.', expected: toolMembers.join(', ') };
        else yield* checkToolMembers(value, pointer);
      }
    },
  },
  {
    id: 'lambda-tool-input-object',
    severity: 'warning',
    source:
      'Model Context Protocol, tools: inputSchema is of type "object"; AWS was seen to accept text and lists (acceptance tests of Terraform)',
    *check(document) {
      for (const { value, pointer } of toolSchemas(document)) {
        const type = isJsonObject(value) ? stringMember(value, 'type') : undefined;
        // The rule lambda-tool-keywords reports a type that is missing or invalid.
        if (type === undefined || type === 'object' || !types.includes(type)) continue;
        yield {
          pointer: appendPointer(pointer, 'type'),
          message: `The outermost type is "${type}". AWS accepts it, but agents send and read objects. Put the value into a property.`,
          expected: 'type: object',
        };
      }
    },
  },
  {
    id: 'lambda-tool-keywords',
    severity: 'error',
    source: `${source}; keywords ${keywords.join(', ')} only`,
    *check(document) {
      for (const { value, pointer } of allSchemas(document)) {
        if (isJsonObject(value)) yield* checkKeywords(value, pointer);
        else
          yield {
            pointer,
            message: 'A schema must be a mapping.',
            expected: `a mapping with ${keywords.join(', ')}`,
          };
      }
    },
  },
  {
    id: 'lambda-tool-required-exists',
    severity: 'warning',
    source: 'JSON Schema: an agent gets no description of a required name without a property',
    *check(document) {
      for (const { value, pointer } of allSchemas(document)) {
        if (!isJsonObject(value)) continue;
        const properties = objectMember(value, 'properties');
        for (const [index, name] of listMember(value, 'required').entries()) {
          if (typeof name === 'string' && !Object.hasOwn(properties, name))
            yield {
              pointer: appendPointer(pointer, 'required', index),
              message: `"required" lists "${name}", which "properties" does not define.`,
            };
        }
      }
    },
  },
];

function* checkToolMembers(tool: JsonObject, pointer: string): Iterable<Finding> {
  for (const name of requiredToolMembers) {
    if (!Object.hasOwn(tool, name)) yield { pointer, message: `The tool has no "${name}".` };
  }
  for (const name of Object.keys(tool))
    if (!toolMembers.includes(name)) yield unknownName(pointer, name, toolMembers, 'tool');
  for (const name of ['name', 'description']) {
    const value = member(tool, name);
    if (value !== undefined && (typeof value !== 'string' || value === ''))
      yield {
        pointer: appendPointer(pointer, name),
        message: `"${name}" must be text that is not empty.`,
        expected: 'text',
      };
  }
}

function* checkKeywords(schema: JsonObject, pointer: string): Iterable<Finding> {
  if (!Object.hasOwn(schema, 'type'))
    yield { pointer, message: 'The schema has no "type".', expected: types.join(', ') };
  for (const [name, value] of Object.entries(schema)) {
    const shape = Object.hasOwn(keywordRules, name) ? keywordRules[name] : undefined;
    if (shape === undefined) yield unknownName(pointer, name, keywords, 'schema');
    else if (!shape.isValid(value))
      yield {
        pointer: appendPointer(pointer, name),
        message: `"${name}" has an invalid value.`,
        expected: shape.expected,
      };
  }
}

function unknownName(pointer: string, name: string, known: readonly string[], container: string): Finding {
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? 'Remove it.' : `Did you mean "${suggestion}"?`;
  const shown = name.slice(0, 80);
  return {
    pointer: appendPointer(pointer, name),
    message: `A ${container} has no member "${shown}". ${hint}`,
    expected: known.join(', '),
  };
}

function* listedTools(document: JsonValue): Iterable<Located> {
  if (!Array.isArray(document)) return;
  for (const [index, value] of document.entries()) yield { value, pointer: appendPointer('', index) };
}

function* toolSchemas(document: JsonValue): Iterable<Located> {
  for (const { value: tool, pointer } of listedTools(document)) {
    if (!isJsonObject(tool)) continue;
    for (const name of ['inputSchema', 'outputSchema']) {
      const value = member(tool, name);
      if (value !== undefined) yield { value, pointer: appendPointer(pointer, name) };
    }
  }
}

function* allSchemas(document: JsonValue): Iterable<Located> {
  for (const schema of toolSchemas(document)) yield* nestedSchemas(schema);
}

function* nestedSchemas(schema: Located): Iterable<Located> {
  yield schema;
  const { value, pointer } = schema;
  if (!isJsonObject(value)) return;
  for (const [name, property] of Object.entries(objectMember(value, 'properties')))
    yield* nestedSchemas({ value: property, pointer: appendPointer(pointer, 'properties', name) });
  const items = member(value, 'items');
  if (isJsonObject(items)) yield* nestedSchemas({ value: items, pointer: appendPointer(pointer, 'items') });
}

/** Omits tools without a name or a description, which are errors already, so that no other rule reports them again. */
function* readTools(document: JsonValue): Iterable<LocatedTool> {
  const budget = new SchemaBudget();
  for (const { value, pointer } of listedTools(document)) {
    if (!isJsonObject(value)) continue;
    const tool = toolFromDefinition(value, budget);
    if (tool.name !== '' && tool.description !== '') yield { pointer, tool };
  }
}

/** Reads the tools of a Lambda function (`toolSchema` of a `lambda` target). */
export const lambdaTools: SchemaKindReader = {
  read: (document) => ({ problems: runRules(rules, document), tools: [...readTools(document)] }),
};
