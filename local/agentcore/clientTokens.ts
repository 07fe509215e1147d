import { createHash } from 'node:crypto';
import type { Table } from '../simulation/table.ts';
import type { EmulatorContext } from './emulatorContext.ts';
import { ServiceError } from './serviceError.ts';

interface StoredResponse {
  readonly at: number;
  readonly fingerprint: string;
  /** The response body as sent. */
  readonly response: Record<string, unknown>;
}

/** Makes operations idempotent: a request repeated with the same client token gets the first response again. */
export class ClientTokens {
  readonly #context: EmulatorContext;
  readonly #table: Table<StoredResponse>;

  constructor(context: EmulatorContext) {
    this.#context = context;
    this.#table = context.table('clientToken');
  }

  /** Deletes expired tokens. Runs at the start, which saves a recurring timer. */
  purge(): void {
    const oldest = this.#context.clock.now() - this.#context.settings.quotas.clientTokenLifetime;
    for (const [key, { at }] of this.#table.list()) if (at < oldest) this.#table.delete(key);
  }

  /**
   * @returns the response that this request got before
   * @throws ServiceError ValidationException (IdempotentParameterMismatchException) if the token was used with other
   *   parameters; the model lists that reason, the documentation does not name the error
   */
  findResponse(
    operation: string,
    input: Readonly<Record<string, unknown>>,
  ): Record<string, unknown> | undefined {
    const token = input.clientToken;
    if (typeof token !== 'string') return undefined;
    const stored = this.#table.get(`${operation}/${token}`);
    const oldest = this.#context.clock.now() - this.#context.settings.quotas.clientTokenLifetime;
    if (!stored || stored.at < oldest) return undefined;
    if (stored.fingerprint === fingerprint(input)) return stored.response;
    throw new ServiceError(
      'ValidationException',
      'The client token was used before with other parameters. Use a new token for a new request.',
      { reason: 'IdempotentParameterMismatchException' },
    );
  }

  saveResponse(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    response: Record<string, unknown>,
  ): void {
    const token = input.clientToken;
    if (typeof token !== 'string') return;
    const at = this.#context.clock.now();
    this.#table.put(`${operation}/${token}`, { at, fingerprint: fingerprint(input), response });
  }
}

function fingerprint(input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sortKeys(input)))
    .digest('base64url');
}

/** Two requests are equal whatever the order of their members. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sortKeys(entry)]),
  );
}
