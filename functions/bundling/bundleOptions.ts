import type { BuildOptions } from 'esbuild';
import { leaveOut } from './leaveOut.ts';
import { requireBuiltins } from './requireBuiltins.ts';

/** The file inside a function's package that holds its handler, as Lambda's handler setting `index.handler` says. */
export const HANDLER_FILE = 'index.mjs';
export const HANDLER = 'index.handler';

/**
 * Dependencies that are CommonJS ask for these at run time, and an ES module has none of them.
 * The names differ from what a bundled module may itself import.
 */
const COMMONJS_BRIDGE = [
  "import { createRequire as bridgeCreateRequire } from 'node:module';",
  "import { fileURLToPath as bridgeFileURLToPath } from 'node:url';",
  'const require = bridgeCreateRequire(import.meta.url);',
  'const __filename = bridgeFileURLToPath(import.meta.url);',
  "const __dirname = bridgeFileURLToPath(new URL('.', import.meta.url));",
].join('\n');

/**
 * How every function is bundled, locally and for the deployment: one self-contained ES module each. The SDK of the
 * Lambda runtime is left aside on purpose: it changes without notice and lags behind the API's models.
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
  legalComments: 'none',
  banner: { js: COMMONJS_BRIDGE },
  plugins: [leaveOut, requireBuiltins],
} as const satisfies BuildOptions;
