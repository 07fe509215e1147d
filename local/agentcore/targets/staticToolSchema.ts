/** The service's text for a static tool schema that is not an object with tools. */
export const NO_TOOLS_ARRAY = "mcpToolSchema must be an object with 'tools' array";

/** The keywords that one party found supported in the input schemas of static tool schemas. */
const FEW_KEYWORDS = new Set(['type', 'properties', 'required', 'items', 'description']);

/** Whether a static tool schema is JSON, but not an object with a list `tools`. The reader reports other errors. */
export function lacksToolsArray(text: string | undefined): boolean {
  const schema = parse(text);
  return schema !== undefined && !Array.isArray(Object(schema).tools);
}

/** Whether an input schema of a static tool schema has a keyword beyond the few. */
export function hasOtherKeywords(text: string | undefined): boolean {
  const { tools } = Object(parse(text));
  return Array.isArray(tools) && tools.some((tool: unknown) => hasOtherKeyword(Object(tool).inputSchema));
}

function hasOtherKeyword(schema: unknown): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const { properties, items } = Object(schema);
  return (
    Object.keys(schema).some((keyword) => !FEW_KEYWORDS.has(keyword)) ||
    Object.values(Object(properties)).some(hasOtherKeyword) ||
    hasOtherKeyword(items)
  );
}

function parse(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
