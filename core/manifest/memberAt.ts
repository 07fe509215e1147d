import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';

/** @returns the member of a configuration that the path leads to */
export function memberAt(config: JsonObject, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = config;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** @returns the configuration with another member in that place; every step of the path must exist */
export function withMemberAt(config: JsonObject, path: Path, member: JsonValue): JsonObject {
  const [step, ...rest] = path;
  if (step === undefined) return config;
  const inner = config[step];
  return { ...config, [step]: replaceAt(inner, rest, member) };
}

function replaceAt(value: JsonValue | undefined, path: Path, member: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return member;
  if (Array.isArray(value)) {
    return value.map((item: JsonValue, index) =>
      index === Number(step) ? replaceAt(item, rest, member) : item,
    );
  }
  return isJsonObject(value) ? { ...value, [step]: replaceAt(value[step], rest, member) } : (value ?? null);
}
