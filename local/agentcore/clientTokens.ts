import { createHash } from 'node:crypto';
import type { Table } from '../store.ts';
import { ServiceError } from './serviceError.ts';
import type { World } from './world.ts';

interface Remembered {
  readonly at: number;
  readonly fingerprint: string;
  /** The answer as it went over the wire. */
  readonly answer: Record<string, unknown>;
}

/** Answers by client token: the same request again gets the first answer, and nothing happens twice. */
export class ClientTokens {
  readonly #world: World;
  readonly #table: Table<Remembered>;

  constructor(world: World) {
    this.#world = world;
    this.#table = world.table('clientToken');
  }

  /** Drops what is too old to be recalled; called at start, so that no standing timer is needed. */
  purge(): void {
    const oldest = this.#world.clock.now() - this.#world.settings.quotas.clientTokenLifetime;
    for (const [key, { at }] of this.#table.list()) if (at < oldest) this.#table.delete(key);
  }

  /**
   * @returns the answer that this request already got
   * @throws ServiceError ValidationException (IdempotentParameterMismatchException) when the token came with another
   *   request; the model lists that reason, the documentation does not say the error
   */
  recall(operation: string, input: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
    const token = input.clientToken;
    if (typeof token !== 'string') return undefined;
    const remembered = this.#table.get(`${operation}/${token}`);
    const oldest = this.#world.clock.now() - this.#world.settings.quotas.clientTokenLifetime;
    if (!remembered || remembered.at < oldest) return undefined;
    if (remembered.fingerprint === fingerprint(input)) return remembered.answer;
    throw new ServiceError(
      'ValidationException',
      'The client token was used before with other parameters. Use a new token for a new request.',
      { reason: 'IdempotentParameterMismatchException' },
    );
  }

  remember(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    answer: Record<string, unknown>,
  ): void {
    const token = input.clientToken;
    if (typeof token !== 'string') return;
    const at = this.#world.clock.now();
    this.#table.put(`${operation}/${token}`, { at, fingerprint: fingerprint(input), answer });
  }
}

function fingerprint(input: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(input)))
    .digest('base64url');
}

/** Clients may order members as they like. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}
