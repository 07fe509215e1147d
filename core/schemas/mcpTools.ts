import { isJsonObject, type JsonValue } from '../json.ts';
import { member, objectMember, stringMember } from './member.ts';
import { appendPointer } from './pointer.ts';
import type { Located } from './references.ts';
import { type Rule, runRules } from './rule.ts';
import type { LocatedTool, SchemaKindReader } from './schemaTypes.ts';
import { SchemaBudget, ToolSchemaBuilder } from './toolSchemaBuilder.ts';

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
          message: 'This is no list of MCP tools.',
          expected: 'a list, or {"tools": [...]}',
        };
      else if (tools.list.length === 0)
        yield { pointer: tools.pointer, message: 'The list holds no tool. Describe at least one.' };
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
          message: 'This is one page of several. Ask the server for the next ones and join them.',
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
          yield { pointer, message: 'A tool is a mapping.', expected: 'name, description, inputSchema' };
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
        const place = schema === undefined ? pointer : appendPointer(pointer, 'inputSchema');
        yield {
          pointer: place,
          message: 'A tool’s inputSchema must be a JSON Schema of type "object".',
          expected: 'type: object',
        };
      }
    },
  },
  {
    id: 'mcp-tool-references',
    severity: 'warning',
    source:
      'AgentCore developer guide, MCP server targets: $ref, $defs and $anchor may fail the synchronisation',
    *check(document) {
      for (const { value, pointer } of listedTools(document)) {
        if (!isJsonObject(value)) continue;
        for (const name of ['inputSchema', 'outputSchema']) {
          const found = findReference(member(value, name) ?? null, appendPointer(pointer, name));
          if (found !== undefined)
            yield {
              pointer: found.pointer,
              message: `"${found.keyword}" may fail the synchronisation. Write the schema out in place.`,
            };
        }
      }
    },
  },
];

const referenceKeywords = ['$ref', '$defs', '$anchor', '$dynamicRef'];

/** The first reference of a schema is enough: whoever has one has them by pattern. */
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
    const name = isJsonObject(value) ? stringMember(value, 'name') : undefined;
    if (!isJsonObject(value) || name === undefined || name === '') continue;
    const description = stringMember(value, 'description') ?? '';
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

/** MCP tool definitions as a tools/list result has them: what `mcpToolSchema` of an `mcpServer` target holds. */
export const mcpTools: SchemaKindReader = {
  read: (document) => ({ problems: runRules(rules, document), tools: [...readTools(document)] }),
};
