import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { BUNDLE_OPTIONS, HANDLER_FILE } from '../functions/bundle.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Where the package of each function is built: one folder each, with its module and its source map. */
export const BUNDLES = join(ROOT, 'dist/functions');

/** A function's package on disk. */
export interface Bundle {
  readonly name: string;
  readonly directory: string;
  /** Of all code, without its source map. */
  readonly bytes: number;
  readonly metafile: Metafile;
}

/**
 * Builds the packages that are deployed. The same sources give the same bytes: nothing of the machine, the time or
 * the place of the checkout gets in, so that an unchanged function is not deployed again.
 *
 * @param entries by name, relative to the root of the repository
 * @throws Error of esbuild, naming file and line
 */
export async function bundleFunctions(
  entries: Readonly<Record<string, string>>,
  output = BUNDLES,
): Promise<Bundle[]> {
  await rm(output, { recursive: true, force: true });
  return Promise.all(Object.entries(entries).map(([name, entry]) => bundle(name, entry, join(output, name))));
}

async function bundle(name: string, entry: string, directory: string): Promise<Bundle> {
  await mkdir(directory, { recursive: true });
  const file = join(directory, HANDLER_FILE);
  // Bundled by itself, with nothing shared: a change in one function must not change the package of another.
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [entry],
    outfile: file,
    absWorkingDir: ROOT,
    metafile: true,
    logLevel: 'silent',
  });
  return { name, directory, bytes: codeBytes(metafile), metafile };
}

/** How many bytes of code a build wrote: all that Lambda unpacks but source maps. */
export function codeBytes({ outputs }: Metafile): number {
  const files = Object.entries(outputs).filter(([path]) => !path.endsWith('.map'));
  return files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}
