import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { BUNDLE_OPTIONS, HANDLER_FILE } from './bundleOptions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
 * @param root of another checkout
 * @throws Error of esbuild, naming file and line
 */
export async function bundleFunctions(
  entries: Readonly<Record<string, string>>,
  output = BUNDLES,
  root = ROOT,
): Promise<Bundle[]> {
  await rm(output, { recursive: true, force: true });
  // Each by itself, with nothing shared: a change in one function must not change the package of another.
  return Promise.all(
    Object.entries(entries).map(([name, entry]) =>
      bundle(name, join(output, name), { entryPoints: [entry], absWorkingDir: root }),
    ),
  );
}

/** The client of the AgentCore control plane with all its operations: `bench/bundles.ts` compares functions with it. */
export const BARE_CLIENT = '@aws-sdk/client-bedrock-agentcore-control';

/** Bundles the bare client with the options of the functions. */
export function bundleBareClient(directory: string): Promise<Bundle> {
  const stdin = { contents: `export * from '${BARE_CLIENT}';`, resolveDir: ROOT };
  return bundle(BARE_CLIENT, directory, { stdin, absWorkingDir: ROOT });
}

async function bundle(name: string, directory: string, options: BuildOptions): Promise<Bundle> {
  await mkdir(directory, { recursive: true });
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    ...options,
    outfile: join(directory, HANDLER_FILE),
    metafile: true,
    logLevel: 'silent',
  });
  return { name, directory, bytes: codeBytes(metafile), metafile };
}

/** How many bytes of code a build wrote: all that Lambda unpacks but source maps. */
function codeBytes({ outputs }: Metafile): number {
  const files = Object.entries(outputs).filter(([path]) => !path.endsWith('.map'));
  return files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}
