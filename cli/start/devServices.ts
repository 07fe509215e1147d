import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { invalidOption } from '../errorReport.ts';

/** A host name, perhaps with a path. */
const HOST = /^[a-z0-9-]+(\.[a-z0-9-]+)+(\/.*)?$/i;

/**
 * @param text such as `mcp.example.com=http://127.0.0.1:3000/mcp`, or
 *   `https://mcp.example.com/search=http://127.0.0.1:3000/mcp`
 * @returns the local URL by the public one
 * @throws CommandError `InvalidOption`
 */
export function readEndpoint(text: string): Readonly<Record<string, string>> {
  // A query may hold an equals sign: the local URL begins after the last one that a URL follows.
  const [, named = '', local = ''] = /^(.+)=(https?:\/\/.+)$/.exec(text) ?? [];
  const address = HOST.test(named) ? `https://${named}` : named;
  const isPublic = URL.canParse(address) && new URL(address).protocol === 'https:';
  if (isPublic && URL.canParse(local)) return { [address]: local };
  throw invalidOption(
    `--endpoint takes a public host or https URL and a local URL, not "${text}"`,
    'Write them as https://mcp.example.com/search=http://127.0.0.1:3000/mcp.',
  );
}

/**
 * Reads the secrets of a file. Its values are in no message.
 *
 * @throws CommandError `InvalidOption`
 */
export function readSecretsFile(path: string): Readonly<Record<string, string>> {
  const secrets = parseFile(path);
  if (!isJsonObject(secrets)) throw invalidOption(`--secrets: ${path} holds no mapping of names to secrets`);
  return Object.fromEntries(
    Object.entries(secrets).map(([name, value]) => [name, secretText(path, name, value)]),
  );
}

/** The position of a mistake is told, and not the line: it may hold a secret. */
function parseFile(path: string): JsonValue {
  try {
    return parse(readFileSync(path, 'utf8'), { prettyErrors: false }) as JsonValue; // Plain YAML gives JSON values.
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    throw invalidOption(`--secrets: ${path} cannot be read (${code})`);
  }
}

function secretText(path: string, name: string, value: JsonValue): string {
  if (typeof value === 'string') return value;
  if (isJsonObject(value)) return JSON.stringify(value);
  throw invalidOption(`--secrets: the secret ${name} in ${path} is neither a text nor a mapping`);
}
