import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.system.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Real processes and real time: a deployment takes half a minute, a schedule a whole one.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
