import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { OnLoadResult, Plugin } from 'esbuild';
import { leftOut } from './leftOut.ts';
import { packagePath } from './refusal.ts';

/** All of them in one, since the bundler asks across processes: for each of thousands of files that takes seconds. */
const ANY = new RegExp(
  leftOut
    .map(({ files: { source } }) => `\\/node_modules\\/${source.slice(1)}`.replaceAll('\\/', '[\\\\/]'))
    .join('|'),
);

/** Leaves out of a bundle what cannot run there. */
export const leaveOut: Plugin = {
  name: 'leave-out',
  setup({ onLoad }) {
    onLoad({ filter: ANY }, ({ path }): OnLoadResult | undefined => {
      const name = packagePath(path);
      const found = leftOut.find(({ files }) => files.test(name));
      if (!found) return undefined;
      const contents = found.replace(readFileSync(path, 'utf8'), path);
      return { contents, loader: path.endsWith('.json') ? 'json' : 'js', resolveDir: dirname(path) };
    });
  },
};
