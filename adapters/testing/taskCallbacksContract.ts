import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../core/json.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';

export interface OpenedTaskCallbacks {
  readonly tasks: TaskCallbacks;
  /** Has a task wait. @returns its token */
  wait(): string;
  /** @returns what the task goes on with; undefined while it waits */
  outputOf(token: string): Promise<JsonValue | undefined>;
}

/** What every place of waiting tasks does. Each test opens one of its own. */
export function describeTaskCallbacksContract(name: string, open: () => Promise<OpenedTaskCallbacks>): void {
  describe(name, () => {
    it('lets the task that waits go on with the answer, and no other', async () => {
      const { tasks, wait, outputOf } = await open();
      const [token, other] = [wait(), wait()];
      await tasks.complete(token, { outcome: 'completed' });
      expect(await outputOf(token)).toEqual({ outcome: 'completed' });
      expect(await outputOf(other)).toBeUndefined();
    });

    it('keeps the first of two answers', async () => {
      const { tasks, wait, outputOf } = await open();
      const token = wait();
      await tasks.complete(token, { outcome: 'completed' });
      await tasks.complete(token, { outcome: 'refused' });
      expect(await outputOf(token)).toEqual({ outcome: 'completed' });
    });

    it('takes an answer to a task that never waited', async () => {
      const { tasks } = await open();
      await expect(tasks.complete('unknown', {})).resolves.toBeUndefined();
    });
  });
}
