import { defineConfig } from 'vitest/config';

/**
 * The tests that mutants of `core/reconcile` must not survive: those that state one rule each. Stories and generated
 * worlds would find more of them, at some minutes for every hundred mutants, and not always the same.
 */
export default defineConfig({
  test: {
    include: ['core/reconcile/**/*.test.ts'],
    // Instrumented code on a busy machine is slow, which says nothing about a mutant.
    testTimeout: 60_000,
    exclude: ['core/reconcile/convergence.test.ts', 'core/reconcile/properties.test.ts'],
  },
});
