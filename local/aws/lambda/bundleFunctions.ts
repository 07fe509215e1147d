import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Metafile } from 'esbuild';
import { BUNDLE_OPTIONS, HANDLER_FILE } from '../../../infra/bundling/bundleOptions.ts';
import { functionPackages, packageRoot } from '../../../workflows/packageRoot.ts';

/** Bundles are cached across processes: whole-system tests start dozens of systems from the same sources. */
const CACHE = join(packageRoot, 'node_modules/.cache/gateloop/functions');
const WORKER = join(packageRoot, 'local/aws/lambda/worker.ts');
/** The worker of an installed package, which has no sources. */
export const BUILT_WORKER = 'worker.mjs';
/** A change of the options changes the bundles, but esbuild does not list this file among its inputs. */
const OPTIONS = join(packageRoot, 'infra/bundling/bundleOptions.ts');

/** The bundles on disk: one file per entry, and the program that runs them in a worker thread. */
export interface Bundles {
  readonly worker: string;
  /** By the entry as the caller named it. */
  readonly handlers: ReadonlyMap<string, string>;
  /** The directory for V8's compiled code of these bundles. */
  readonly compileCache: string;
}

/** The files that a build read, each with its modification time and size. */
type Inputs = Readonly<Record<string, string>>;

/**
 * Bundles all entries at once, or returns the cached bundles of the same sources. An installed package has no sources, and
 * the packages of functions in their place.
 *
 * @throws Error of esbuild, naming file and line, when an entry does not build
 */
export async function bundleFunctions(entries: readonly string[]): Promise<Bundles> {
  if (!existsSync(WORKER)) return builtBundles(entries);
  const sources = [WORKER, ...new Set(entries.map((entry) => resolve(entry)))];
  const identity = createHash('sha256').update(JSON.stringify([sources, BUNDLE_OPTIONS, process.version]));
  const home = join(CACHE, identity.digest('hex').slice(0, 32));
  const output = (await findCached(home)) ?? (await bundle(sources, home));
  const fileOf = (source: string) => join(output, `${sources.indexOf(source)}.mjs`);
  return {
    worker: fileOf(WORKER),
    handlers: new Map(entries.map((entry) => [entry, fileOf(resolve(entry))])),
    compileCache: join(output, 'compiled'),
  };
}

/** @returns the packages of functions, which the deployment uses as well */
function builtBundles(entries: readonly string[]): Bundles {
  const installation = createHash('sha256').update(packageRoot).digest('hex').slice(0, 16);
  return {
    worker: join(functionPackages, BUILT_WORKER),
    handlers: new Map(
      entries.map((entry) => [entry, join(functionPackages, basename(dirname(entry)), HANDLER_FILE)]),
    ),
    // The user's own folder: the package may belong to another user, and V8 runs what it finds in its cache.
    compileCache: join(homedir(), '.cache/gateloop/compiled', installation),
  };
}

async function findCached(home: string): Promise<string | undefined> {
  try {
    const { output, inputs } = JSON.parse(await readFile(join(home, 'current.json'), 'utf8'));
    const current = await signaturesOf(Object.keys(inputs));
    const isCurrent = Object.entries(inputs).every(([file, signature]) => current[file] === signature);
    return isCurrent && existsSync(output) ? output : undefined;
  } catch {
    return undefined; // There is no cache yet, or an input is gone.
  }
}

async function bundle(sources: readonly string[], home: string): Promise<string> {
  const output = join(home, randomUUID());
  await mkdir(output, { recursive: true });
  // Loaded here only: an installed package builds nothing, and has no builder.
  const { build } = await import('esbuild');
  const { metafile } = await build({
    ...BUNDLE_OPTIONS,
    entryPoints: sources.map((source, index) => ({ in: source, out: String(index) })),
    outdir: output,
    metafile: true,
    logLevel: 'silent',
    absWorkingDir: process.cwd(),
  });
  await publishOutput(home, output, await inputsOf(metafile));
  await removeExpired(home, output);
  return output;
}

/** No running system uses bundles of this age. */
const MAX_OUTPUT_AGE_MS = 24 * 3_600_000;

async function removeExpired(home: string, current: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const { mtimeMs } = await stat(path);
    if (path !== current && Date.now() - mtimeMs > MAX_OUTPUT_AGE_MS)
      await rm(path, { recursive: true, force: true });
  }
}

/** Replaces the pointer to the current output atomically, because other processes may read it. Older outputs stay. */
async function publishOutput(home: string, output: string, inputs: Inputs): Promise<void> {
  const draft = join(home, `${randomUUID()}.json`);
  await writeFile(draft, JSON.stringify({ output, inputs }));
  await rename(draft, join(home, 'current.json'));
}

async function inputsOf(metafile: Metafile): Promise<Inputs> {
  // Some inputs are not files, such as `builtin:node:http` of a plugin, or `(disabled):util`.
  const files = Object.keys(metafile.inputs).filter((file) => !/^(\(|[a-z]+:)/.test(file));
  return signaturesOf([OPTIONS, ...files.map((file) => resolve(file))]);
}

async function signaturesOf(files: readonly string[]): Promise<Inputs> {
  const entries = await Promise.all(
    files.map(async (file): Promise<[string, string]> => {
      const { mtimeMs, size } = await stat(file);
      return [file, `${mtimeMs}/${size}`];
    }),
  );
  return Object.fromEntries(entries);
}
