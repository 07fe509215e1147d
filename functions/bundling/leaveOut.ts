import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OnLoadResult, Plugin } from 'esbuild';
import { leftOut } from './leftOut.ts';
import { leftOutClients } from './leftOutClients.ts';
import { leftOutEndpoints } from './leftOutEndpoints.ts';
import { leftOutOpenApi } from './leftOutOpenApi.ts';
import { leftOutS3 } from './leftOutS3.ts';
import { leftOutYaml } from './leftOutYaml.ts';
import { type LeftOut, packagePath } from './refusal.ts';

const ALL: readonly LeftOut[] = [
  ...leftOut,
  ...leftOutEndpoints,
  ...leftOutClients,
  ...leftOutS3,
  ...leftOutOpenApi,
  ...leftOutYaml,
];

/** All of them in one, since the bundler asks across processes: for each of thousands of files that takes seconds. */
const ANY = new RegExp(
  ALL.map(({ files: { source } }) =>
    `\\/node_modules\\/${source.slice(1)}`.replaceAll('\\/', '[\\\\/]'),
  ).join('|'),
);

/** Leaves out of a bundle what cannot run there. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad }) {
    onLoad({ filter: ANY }, ({ path }): OnLoadResult | undefined => {
      const name = packagePath(path);
      const found = ALL.find(({ files }) => files.test(name));
      if (!found) return undefined;
      const contents = found.replace(readFileSync(path, 'utf8'), path);
      return { contents, loader: path.endsWith('.json') ? 'json' : 'js', resolveDir: dirname(path) };
    });
  },
};
