import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Outlives processes, as bundles do: the validator takes a second of every start to get ready. */
const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/gateloop/definitions', import.meta.url));
const { version } = createRequire(import.meta.url)('asl-validator/package.json') as { version: string };

/** Remembers which definitions were found valid, by their text and by the version of the validator that found it. */
export const validationCache = {
  has: (definition: string): boolean => existsSync(fileOf(definition)),
  add(definition: string): void {
    try {
      mkdirSync(CACHE, { recursive: true });
      writeFileSync(fileOf(definition), '');
    } catch {
      // Where nothing can be written, definitions are checked at each start.
    }
  },
};

function fileOf(definition: string): string {
  return join(CACHE, createHash('sha256').update(version).update(definition).digest('hex'));
}
