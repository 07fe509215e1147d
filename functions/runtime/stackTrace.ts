import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defined } from '../../core/objects.ts';

/** The parts of an error that a log may contain: its name, code and stack frames, but not its message. */
export interface ErrorTrace {
  readonly name: string;
  readonly code?: string;
  /** Each frame of the stack trace, without the message that precedes them. */
  readonly frames: readonly string[];
  readonly cause?: ErrorTrace;
}

/** Limits a chain of causes, which may be circular. */
const MAX_CAUSES = 5;
const MAX_FRAMES = 10;

/** A position in a bundle as stack traces show it: `file:///var/task/index.mjs:1:2345`. */
const BUNDLE_POSITION = /(file:\/\/[^\s()]+):(\d+):(\d+)/g;

/** The source map of each bundle by the bundle's URL; undefined for a bundle without one. */
const sourceMaps = new Map<string, SourceMap | undefined>();

/**
 * Maps the stack trace of an error to the sources. Node's `--enable-source-maps` does the same for every error, but it
 * indexes every line of the bundle at load time, which takes a quarter of a cold start.
 *
 * @returns undefined where the error has no stack trace
 */
export function stackTrace(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack?.replace(BUNDLE_POSITION, (position, url, line, column) => {
    const entry = sourceMapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (entry === undefined || !('originalSource' in entry)) return position;
    const source = entry.originalSource.replace(/^(\.\.\/)+/, '');
    return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  });
}

/** Omits messages because those of libraries and services contain session ids, user ids and URLs. */
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

function sourceMapOf(url: string): SourceMap | undefined {
  if (!sourceMaps.has(url)) sourceMaps.set(url, readSourceMap(`${fileURLToPath(url)}.map`));
  return sourceMaps.get(url);
}

/** @returns undefined for a missing or broken map: the error is reported with positions in the bundle then */
function readSourceMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
