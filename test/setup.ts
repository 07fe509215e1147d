import fc from 'fast-check';
import { afterAll, vi } from 'vitest';

/**
 * Every property runs with the same cases each time: a test that fails for one case in a thousand would stop those whose
 * change it is not. `PROPERTY_SEED=random` takes other cases at each run, and any number those of that seed.
 */
const { PROPERTY_SEED = '1' } = process.env;
if (PROPERTY_SEED !== 'random') fc.configureGlobal({ seed: Number(PROPERTY_SEED) });

/** The files of a worker share its modules. What a file replaces in them must not reach the next file. */
afterAll(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
