import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// Workers, and the processes that tests start, keep the compiled code of what they load: the AWS SDK, CDK, the CLI. A
// start of the whole system takes 2.3 s of processor time with it and 3.1 s without.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('node_modules/.cache/gateloop/compiled', import.meta.url),
);

export default defineConfig({
  test: {
    include: ['{core,functions,adapters,events,cli,local,examples,infra,bench,scripts,test}/**/*.test.ts'],
    // node:sqlite carries the embedded AWS's state; its notice of being experimental says nothing about a test.
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Files share the modules that a worker has loaded, the AWS SDK and CDK among them: a third of all processor time.
    isolate: false,
    globalSetup: 'test/temporaryFolder.ts',
    setupFiles: ['test/setup.ts'],
    // Powertools warns of each metric without a namespace.
    env: { POWERTOOLS_METRICS_NAMESPACE: 'Gateloop', POWERTOOLS_SERVICE_NAME: 'gateloop' },
    // One core is left idle otherwise, which on a machine of two doubles the time.
    maxWorkers: '100%',
    // Whole systems start in a second or two on a quiet machine; a busy one is no reason to fail.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
