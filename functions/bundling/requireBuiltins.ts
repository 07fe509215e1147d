import { builtinModules, createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const NAMESPACE = 'builtin';
const require = createRequire(import.meta.url);

/**
 * Loads Node's own modules through `require`, whoever imports them, and reads of each what is used. An `import` reads
 * every export at once, and `node:http` and `node:crypto` have some that load much more when they are read: undici, the
 * web streams and the web crypto, 12 ms of a cold start.
 */
export const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:.*|${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: NAMESPACE, sideEffects: false },
    );
    onLoad({ filter: /./, namespace: NAMESPACE }, ({ path }) => ({ contents: moduleOf(path) }));
  },
};

/** The bundler drops the exports that nobody imports, since it is told that to read one does nothing else. */
function moduleOf(builtin: string): string {
  const names = Object.getOwnPropertyNames(require(builtin)).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return [
    `const builtin = /* @__PURE__ */ require(${JSON.stringify(builtin)});`,
    'export default builtin;',
    ...names.map((name) => `const _${name} = /* @__PURE__ */ (() => builtin.${name})();`),
    `export { ${names.map((name) => `_${name} as ${name}`).join(', ')} };`,
  ].join('\n');
}
