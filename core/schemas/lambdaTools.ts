import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { nearest } from '../nearest.ts';
import { listMember, member, objectMember, stringMember } from './member.ts';
import { appendPointer } from './pointer.ts';
import type { Located } from './references.ts';
import { type Finding, type Rule, runRules } from './rule.ts';
import type { LocatedTool, SchemaKindReader } from './schemaTypes.ts';
import { SchemaBudget, ToolSchemaBuilder } from './toolSchemaBuilder.ts';

const source = 'AgentCore API, ToolDefinition and SchemaDefinition';

const toolMembers = ['name', 'description', 'inputSchema', 'outputSchema'];
const requiredToolMembers = ['name', 'description', 'inputSchema'];
const keywords = ['type', 'description', 'properties', 'required', 'items'];
const types = ['string', 'number', 'integer', 'boolean', 'array', 'object'];

/** What each keyword must hold. */
const keywordRules: Readonly<
  Record<string, { readonly expected: string; readonly holds: (value: JsonValue) => boolean }>
> = {
  type: {
    expected: `one of ${types.join(', ')}`,
    holds: (value) => typeof value === 'string' && types.includes(value),
  },
  description: { expected: 'text', holds: (value) => typeof value === 'string' },
  properties: { expected: 'a mapping of schemas', holds: isJsonObject },
  required: {
    expected: 'a list of names',
    holds: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  },
  items: { expected: 'a schema', holds: isJsonObject },
};

const rules: readonly Rule<JsonValue>[] = [
  {
    id: 'lambda-tool-list',
    severity: 'error',
    source,
    *check(document) {
      if (!Array.isArray(document))
        yield { pointer: '', message: 'A Lambda tool schema is a list of tools.', expected: 'a list' };
      else if (document.length === 0)
        yield { pointer: '', message: 'The list holds no tool. Describe at least one.' };
    },
  },
  {
    id: 'lambda-tool-members',
    severity: 'error',
    source,
    *check(document) {
      for (const { value, pointer } of listedTools(document)) {
        if (!isJsonObject(value))
          yield { pointer, message: 'A tool is a mapping.', expected: toolMembers.join(', ') };
        else yield* checkToolMembers(value, pointer);
      }
    },
  },
  {
    id: 'lambda-tool-input-object',
    severity: 'error',
    source,
    *check(document) {
      for (const { value, pointer } of toolSchemas(document)) {
        if (isJsonObject(value) && member(value, 'type') === 'object') continue;
        yield {
          pointer,
          message: 'The outermost type of a tool schema must be "object".',
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
            message: 'A schema is a mapping.',
            expected: `a mapping with ${keywords.join(', ')}`,
          };
      }
    },
  },
  {
    id: 'lambda-tool-required-exists',
    severity: 'warning',
    source: 'JSON Schema: a required name without a property cannot be explained to an agent',
    *check(document) {
      for (const { value, pointer } of allSchemas(document)) {
        if (!isJsonObject(value)) continue;
        const properties = objectMember(value, 'properties');
        for (const [index, name] of listMember(value, 'required').entries()) {
          if (typeof name === 'string' && !Object.hasOwn(properties, name))
            yield {
              pointer: appendPointer(pointer, 'required', index),
              message: `"${name}" is required but is no property here.`,
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
        message: `"${name}" must be text and not empty.`,
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
    else if (!shape.holds(value))
      yield {
        pointer: appendPointer(pointer, name),
        message: `"${name}" holds something else here.`,
        expected: shape.expected,
      };
  }
}

function unknownName(pointer: string, name: string, known: readonly string[], container: string): Finding {
  const suggestion = nearest(name, known);
  const hint = suggestion === undefined ? 'Leave it out.' : `Did you mean "${suggestion}"?`;
  const shown = name.slice(0, 80);
  return {
    pointer: appendPointer(pointer, name),
    message: `A ${container} has no "${shown}" here. ${hint}`,
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
  for (const placed of toolSchemas(document)) yield* nestedSchemas(placed);
}

function* nestedSchemas(placed: Located): Iterable<Located> {
  yield placed;
  const { value, pointer } = placed;
  if (!isJsonObject(value)) return;
  for (const [name, property] of Object.entries(objectMember(value, 'properties')))
    yield* nestedSchemas({ value: property, pointer: appendPointer(pointer, 'properties', name) });
  const items = member(value, 'items');
  if (isJsonObject(items)) yield* nestedSchemas({ value: items, pointer: appendPointer(pointer, 'items') });
}

/** A tool that lacks its name or description is refused as such; what else could be said of it would repeat that. */
function* readTools(document: JsonValue): Iterable<LocatedTool> {
  const budget = new SchemaBudget();
  for (const { value, pointer } of listedTools(document)) {
    if (!isJsonObject(value)) continue;
    const name = stringMember(value, 'name');
    const description = stringMember(value, 'description');
    if (!name || !description) continue;
    const schema = objectMember(value, 'inputSchema');
    const output = member(value, 'outputSchema');
    yield {
      pointer,
      tool: {
        name,
        description,
        inputSchema: new ToolSchemaBuilder(schema, budget).build(schema),
        ...(isJsonObject(output) && { outputSchema: new ToolSchemaBuilder(output, budget).build(output) }),
      },
    };
  }
}

/** The tools of a Lambda function: what `toolSchema` of a `lambda` target holds. */
export const lambdaTools: SchemaKindReader = {
  read: (document) => ({ problems: runRules(rules, document), tools: [...readTools(document)] }),
};
