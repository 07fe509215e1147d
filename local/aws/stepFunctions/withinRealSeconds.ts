import { TaskFailure } from './taskFailure.ts';

/** Longest delay that `setTimeout` takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

/** @throws TaskFailure `States.Timeout` when `work` takes longer */
export async function withRealTimeout<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TaskFailure('States.Timeout', '')),
    Math.min(seconds * 1000, MAX_TIMEOUT_MS),
  );
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
