import { builtinModules, createRequire } from 'node:module';
import type { BuildOptions, Plugin } from 'esbuild';

/** The file in a function's package with its handler; Lambda's handler setting `index.handler` names it. */
export const HANDLER_FILE = 'index.mjs';
export const HANDLER = 'index.handler';

/**
 * CommonJS dependencies read these names at run time, and an ES module does not define them. The imports have names
 * of their own, so that they do not collide with the imports of a bundled module.
 */
const COMMONJS_BRIDGE = [
  "import { createRequire as bridgeCreateRequire } from 'node:module';",
  "import { fileURLToPath as bridgeFileURLToPath } from 'node:url';",
  'const require = bridgeCreateRequire(import.meta.url);',
  'const __filename = bridgeFileURLToPath(import.meta.url);',
  "const __dirname = bridgeFileURLToPath(new URL('.', import.meta.url));",
].join('\n');

const BUILTIN = 'builtin';
const require = createRequire(import.meta.url);

/**
 * Loads Node's own modules through `require` and reads only the exports that a bundle uses. An `import` reads every
 * export at once, and some exports of `node:http` and `node:crypto` load much more when they are read: undici, the web
 * streams and the web crypto, 12 ms of a cold start. No source of a dependency changes.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:.*|${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: BUILTIN, sideEffects: false },
    );
    onLoad({ filter: /./, namespace: BUILTIN }, ({ path }) => ({ contents: moduleOf(path) }));
  },
};

/** The pure annotations let esbuild drop the exports that no module imports. */
function moduleOf(builtin: string): string {
  const names = Object.getOwnPropertyNames(require(builtin)).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  return [
    `const builtin = /* @__PURE__ */ require(${JSON.stringify(builtin)});`,
    'export default builtin;',
    ...names.map((name) => `const _${name} = /* @__PURE__ */ (() => builtin.${name})();`),
    `export { ${names.map((name) => `_${name} as ${name}`).join(', ')} };`,
  ].join('\n');
}

/**
 * How every function is bundled, locally and for the deployment: one self-contained ES module each. Dependencies are
 * bundled as they are published. The SDK of the Lambda runtime is not used: it changes without notice and lags behind
 * the API's models.
 */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  outExtension: { '.js': '.mjs' },
  sourcemap: true,
  sourcesContent: false,
  minify: true,
  // The SDK recognizes its `NoOpLogger` by the name of the class.
  keepNames: true,
  legalComments: 'none',
  banner: { js: COMMONJS_BRIDGE },
  plugins: [requireBuiltins],
} as const satisfies BuildOptions;
