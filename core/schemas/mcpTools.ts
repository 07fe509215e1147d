import { isJsonObject, type JsonValue } from '../json.ts';
import { member } from './member.ts';
import { appendPointer } from './pointer.ts';
import type { Located } from './references.ts';
import { type Rule, runRules } from './rule.ts';
import type { LocatedTool, SchemaKindReader } from './schemaTypes.ts';
import { SchemaBudget, toolFromDefinition } from './toolSchemaBuilder.ts';

const specification = 'Model Context Protocol, tools/list';

const rules: readonly Rule<JsonValue>[] = [
  {
    id: 'mcp-tool-list',
    severity: 'error',
    source: specification,
    *check(document) {
      const tools = toolList(document);
      if (tools === undefined)
        yield {
          pointer: '',
          message: 'This is not a list of MCP tools.',
          expected: 'a list, or {"tools": [...]}',
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
        if (isJsonObject(schema) && member(schema, 'type') === 'object') continue;
        yield {
          pointer: schema === undefined ? pointer : appendPointer(pointer, 'inputSchema'),
          message: 'The inputSchema of a tool must be a JSON Schema of type "object".',
          expected: 'type: object',
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
      for (const { value, pointer } of listedTools(document)) {
        if (!isJsonObject(value)) continue;
        for (const name of ['inputSchema', 'outputSchema']) {
          const found = findReference(member(value, name) ?? null, appendPointer(pointer, name));
          if (found !== undefined)
            yield {
              pointer: found.pointer,
              message: `"${found.keyword}" can make the synchronization fail. Write the schema inline instead.`,
            };
        }
      }
    },
  },
];

const referenceKeywords = ['$ref', '$defs', '$anchor', '$dynamicRef'];

/** Finds the first reference of a schema; further references of the same schema would repeat the warning. */
function findReference(value: JsonValue, pointer: string): { pointer: string; keyword: string } | undefined {
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
