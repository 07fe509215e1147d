import type { Secrets } from '../../core/ports/secrets.ts';

/** Reads secrets for one call, and takes their values out of what comes back: a service may quote what it was sent. */
export class RedactingSecrets implements Secrets {
  readonly #secrets: Secrets;
  readonly #values = new Set<string>();

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  async read(name: string): Promise<string> {
    const value = await this.#secrets.read(name);
    // As it is, and as it stands in JSON.
    for (const text of [value, JSON.stringify(value).slice(1, -1)]) if (text !== '') this.#values.add(text);
    return value;
  }

  redact(text: string): string {
    // The longest first: one secret may be part of another.
    const values = [...this.#values].sort((one, other) => other.length - one.length);
    return values.reduce((concealed, value) => concealed.replaceAll(value, '[secret]'), text);
  }
}
