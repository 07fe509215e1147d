import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { GateloopError } from '../../core/errors.ts';
import { errorTrace, stackTrace } from './stackTrace.ts';

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

/** An error with a given number of stack frames below a message of two lines. */
function errorWithFrames(count: number): Error {
  const error = new Error('session s1\nof ada@example.com');
  const frames = Array.from({ length: count }, (_, index) => `    at step${index} (poll.ts:${index}:1)`);
  error.stack = ['Error: session s1', 'of ada@example.com', ...frames].join('\n');
  return error;
}

describe('errorTrace', () => {
  it('returns the name and the frames of an error, and no line of its message', () => {
    expect(errorTrace(errorWithFrames(2))).toEqual({
      name: 'Error',
      frames: ['at step0 (poll.ts:0:1)', 'at step1 (poll.ts:1:1)'],
    });
  });

  it('returns ten frames at most', () => {
    expect(errorTrace(errorWithFrames(11)).frames).toHaveLength(10);
  });

  it('returns the code of an error that has one as text', () => {
    expect(errorTrace(new GateloopError('DesiredMissing', 'Not there.')).code).toBe('DesiredMissing');
    expect(errorTrace(Object.assign(new Error('x'), { code: 7 }))).not.toHaveProperty('code');
  });

  it('returns the chain of causes', () => {
    const error = new TypeError('outer', { cause: new RangeError('inner') });
    expect(errorTrace(error)).toMatchObject({ name: 'TypeError', cause: { name: 'RangeError' } });
    expect(errorTrace(error).cause).not.toHaveProperty('cause');
  });

  it('ends a circle of causes after five', () => {
    const error = new Error('circle');
    error.cause = error;
    let depth = 0;
    for (let trace = errorTrace(error); trace.cause; trace = trace.cause) depth += 1;
    expect(depth).toBe(5);
  });

  it.each([
    ['text', 'string'],
    [undefined, 'undefined'],
  ])('returns only the type of a thrown value that is no error: %j', (thrown, name) => {
    expect(errorTrace(thrown)).toEqual({ name, frames: [] });
  });

  it('returns no frames for an error without a stack', () => {
    const error = new Error('x');
    delete error.stack;
    expect(errorTrace(error).frames).toEqual([]);
  });
});
