import { defined } from '../../core/objects.ts';
import { stackTrace } from '../runtime/stackTrace.ts';

/** The parts of an error that a log may contain: its name, code and stack frames, and not its message. */
export interface ErrorTrace {
  readonly name: string;
  readonly code?: string;
  /** The frames of the stack, without the message above them. */
  readonly frames: readonly string[];
  readonly cause?: ErrorTrace;
}

/** Ends a chain of causes that is a circle. */
const MAX_CAUSES = 5;
const MAX_FRAMES = 10;

/** Leaves out messages: those of libraries and services contain sessions, user ids and addresses. */
export function errorTrace(error: unknown, depth = 0): ErrorTrace {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const frames = (stackTrace(error) ?? '').split('\n').filter((line) => /^\s+at \S/.test(line));
  const hasCause = error.cause !== undefined && depth < MAX_CAUSES;
  return {
    name: error.name,
    ...defined({ code }),
    frames: frames.slice(0, MAX_FRAMES).map((line) => line.trim()),
    ...defined({ cause: hasCause ? errorTrace(error.cause, depth + 1) : undefined }),
  };
}
