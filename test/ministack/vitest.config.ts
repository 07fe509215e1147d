import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.system.ts'],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Processes run in real time: a deployment takes half a minute, and a schedule fires after one minute.
    testTimeout: 240_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    reporters: ['verbose'],
  },
});
