import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { isSecretReference } from '../../core/manifest/secrets.ts';
import type { Secrets, SecretValue } from '../../core/ports/secrets.ts';
import { redactSecrets } from '../../core/text/redactSecrets.ts';

/** Replaces each `{ secretsManager: name }` by the secret's value. Only the input of a call holds values. */
export async function resolveSecrets(config: JsonObject, secrets: Secrets): Promise<JsonObject> {
  const entries = Object.entries(config).map(
    async ([name, value]): Promise<[string, JsonValue]> => [name, await resolve(value, secrets)],
  );
  return Object.fromEntries(await Promise.all(entries));
}

async function resolve(value: JsonValue, secrets: Secrets): Promise<JsonValue> {
  if (Array.isArray(value)) return Promise.all(value.map((item: JsonValue) => resolve(item, secrets)));
  if (isSecretReference(value)) return (await secrets.read(value.secretsManager)).value;
  return isJsonObject(value) ? resolveSecrets(value, secrets) : value;
}

/** Reads secrets for one call, and redacts their values from its result: a service may quote its input in a message. */
export class RedactingSecrets implements Secrets {
  readonly #secrets: Secrets;
  readonly #values = new Set<string>();
  readonly #versions = new Map<string, string>();

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  async read(name: string): Promise<SecretValue> {
    const secret = await this.#secrets.read(name);
    const { value, versionId } = secret;
    this.#versions.set(name, versionId);
    this.#values.add(value);
    return secret;
  }

  /** The VersionId of each secret that was read, by its name. */
  get versions(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.#versions);
  }

  /** Replaces every value that was read by `[secret]`, also where the text has it URL-encoded, escaped or in base64. */
  redact(text: string): string {
    return redactSecrets(text, [...this.#values]);
  }
}
