import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../workflows/packageRoot.ts';

interface PackageFile {
  readonly version: string;
  readonly engines: { readonly node: string };
}

const { version: ownVersion, engines }: PackageFile = JSON.parse(
  readFileSync(join(packageRoot, 'package.json'), 'utf8'),
);

/** The version of this package. */
export const version = ownVersion;

/** The oldest major version of Node on which this package runs. */
export const oldestNode = Number(/\d+/.exec(engines.node)?.[0] ?? 0);
