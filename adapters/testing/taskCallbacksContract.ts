import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/json.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';

export interface OpenedTaskCallbacks {
  readonly callbacks: TaskCallbacks;
  /** Starts a task that waits. Returns its token. */
  wait(): string;
  /** The output of the task; undefined while it waits. */
  outputOf(token: string): Promise<JsonValue | undefined>;
}

/** The behavior of every `TaskCallbacks`. `open` opens one for each test. */
export function describeTaskCallbacksContract(name: string, open: () => Promise<OpenedTaskCallbacks>): void {
  describe(name, () => {
    it('completes only the task with the token', async () => {
      const { callbacks, wait, outputOf } = await open();
      const [token, other] = [wait(), wait()];
      await callbacks.complete(token, { outcome: 'completed' });
      expect(await outputOf(token)).toEqual({ outcome: 'completed' });
      expect(await outputOf(other)).toBeUndefined();
    });

    it('keeps the first of two outputs', async () => {
      const { callbacks, wait, outputOf } = await open();
      const token = wait();
      await callbacks.complete(token, { outcome: 'completed' });
      await callbacks.complete(token, { outcome: 'refused' });
      expect(await outputOf(token)).toEqual({ outcome: 'completed' });
    });

    it('accepts the output for a task that does not wait', async () => {
      const { callbacks } = await open();
      await expect(callbacks.complete('unknown', {})).resolves.toBeUndefined();
    });
  });
}
