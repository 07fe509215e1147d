import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile } from 'esbuild';
import { functionPackages, packageRoot } from '../../workflows/packageRoot.ts';
import { BUNDLE_OPTIONS, HANDLER_FILE } from './bundleOptions.ts';

/** A function's package on disk. */
export interface Bundle {
  readonly name: string;
  readonly directory: string;
  /** The size of the code, without its source map. */
  readonly bytes: number;
  readonly metafile: Metafile;
}

/**
 * Builds the packages of functions. The same sources give the same bytes on any machine, at any time and in any directory,
 * so that CDK does not deploy an unchanged function again.
 *
 * @param entries the handlers' files by function, relative to `root`
 * @param root the root of the repository
 * @throws Error of esbuild, naming file and line
 */
export async function bundleFunctions(
  entries: Readonly<Record<string, string>>,
  output = functionPackages,
  root = packageRoot,
): Promise<Bundle[]> {
  await rm(output, { recursive: true, force: true });
  // One build for each function, because a change in one must not change the package of another.
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
  const stdin = { contents: `export * from '${BARE_CLIENT}';`, resolveDir: packageRoot };
  return bundle(BARE_CLIENT, directory, { stdin, absWorkingDir: packageRoot });
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

/** The size of a build's output without source maps, in bytes. */
function codeBytes({ outputs }: Metafile): number {
  const files = Object.entries(outputs).filter(([path]) => !path.endsWith('.map'));
  return files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
}
