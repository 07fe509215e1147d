import { GateloopError } from '../core/errors.ts';

/**
 * The conflicts about single records in one step. Another step wrote such a record meanwhile, which says nothing about the
 * other resources: the step does its work on those first, and fails then.
 */
export class LedgerConflicts {
  #first: GateloopError | undefined;

  /** For `catch`: keeps a conflict. @throws every other error */
  readonly keep = (error: unknown): undefined => {
    if (!(error instanceof GateloopError) || error.code !== 'LedgerConflict') throw error;
    this.#first ??= error;
  };

  /** @throws GateloopError `LedgerConflict`, retryable, the first one that was kept */
  throwFirst(): void {
    if (this.#first) throw this.#first;
  }
}
