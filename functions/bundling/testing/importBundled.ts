import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { BUNDLE_OPTIONS } from '../bundleOptions.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Bundles a module as functions are, and imports the bundle.
 *
 * @param source in JavaScript, with imports as from the root of the repository
 * @param plugins none for the whole libraries
 */
export async function importBundled<Module>(
  source: string,
  plugins: readonly Plugin[] = BUNDLE_OPTIONS.plugins,
): Promise<Module> {
  const scratch = await mkdtemp(join(tmpdir(), 'gateloop-bundled-'));
  const outfile = join(scratch, 'index.mjs');
  const stdin = { contents: source, resolveDir: ROOT };
  try {
    await build({
      ...BUNDLE_OPTIONS,
      plugins: [...plugins],
      sourcemap: false,
      stdin,
      outfile,
      absWorkingDir: ROOT,
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(scratch, { recursive: true });
  }
}
