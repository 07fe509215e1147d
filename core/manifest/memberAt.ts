import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { Path } from '../problem.ts';

/** @returns the value at a path of a configuration, or undefined if there is none */
export function memberAt(config: JsonObject, path: Path): JsonValue | undefined {
  let value: JsonValue | undefined = config;
  for (const step of path) {
    if (Array.isArray(value)) value = value[Number(step)];
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}

/** @returns a copy of the configuration with another value at the path; every step of the path must exist */
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
