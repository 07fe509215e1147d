import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import type { Secrets } from '../../core/ports/secrets.ts';

/** Puts the values of secrets in the place of `{ secretsManager: name }`, at the last moment before a call. */
export async function resolveSecrets(config: JsonObject, secrets: Secrets): Promise<JsonObject> {
  const entries = Object.entries(config).map(
    async ([name, value]): Promise<[string, JsonValue]> => [name, await resolve(value, secrets)],
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function resolve(value: JsonValue, secrets: Secrets): Promise<JsonValue> {
  if (Array.isArray(value)) return Promise.all(value.map((item: JsonValue) => resolve(item, secrets)));
  if (!isJsonObject(value)) return value;
  const { secretsManager, ...rest } = value;
  if (typeof secretsManager === 'string' && Object.keys(rest).length === 0)
    return secrets.read(secretsManager);
  return resolveSecrets(value, secrets);
}
