import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The start of a line that loads a module at once; `import type` is gone at run time, and so is `import()` at the start. */
const STATIC_IMPORT = /^(?:import|export)(?! type\b)[^;]*?from '([^']+)';/gm;

/** @returns each module that loads with a file, with the file that names it */
function loadedWith(file: string, seen = new Map<string, string>()): ReadonlyMap<string, string> {
  for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
    const path = name.startsWith('.') ? join(dirname(file), name) : name;
    if (seen.has(path)) continue;
    seen.set(path, file);
    if (path.endsWith('.ts')) loadedWith(path, seen);
  }
  return seen;
}

it('gateloop: loads no client of AWS, no YAML and no part of the CDK before a command runs', () => {
  const loaded = loadedWith(fileURLToPath(new URL('main.ts', import.meta.url)));
  expect(loaded.size).toBeGreaterThan(40);
  // A client takes 60 to 100 ms of processor time to load, and YAML 70: help and usage errors have to be there at once.
  const slow = [...loaded].filter(([name]) =>
    /^(@aws-sdk|@smithy|yaml|js-yaml|aws-cdk-lib|esbuild|hono)/.test(name),
  );
  expect(slow).toEqual([]);
});
