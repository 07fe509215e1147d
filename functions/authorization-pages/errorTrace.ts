import { stackTrace } from '../runtime/stackTrace.ts';

/** An error as it may be logged: what it is and where it came from, without a word of what it says. */
export interface ErrorTrace {
  readonly name: string;
  readonly code?: string;
  /** The lines of the stack, without the message above them. */
  readonly frames: readonly string[];
  readonly cause?: ErrorTrace;
}

/** Causes of causes: more than a handful is a circle. */
const MAX_CAUSES = 5;
const MAX_FRAMES = 10;

/** Messages of libraries and services name sessions, users and addresses, which belong into no log. */
export function errorTrace(error: unknown, depth = 0): ErrorTrace {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = (stackTrace(error) ?? '').split('\n').filter((line) => /^\s+at \S/.test(line));
  return {
    name: error.name,
    ...(code !== undefined && { code }),
    frames: frames.slice(0, MAX_FRAMES).map((line) => line.trim()),
    ...(error.cause !== undefined && depth < MAX_CAUSES && { cause: errorTrace(error.cause, depth + 1) }),
  };
}
