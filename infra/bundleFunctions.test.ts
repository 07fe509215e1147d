import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { functionCatalogue } from '../functions/functionCatalogue.ts';
import { bundleFunctions } from './bundleFunctions.ts';

/** A digest of every file of a folder. */
function digests(directory: string): Record<string, string> {
  const files = readdirSync(directory).sort();
  return Object.fromEntries(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex'),
    ]),
  );
}

describe('the packages of functions', () => {
  it('are the same, byte for byte, from the same sources, wherever they are built', async () => {
    const entries = { release: functionCatalogue.release.entry, poll: functionCatalogue.poll.entry };
    const build = () => bundleFunctions(entries, mkdtempSync(join(tmpdir(), 'gateloop-bundles-')));
    const [first, second] = [await build(), await build()];
    expect(second.map(({ directory }) => digests(directory))).toEqual(
      first.map(({ directory }) => digests(directory)),
    );
    expect(first.every(({ bytes }) => bytes > 100_000)).toBe(true);
  });
});
