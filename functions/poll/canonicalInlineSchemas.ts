import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { canonicalJson } from '../../core/schemas/canonicalJson.ts';

/**
 * A manifest's inline schema is compared and sent in canonical form. What another client has sent is text as that client wrote
 * it: in the same form, what says the same is no difference.
 *
 * @param config the configuration of a target, as a Get returns it
 * @returns the configuration with its inline schemas in canonical form; text that is no document stays
 */
export async function canonicalInlineSchemas(config: JsonObject): Promise<JsonObject> {
  return withCanonicalText(config, 'targetConfiguration' in config ? ['targetConfiguration'] : []);
}

/** @param only the members to look into; all of them, where it is absent */
async function withCanonicalText(value: JsonObject, only = Object.keys(value)): Promise<JsonObject> {
  const changed: Record<string, JsonValue> = {};
  for (const name of only) {
    const member = value[name];
    if (name === 'inlinePayload' && typeof member === 'string') changed[name] = await canonicalText(member);
    else if (isJsonObject(member)) changed[name] = await withCanonicalText(member);
  }
  return { ...value, ...changed };
}

async function canonicalText(text: string): Promise<string> {
  try {
    const value = parsedJson(text) ?? (await parsedYaml(text));
    return value === undefined ? text : new TextDecoder().decode(canonicalJson(value));
  } catch {
    return text; // It has half of a surrogate pair, which no canonical form can hold.
  }
}

function parsedJson(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Loaded for YAML only, which is rare: its reader is a large part of the bundle. */
async function parsedYaml(text: string): Promise<JsonValue | undefined> {
  const { readDocument } = await import('../../core/schemas/readDocument.ts');
  const result = readDocument(new TextEncoder().encode(text), 'inlinePayload');
  return 'document' in result && isJsonObject(result.document.value) ? result.document.value : undefined;
}
