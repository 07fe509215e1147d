import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** A place in a bundle, as stack traces have it: `file:///var/task/index.mjs:1:2345`. */
const BUNDLE_POSITION = /(file:\/\/[^\s()]+):(\d+):(\d+)/g;

/** By the URL of the bundle. */
const sourceMaps = new Map<string, SourceMap | undefined>();

/**
 * The stack trace of an error, with places in the sources where it has places in the bundle. Node would do the same
 * for every error if it were told to, but takes note of every line when it loads a bundle: a quarter of a cold start.
 *
 * @returns undefined where the error has no stack trace
 */
export function stackTrace(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack?.replace(BUNDLE_POSITION, (place, url, line, column) => {
    const found = sourceMapOf(url)?.findEntry(Number(line) - 1, Number(column) - 1);
    if (found === undefined || !('originalSource' in found)) return place;
    const source = found.originalSource.replace(/^(\.\.\/)+/, '');
    return `${source}:${found.originalLine + 1}:${found.originalColumn + 1}`;
  });
}

function sourceMapOf(url: string): SourceMap | undefined {
  if (!sourceMaps.has(url)) sourceMaps.set(url, readSourceMap(`${fileURLToPath(url)}.map`));
  return sourceMaps.get(url);
}

/** Whoever runs a function without its map still wants to know of the error. */
function readSourceMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return undefined;
  }
}
