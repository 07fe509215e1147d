import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The folder with Gateloop's package.json: the repository, or the installed package. Files are found from here, because a
 * bundle has them at another distance than the source that names them.
 */
export const packageRoot = dirname(createRequire(import.meta.url).resolve('#root/package.json'));

/** The directory with one folder for each function's package: its module and its source map. */
export const functionPackages = join(packageRoot, 'dist/functions');

interface PackageFile {
  readonly version: string;
  readonly engines: { readonly node: string };
}

/** Gateloop's own package.json. */
export const packageFile: PackageFile = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
