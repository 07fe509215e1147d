import { isJsonObject, type JsonValue } from '../json.ts';
import { member } from './member.ts';
import { appendPointer } from './pointer.ts';
import type { Located } from './references.ts';
import { type Rule, runRules } from './rule.ts';
import { isTypeKeyword, malformedKeywords, nestedSchemas } from './schemaKeywords.ts';
import type { LocatedTool, SchemaKindReader } from './schemaTypes.ts';
import { SchemaBudget, toolFromDefinition } from './toolSchemaBuilder.ts';

const specification = 'Model Context Protocol, tools/list';

const rules: readonly Rule<JsonValue>[] = [
  {
    id: 'mcp-tool-list',
    severity: 'error',
    source: `${specification}; the service refuses a bare list with the words of this rule`,
    *check(document) {
      const tools = toolList(document);
      if (tools === undefined || tools.pointer === '')
        yield {
          pointer: isJsonObject(document) && Object.hasOwn(document, 'tools') ? '/tools' : '',
          message: "mcpToolSchema must be an object with 'tools' array.",
          expected: '{"tools": [...]}, as in the result of tools/list',
        };
      else if (tools.list.length === 0)
        yield { pointer: tools.pointer, message: 'The list has no tool. Add at least one.' };
    },
  },
  {
    id: 'mcp-tool-list-incomplete',
    severity: 'warning',
    source: specification,
    *check(document) {
      if (isJsonObject(document) && member(document, 'nextCursor') !== undefined)
        yield {
          pointer: appendPointer('', 'nextCursor'),
          message: 'This is one of several pages. Fetch the other pages and merge their tools into one list.',
        };
    },
  },
  {
    id: 'mcp-tool-members',
    severity: 'error',
    source: specification,
    *check(document) {
      for (const { value, pointer } of listedTools(document)) {
        const name = isJsonObject(value) ? member(value, 'name') : undefined;
        if (!isJsonObject(value))
          yield { pointer, message: 'A tool must be a mapping.', expected: 'name, description, inputSchema' };
        else if (typeof name !== 'string' || name === '')
          yield { pointer, message: 'The tool has no name.', expected: 'name' };
      }
    },
  },
  {
    id: 'mcp-tool-input-object',
    severity: 'error',
    source: specification,
    *check(document) {
      for (const { value, pointer } of listedTools(document)) {
        if (!isJsonObject(value)) continue;
        const schema = member(value, 'inputSchema');
        const type = isJsonObject(schema) ? member(schema, 'type') : undefined;
        // The rule mcp-tool-schema reports a malformed type.
        if (type === 'object' || (type !== undefined && !isTypeKeyword(type))) continue;
        yield {
          pointer: schema === undefined ? pointer : appendPointer(pointer, 'inputSchema'),
          message: 'The inputSchema of a tool must be a JSON Schema of type "object".',
          expected: 'type: object',
        };
      }
    },
  },
  {
    id: 'mcp-tool-schema',
    severity: 'error',
    source: 'JSON Schema 2020-12',
    *check(document) {
      for (const schema of toolSchemas(document)) {
        if (isJsonObject(schema.value)) yield* malformedKeywords(schema);
        // The rule mcp-tool-input-object reports an inputSchema that is no mapping.
        else if (schema.name === 'outputSchema')
          yield {
            pointer: schema.pointer,
            message: 'The outputSchema of a tool must be a JSON Schema.',
            expected: 'a mapping, such as {"type": "object"}',
          };
      }
    },
  },
  {
    id: 'mcp-tool-keywords',
    severity: 'warning',
    source: 'one report of a deployed target: mcpToolSchema was refused because of "enum" or "default"',
    *check(document) {
      for (const schema of toolSchemas(document)) {
        const found = findKeyword(schema, reportedKeywords);
        if (found !== undefined)
          yield {
            pointer: found.pointer,
            message: `The service may refuse "${found.keyword}" in mcpToolSchema. If the target fails, describe the values in "description" instead.`,
            expected: 'type, properties, required, items, description',
          };
      }
    },
  },
  {
    id: 'mcp-tool-references',
    severity: 'warning',
    source:
      'AgentCore developer guide, MCP server targets: $ref, $defs and $anchor can make the synchronization fail',
    *check(document) {
      for (const schema of toolSchemas(document)) {
        const found = findReference(schema.value, schema.pointer);
        if (found !== undefined)
          yield {
            pointer: found.pointer,
            message: `"${found.keyword}" can make the synchronization fail. Write the schema inline instead.`,
          };
      }
    },
  },
];

const reportedKeywords = ['enum', 'default'];

const referenceKeywords = ['$ref', '$defs', '$anchor', '$dynamicRef'];

interface LocatedKeyword {
  readonly pointer: string;
  readonly keyword: string;
}

/** Finds the first of some keywords in a schema; further ones in the same schema would repeat the warning. */
function findKeyword(schema: Located, names: readonly string[]): LocatedKeyword | undefined {
  for (const { value, pointer } of nestedSchemas(schema)) {
    // The rule mcp-tool-schema reports an enum that is no list.
    const keyword = names.find(
      (name) => Object.hasOwn(value, name) && (name !== 'enum' || Array.isArray(value[name])),
    );
    if (keyword !== undefined) return { pointer: appendPointer(pointer, keyword), keyword };
  }
  return undefined;
}

/** Finds the first reference of a schema; further references of the same schema would repeat the warning. */
function findReference(value: JsonValue, pointer: string): LocatedKeyword | undefined {
  if (Array.isArray(value)) return firstReference(value.entries(), pointer);
  if (!isJsonObject(value)) return undefined;
  const keyword = referenceKeywords.find((name) => Object.hasOwn(value, name));
  return keyword === undefined
    ? firstReference(Object.entries(value), pointer)
    : { pointer: appendPointer(pointer, keyword), keyword };
}

function firstReference(entries: Iterable<readonly [string | number, JsonValue]>, pointer: string) {
  for (const [step, child] of entries) {
    const found = findReference(child, appendPointer(pointer, step));
    if (found !== undefined) return found;
  }
  return undefined;
}

function toolList(
  document: JsonValue,
): { readonly list: readonly JsonValue[]; readonly pointer: string } | undefined {
  if (Array.isArray(document)) return { list: document, pointer: '' };
  const tools = isJsonObject(document) ? member(document, 'tools') : undefined;
  return Array.isArray(tools) ? { list: tools, pointer: '/tools' } : undefined;
}

function* listedTools(document: JsonValue): Iterable<Located> {
  const tools = toolList(document);
  for (const [index, value] of (tools?.list ?? []).entries())
    yield { value, pointer: appendPointer(tools?.pointer ?? '', index) };
}

interface ToolSchema extends Located {
  readonly name: 'inputSchema' | 'outputSchema';
}

function* toolSchemas(document: JsonValue): Iterable<ToolSchema> {
  for (const { value: tool, pointer } of listedTools(document)) {
    if (!isJsonObject(tool)) continue;
    for (const name of ['inputSchema', 'outputSchema'] as const) {
      const value = member(tool, name);
      if (value !== undefined) yield { name, value, pointer: appendPointer(pointer, name) };
    }
  }
}

function* readTools(document: JsonValue): Iterable<LocatedTool> {
  const budget = new SchemaBudget();
  for (const { value, pointer } of listedTools(document)) {
    if (!isJsonObject(value)) continue;
    const tool = toolFromDefinition(value, budget);
    if (tool.name !== '') yield { pointer, tool };
  }
}

/** Reads MCP tool definitions, as in a tools/list result (`mcpToolSchema` of an `mcpServer` target). */
export const mcpTools: SchemaKindReader = {
  read: (document) => ({ problems: runRules(rules, document), tools: [...readTools(document)] }),
};
