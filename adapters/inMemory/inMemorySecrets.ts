import { createHash } from 'node:crypto';
import { GateloopError } from '../../core/errors.ts';
import type { Secrets, SecretValue, SecretVersionReader } from '../../core/ports/secrets.ts';
import { CallScript } from './callScript.ts';
import { resultOf } from './serviceError.ts';

/** A secret store in memory, for tests of steps. */
export class InMemorySecrets implements Secrets, SecretVersionReader {
  readonly script = new CallScript<Secrets & SecretVersionReader>();
  readonly #values: Map<string, string>;
  readonly #unreadable = new Map<string, string>();

  constructor(values: Readonly<Record<string, string>> = {}) {
    this.#values = new Map(Object.entries(values));
  }

  put(name: string, value: string): void {
    this.#values.set(name, value);
    this.#unreadable.delete(name);
  }

  remove(name: string): void {
    this.#values.delete(name);
  }

  /** Makes an existing secret unreadable. */
  makeUnreadable(name: string, reason: 'holds binary data, not text' | 'may not be read by Gateloop'): void {
    this.#unreadable.set(name, reason);
  }

  read(name: string): Promise<SecretValue> {
    return resultOf(this.script.run('read', [name], () => this.#find(name)));
  }

  currentVersion(name: string): Promise<string> {
    return resultOf(this.script.run('currentVersion', [name], () => this.#find(name).versionId));
  }

  #find(name: string): SecretValue {
    const value = this.#values.get(name);
    const reason = this.#unreadable.get(name) ?? (value === undefined ? 'does not exist' : undefined);
    if (reason === undefined && value !== undefined)
      return { value, versionId: createHash('sha256').update(value).digest('hex').slice(0, 32) };
    const message = `The secret ${name} ${reason}. Put it into Secrets Manager under this name, tagged for Gateloop.`;
    throw new GateloopError('SecretMissing', message, { details: { name } });
  }
}
