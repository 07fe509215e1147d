import { readFileSync } from 'node:fs';

interface PackageFile {
  readonly version: string;
  readonly engines: { readonly node: string };
}

const { version: ownVersion, engines }: PackageFile = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
);

/** The version of this package. */
export const version = ownVersion;

/** The oldest major version of Node on which this package runs. */
export const oldestNode = Number(/\d+/.exec(engines.node)?.[0] ?? 0);
