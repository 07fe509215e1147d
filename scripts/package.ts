import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { defineCommand } from '../cli/commandSpec.ts';
import { exitCodes } from '../cli/exitCodes.ts';
import { processIo, runAlone } from '../cli/program.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import { buildPackage } from './package/buildPackage.ts';

interface PackageOptions {
  readonly json: boolean;
}

/** What `npm pack --json` says of the package. */
interface Packed {
  readonly filename: string;
}

const packageCommand = defineCommand<object, PackageOptions>({
  name: 'package',
  summary: 'build the package that npm installs',
  description: `Builds the package that npm installs: the command line, the construct for CDK, and the functions, as bundled JavaScript without dependencies.

It writes the folder dist/package, and the tarball dist/gateloop-<version>.tgz, which npm install FILE installs.`,
  options: [],
  jsonOutput: 'print the path and the size of the tarball as one line of JSON',
  examples: { '': 'build the package' },
  exits: { done: 'built', failed: 'a bundle failed', refused: 'the command line was refused' },
  read: ({ flags: { json } }) => ({ json }),
  run: async ({ json }) => {
    const dist = join(packageRoot, 'dist');
    const folder = join(dist, 'package');
    await buildPackage(folder);
    const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', dist, folder], {
      encoding: 'utf8',
    });
    const [first]: readonly Packed[] = JSON.parse(packed);
    const file = join(dist, first?.filename ?? '');
    const bytes = statSync(file).size;
    console.log(
      json
        ? JSON.stringify({ file, bytes })
        : `${file} has ${(bytes / 1_000_000).toFixed(1)} MB. Install it: npm install ${file}`,
    );
    return exitCodes.done;
  },
});

process.exitCode = await runAlone(packageCommand, 'npm run package --', process.argv.slice(2), processIo);
