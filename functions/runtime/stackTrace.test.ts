import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stackTrace } from './stackTrace.ts';

/** Makes a directory with a source map for `index.mjs`, unless `map` is undefined. @returns the bundle's URL */
function bundleWithMap(map: string | undefined): string {
  const directory = mkdtempSync(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  if (map !== undefined) writeFileSync(join(directory, 'index.mjs.map'), map);
  return pathToFileURL(join(directory, 'index.mjs')).href;
}

function errorAt(position: string): Error {
  const error = new Error('broken');
  error.stack = `Error: broken\n    at poll (${position})`;
  return error;
}

describe('stackTrace', () => {
  it('maps a position in a bundle to the one in the sources', () => {
    // Column 10 of the bundle's line 1 comes from line 3, column 5 of the source (`UAEI`: 10, 0, 2, 4).
    const map = { version: 3, sources: ['../../functions/poll/poll.ts'], names: [], mappings: 'UAEI' };
    const url = bundleWithMap(JSON.stringify(map));
    expect(stackTrace(errorAt(`${url}:1:11`))).toBe(
      'Error: broken\n    at poll (functions/poll/poll.ts:3:5)',
    );
  });

  it.each([
    ['without a map', undefined],
    ['with a broken map', '{'],
  ])('leaves positions in a bundle %s as they are', (_, map) => {
    const error = errorAt(`${bundleWithMap(map)}:1:11`);
    expect(stackTrace(error)).toBe(error.stack);
  });

  it('leaves positions outside of bundles as they are', () => {
    const error = errorAt('node:internal/process:1:2');
    expect(stackTrace(error)).toBe(error.stack);
  });

  it('returns undefined for what is no error', () => {
    expect(stackTrace('broken')).toBeUndefined();
  });
});
