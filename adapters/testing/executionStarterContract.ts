import { describe, expect, it } from 'vitest';
import type { ExecutionStarter } from '../../core/ports/executionStarter.ts';

export interface OpenedExecutionStarter {
  readonly starter: ExecutionStarter;
  /** The names of the executions that were started, each once. */
  names(): Promise<readonly string[]>;
  /** Ends an execution. */
  end(name: string): Promise<void>;
  /** The service rejects the next call. */
  throttle(): void;
}

/** The behavior of every `ExecutionStarter`. `open` opens one for each test. */
export function describeExecutionStarterContract(
  name: string,
  open: () => Promise<OpenedExecutionStarter>,
): void {
  describe(name, () => {
    it('starts an execution once, however often it is asked to while the execution runs', async () => {
      const { starter, names } = await open();
      expect(await starter.startReconcile('one', { workspace: 'payments' })).toBe('started');
      expect(await starter.startReconcile('one', { workspace: 'payments' })).toBe('started');
      expect(await names()).toEqual(['one']);
    });

    it('tells that an execution of the name has ended', async () => {
      const { starter, names, end } = await open();
      await starter.startReconcile('one', { workspace: 'payments' });
      await end('one');
      expect(await starter.startReconcile('one', { workspace: 'payments' })).toBe('ended');
      expect(await names()).toEqual(['one']);
    });

    it('tells that an execution of the name runs with another input', async () => {
      const { starter } = await open();
      await starter.startReconcile('one', { workspace: 'payments' });
      expect(await starter.startReconcile('one', { workspace: 'books' })).toBe('ended');
    });

    it('throws the error of a service that starts nothing now', async () => {
      const { starter, names, throttle } = await open();
      throttle();
      await expect(starter.startReconcile('one', {})).rejects.toMatchObject({
        name: 'ThrottlingException',
      });
      expect(await names()).toEqual([]);
    });
  });
}
