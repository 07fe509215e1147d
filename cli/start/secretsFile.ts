import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { isJsonObject, type JsonValue } from '../../core/json.ts';
import { invalidOption } from '../errorReport.ts';

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
