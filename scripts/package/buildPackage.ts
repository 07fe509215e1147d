import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type BuildOptions, build } from 'esbuild';
import { PLAYGROUND_PARTS } from '../../cli/start/playground.ts';
import { functionEntries } from '../../functions/functionCatalog.ts';
import { bundleFunctions } from '../../infra/bundling/bundleFunctions.ts';
import { BUNDLE_OPTIONS } from '../../infra/bundling/bundleOptions.ts';
import { BUILT_WORKER } from '../../local/aws/lambda/bundleFunctions.ts';
import { packageRoot } from '../../workflows/packageRoot.ts';
import { definitionFile, workflowNames } from '../../workflows/workflowCatalog.ts';
import { declarationFiles } from './declarationFiles.ts';
import { dependencyFolders, type Lockfile } from './dependencyFolders.ts';

/** The oldest Node that the package runs on. */
const OLDEST_NODE = '20';

/** What newer versions of Node have, and the sources use. core-js leaves alone what Node has itself. */
const POLYFILLS = ['promise/with-resolvers', 'object/group-by', 'map/group-by'];

/** Files that the package has as the repository has them. */
const COPIED = [
  'LICENSE',
  'README.md',
  'cdk.json',
  'docs',
  'events/published',
  ...PLAYGROUND_PARTS.map((name) => `examples/${name}`),
  ...workflowNames.map(definitionFile),
];

/** What the construct shares with the app that contains it. */
const PEERS = ['aws-cdk-lib', 'constructs'];

/**
 * The DynamoDB of the embedded AWS comes as it is, with its own dependencies: it loads modules by computed names, and LevelDB's
 * native code.
 */
const UNBUNDLED = 'dynalite';

const { resolve } = createRequire(import.meta.url);

const OPTIONS: BuildOptions = {
  ...BUNDLE_OPTIONS,
  target: `node${OLDEST_NODE}`,
  inject: POLYFILLS.map((name) => resolve(`core-js/actual/${name}`)),
  outExtension: { '.js': '.js' },
  sourcemap: false,
  absWorkingDir: packageRoot,
  logLevel: 'warning',
};

/**
 * Builds the package that npm installs: the command line and the construct as bundled JavaScript, the packages of the
 * functions, and the types of the construct. It downloads no dependencies: each is in it at the version of the lockfile. Its
 * layout is that of the repository, so that each file is found from `packageRoot` in both.
 *
 * @param directory is emptied first
 */
export async function buildPackage(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const functions = join(directory, 'dist/functions');
  await bundleFunctions(functionEntries, functions);
  await Promise.all([
    build({
      ...OPTIONS,
      entryPoints: ['local/aws/lambda/worker.ts'],
      outfile: join(functions, BUILT_WORKER),
    }),
    build({
      ...OPTIONS,
      entryPoints: [{ in: 'cli/main.ts', out: 'main' }],
      outdir: join(directory, 'cli'),
      // Each command is loaded when it runs: `validate` starts without the clients of AWS and the embedded AWS.
      splitting: true,
      external: ['esbuild', UNBUNDLED],
    }),
    build({
      ...OPTIONS,
      entryPoints: ['infra/gateloop.ts', 'infra/app.ts'],
      outdir: join(directory, 'infra'),
      external: [...PEERS.flatMap((name) => [name, `${name}/*`]), 'esbuild'],
    }),
    ...COPIED.map((file) =>
      cp(join(packageRoot, file), join(directory, file), { recursive: true, filter: isText }),
    ),
  ]);
  const lockfile: Lockfile = JSON.parse(await readFile(join(packageRoot, 'package-lock.json'), 'utf8'));
  for (const folder of dependencyFolders(lockfile, UNBUNDLED))
    await cp(join(packageRoot, folder), join(directory, folder), { recursive: true });
  for (const [file, text] of declarationFiles('infra/gateloop.ts'))
    await write(join(directory, 'types', file), text);
  await write(join(directory, 'package.json'), JSON.stringify(await packageFile(), undefined, 2));
}

async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** The members of the repository's package.json that the package has as well. */
interface PackageFile {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly imports: object;
  readonly devDependencies: Readonly<Record<string, string>>;
}

async function packageFile(): Promise<object> {
  const own: PackageFile = JSON.parse(await readFile(join(packageRoot, 'package.json'), 'utf8'));
  const { name, version, description, license, imports, devDependencies } = own;
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines: { node: `>=${OLDEST_NODE}` },
    bin: { gateloop: 'cli/main.js' },
    exports: {
      '.': { types: './types/infra/gateloop.d.ts', default: './infra/gateloop.js' },
      './events/*': './events/published/*',
      './*.schema.json': './docs/*.schema.json',
      './package.json': './package.json',
    },
    imports,
    peerDependencies: Object.fromEntries(PEERS.map((peer) => [peer, `^${devDependencies[peer]}`])),
    dependencies: { [UNBUNDLED]: devDependencies[UNBUNDLED] },
    bundleDependencies: [UNBUNDLED],
    // The command line needs none of them.
    peerDependenciesMeta: Object.fromEntries(PEERS.map((peer) => [peer, { optional: true }])),
  };
}

/** Pictures are for readers of the repository. */
function isText(file: string): boolean {
  return !file.endsWith('.png');
}
