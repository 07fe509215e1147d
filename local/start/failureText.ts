import { GateloopError } from '../../core/errors.ts';

/** What a command says of the error that ends it: our own say what to do, any other shows where it came from. */
export function failureText(error: unknown): string {
  if (error instanceof GateloopError) return error.message;
  return String(error instanceof Error ? error.stack : error);
}
