import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FunctionName, functionCatalog, functionEntries } from '../../functions/functionCatalog.ts';
import { type Bundle, bundleFunctions } from './bundleFunctions.ts';
import { HANDLER_FILE } from './bundleOptions.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

// The catalog's keys are exactly the function names.
const functionNames = Object.keys(functionCatalog) as FunctionName[];

/** The environment of a Lambda function, with a value for every setting. No test calls a service. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Object.values(functionCatalog).flatMap(({ settings }) => settings.map((setting) => [setting, 'none'])),
  ),
  AUTHORIZATION_URL: 'https://pages.example.com',
  ANSWERS_FROM: 'anybody',
  HEAL_LIMITS: '{}',
  CALLER_GRANTS: '{}',
  DEPLOYMENT_ID: '1',
  MCP_SERVERS: '{}',
  CONSOLE: '{"readers":"everybody","links":[]}',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
};

describe('bundleFunctions', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'gateloop-bundles-'));
  let bundles: Bundle[];
  beforeAll(async () => {
    bundles = await bundleFunctions(functionEntries, join(scratch, 'here'));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  it('bundleFunctions: builds the same bytes from the same sources in any directory', async () => {
    // The largest package.
    const poll = functionCatalog.poll.entry;
    const build = async (checkout: string) => {
      checkOut(bundles, checkout);
      await bundleFunctions({ poll }, join(checkout, 'dist/functions'), checkout);
      return digests(join(checkout, 'dist/functions/poll'));
    };
    const near = await build(join(scratch, 'near'));
    expect(Object.keys(near)).toEqual(['index.mjs', 'index.mjs.map']);
    expect(await build(join(scratch, 'some/where/else entirely'))).toEqual(near);
  });

  it.each(functionNames)(
    'bundleFunctions: builds a package of %s that starts without node_modules and rejects an invalid event',
    (name) => {
      const file = join(scratch, 'here', name, HANDLER_FILE);
      const program = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file).href)});
      const context = { awsRequestId: 'request-1', functionName: 'test' };
      const answer = await handler({ unknown: 1 }, context).catch(({ name }) => name);
      console.log(JSON.stringify(answer));`;
      const flags = ['--input-type=module', '--eval', program];
      const output = execFileSync(process.execPath, flags, {
        env: ENVIRONMENT,
        cwd: scratch,
        encoding: 'utf8',
      });
      const answer: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
      expect(answer).toBe('InvalidEvent');
    },
  );

  it('bundleFunctions: no package loads the readers of schemas at its start', () => {
    const eager = bundles.flatMap(({ metafile, name }) =>
      [...loadedAtStart(metafile, functionCatalog[name as FunctionName].entry)].filter((path) =>
        /\/yaml\/|openapi-schemas|core\/schemas\/(openApi|readSchema)/.test(path),
      ),
    );
    expect(eager).toEqual([]);
  });
});

/** Copies the inputs of the bundles, with the package.json files that esbuild resolves imports by. */
function checkOut(bundles: readonly Bundle[], checkout: string): void {
  const files = new Set(['package.json', 'tsconfig.json']);
  for (const { metafile } of bundles) {
    for (const file of Object.keys(metafile.inputs)) {
      if (!existsSync(join(ROOT, file))) continue;
      files.add(file);
      for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) {
        const manifest = join(folder, 'package.json');
        if (existsSync(join(ROOT, manifest))) files.add(manifest);
      }
    }
  }
  for (const file of files) {
    mkdirSync(dirname(join(checkout, file)), { recursive: true });
    copyFileSync(join(ROOT, file), join(checkout, file));
  }
}

/** The modules that an import of the entry runs; dynamic imports are not among them. */
function loadedAtStart({ inputs }: Bundle['metafile'], entry: string): ReadonlySet<string> {
  const loaded = new Set([entry]);
  for (const path of loaded) {
    const imports = inputs[path]?.imports ?? [];
    for (const { path: imported, kind } of imports) if (kind !== 'dynamic-import') loaded.add(imported);
  }
  return loaded;
}

/** The digest of every file in a directory. */
function digests(directory: string): Record<string, string> {
  const digest = (file: string) =>
    createHash('sha256')
      .update(readFileSync(join(directory, file)))
      .digest('hex');
  return Object.fromEntries(
    readdirSync(directory)
      .sort()
      .map((file) => [file, digest(file)]),
  );
}
