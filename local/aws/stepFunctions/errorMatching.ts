import type { JsonObject } from '../../../core/json.ts';

/** One entry of `Retry`. */
export interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'NONE' | 'FULL';
}

/** One entry of `Catch`. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

/** Errors that no wildcard matches. */
const NOT_MATCHED_BY_WILDCARD = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** More specific errors that a more general name matches too. */
const PARENT_ERRORS: Readonly<Record<string, string>> = { 'States.HeartbeatTimeout': 'States.Timeout' };

const WILDCARDS: Readonly<Record<string, (error: string, stateType: string) => boolean>> = {
  'States.ALL': () => true,
  'States.TaskFailed': (error, stateType) =>
    stateType === 'Task' && error !== 'States.Timeout' && PARENT_ERRORS[error] !== 'States.Timeout',
};

function matches(names: readonly string[], error: string, stateType: string): boolean {
  // The service never retries or catches States.Runtime.
  if (error === 'States.Runtime') return false;
  return names.some(
    (name) =>
      name === error ||
      name === PARENT_ERRORS[error] ||
      (!NOT_MATCHED_BY_WILDCARD.has(error) && (WILDCARDS[name]?.(error, stateType) ?? false)),
  );
}

/** The lists come from a definition that has passed the validator, hence the types. */
export function retriersOf(state: JsonObject): readonly Retrier[] {
  return (state.Retry ?? []) as unknown as readonly Retrier[];
}

export function catchersOf(state: JsonObject): readonly Catcher[] {
  return (state.Catch ?? []) as unknown as readonly Catcher[];
}

/**
 * Decides whether a failed state is retried.
 *
 * @param retries how often each retrier has been used so far
 * @param random between 0 and 1, for jitter
 * @returns the retries used afterwards and the pause in milliseconds, or undefined when no retry is left
 */
export function nextRetry(
  state: JsonObject,
  retries: readonly number[],
  error: string,
  random: () => number,
): { readonly retries: readonly number[]; readonly pauseMs: number } | undefined {
  const retriers = retriersOf(state);
  const index = retriers.findIndex((retrier) => matches(retrier.ErrorEquals, error, String(state.Type)));
  const retrier = retriers[index];
  if (!retrier) return undefined;
  const used = retries[index] ?? 0;
  if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
  const seconds = (retrier.IntervalSeconds ?? 1) * (retrier.BackoffRate ?? 2) ** used;
  const cappedSeconds = Math.min(seconds, retrier.MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  const pauseMs = Math.round(cappedSeconds * 1000 * (retrier.JitterStrategy === 'FULL' ? random() : 1));
  return { retries: retriers.map((_, at) => (retries[at] ?? 0) + (at === index ? 1 : 0)), pauseMs };
}

export function catcherOf(state: JsonObject, error: string): Catcher | undefined {
  return catchersOf(state).find((catcher) => matches(catcher.ErrorEquals, error, String(state.Type)));
}
