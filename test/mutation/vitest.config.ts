import { defineConfig } from 'vitest/config';

/** The tests that may kill the mutants of one room; `run.ts` names them. */
const { include, exclude }: { include: string[]; exclude: string[] } = JSON.parse(
  process.env.MUTATION_TESTS ?? '{"include":[],"exclude":[]}',
);

export default defineConfig({
  test: {
    include,
    exclude,
    // A mutant that only some random case kills would be killed in some runs and survive others.
    setupFiles: ['test/setup.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    isolate: false,
    // Stryker's hooks have to be set up again for each test file. Below node_modules, where the sandbox is, Node imports
    // them and keeps them: only the tests of the first file would count.
    server: { deps: { inline: [/stryker-setup-\d+\.js$/] } },
    // Instrumented code on a busy machine is slow, which says nothing about a mutant.
    testTimeout: 60_000,
  },
});
