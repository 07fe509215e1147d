import { GateloopError } from '../../core/errors.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { isThrottling } from '../../core/reconcile/rejectionCause.ts';

export interface ReadBudgetPorts {
  readonly ledger: Pick<Ledger, 'reserveReads'>;
  readonly clock: () => number;
  /** @param ms simulated where the clock is */
  readonly sleep: (ms: number) => Promise<void>;
  /** @returns a number from 0 up to 1 */
  readonly random: () => number;
}

/** How many reads are reserved at a time: half of what an account may reserve in a second. */
const RESERVED_AT_A_TIME = 4;

/**
 * The least time between two such reservations, in ms: some six reads a second, of the eight that the account may reserve. A scan
 * has minutes, and a poll that gets no read costs four state transitions.
 */
const BETWEEN_RESERVATIONS = 700;

/** The pause where no read is left, in ms: a reservation ends after a second. The random part keeps two callers apart. */
const PAUSE = { least: 150, random: 150 };

/** The n-th pause after a read that the service throttled is up to 2^n s, at random, as AWS recommends it. */
const THROTTLED_PAUSES = 5;

/** Reads at the pace that the account's rate allows: a read waits for its turn, and one that was throttled is repeated. */
export class ReadBudget {
  readonly #ports: ReadBudgetPorts;
  #reserved = 0;
  /** When reads may be reserved again, in ms since the epoch. */
  #nextAt = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(ports: ReadBudgetPorts) {
    this.#ports = ports;
  }

  /** Waits until one more list of targets may be read. Callers are served in turn. */
  take(): Promise<void> {
    this.#last = this.#last.then(() => this.#takeNext());
    return this.#last;
  }

  async #takeNext(): Promise<void> {
    const { ledger, clock, sleep, random } = this.#ports;
    while (this.#reserved === 0) {
      const wait = this.#nextAt - clock();
      if (wait > 0) await sleep(wait);
      this.#nextAt = clock() + BETWEEN_RESERVATIONS;
      this.#reserved = await ledger.reserveReads('list gatewayTarget', RESERVED_AT_A_TIME, clock());
      if (this.#reserved === 0) await sleep(PAUSE.least + random() * PAUSE.random);
    }
    this.#reserved -= 1;
  }

  /** Repeats a read that the service throttles. @throws the error of the last attempt, or any other error */
  async repeat<Result>(read: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await read();
      } catch (error) {
        const isThrottled = error instanceof GateloopError && isThrottling(error.code);
        if (!isThrottled || attempt > THROTTLED_PAUSES) throw error;
        await this.#ports.sleep(this.#ports.random() * 1000 * 2 ** attempt);
      }
    }
  }
}
