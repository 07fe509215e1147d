import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { failure, functionArn, startMachines } from './testing/startMachines.ts';

const ASK = {
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Parameters: { FunctionName: 'ask', Payload: { 'token.$': '$$.Task.Token' } },
  End: true,
} satisfies JsonObject;

/** Starts again on the same data, as after a kill, without the memory of the first. */
function restart(
  first: ReturnType<typeof startMachines>,
  options: Parameters<typeof startMachines>[0],
): ReturnType<typeof startMachines> {
  first.stateMachines.close();
  return startMachines({ ...options, store: first.store, clock: first.clock });
}

describe('state machines after a crash', () => {
  it('end a wait at its original time', async () => {
    const options = { states: { Rest: { Type: 'Wait', Seconds: 100, End: true } } };
    const first = startMachines(options);
    const { arn, startedAt } = first.stateMachines.start('main', { a: 1 });
    await first.clock.advance(40_000);
    const second = restart(first, options);
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'SUCCEEDED');
    const { stoppedAt, output } = second.stateMachines.describe(arn);
    expect([Number(stoppedAt) - startedAt, output]).toEqual([100_000, { a: 1 }]);
  });

  it('repeat a task that was running', async () => {
    const never = new Promise<never>(() => {});
    const states = { Call: { Type: 'Task', Resource: functionArn('work'), End: true } };
    // The call does not hold the clock, because a process that is gone does not either.
    const first = startMachines({ states, functions: { work: () => never } });
    const { arn } = first.stateMachines.start('main', {});
    await Promise.resolve();
    first.stateMachines.close();
    const second = startMachines({ states, functions: { work: () => 'done' }, store: first.store });
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'SUCCEEDED');
    expect(second.calls).toHaveLength(1);
    expect(second.stateMachines.describe(arn).output).toBe('done');
  });

  it('keep the count of retries and the pause between two', async () => {
    const options = {
      functions: {
        fail: () => {
          throw failure('Busy');
        },
      },
      states: {
        Call: {
          Type: 'Task',
          Resource: functionArn('fail'),
          Retry: [{ ErrorEquals: ['Busy'], IntervalSeconds: 60, BackoffRate: 1, MaxAttempts: 3 }],
          End: true,
        },
      },
    };
    const first = startMachines(options);
    const { arn, startedAt } = first.stateMachines.start('main', {});
    await first.clock.advance(90_000);
    const second = restart(first, options);
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'FAILED');
    expect(first.calls.map(({ at }) => at - startedAt)).toEqual([0, 60_000]);
    expect(second.calls.map(({ at }) => at - startedAt)).toEqual([120_000, 180_000]);
  });

  it('do not repeat a task that waits for a token, and accept its result', async () => {
    const options = { states: { Ask: ASK }, functions: { ask: () => null } };
    const first = startMachines(options);
    const { arn } = first.stateMachines.start('main', {});
    await first.clock.until(() => first.stateMachines.isAwaitingTokensOnly);
    const token = String(first.calls[0]?.payload.token);
    const second = restart(first, options);
    await second.clock.advance(1_000);
    second.stateMachines.tokens.complete(token, { output: 'yes' });
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'SUCCEEDED');
    expect(second.calls).toEqual([]);
    expect(second.stateMachines.describe(arn).output).toBe('yes');
  });

  it('keep a result that arrived just before the crash', async () => {
    const options = { states: { Ask: ASK }, functions: { ask: () => null } };
    const first = startMachines(options);
    const { arn } = first.stateMachines.start('main', {});
    await first.clock.until(() => first.stateMachines.isAwaitingTokensOnly);
    first.stateMachines.tokens.complete(String(first.calls[0]?.payload.token), { output: 'yes' });
    const second = restart(first, options);
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'SUCCEEDED');
    expect(second.stateMachines.describe(arn).output).toBe('yes');
  });

  it('keep the timeout of a token', async () => {
    const options = { states: { Ask: { ...ASK, TimeoutSeconds: 600 } }, functions: { ask: () => null } };
    const first = startMachines(options);
    const { arn, startedAt } = first.stateMachines.start('main', {});
    await first.clock.advance(400_000);
    const second = restart(first, options);
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'FAILED');
    const { error, stoppedAt } = second.stateMachines.describe(arn);
    expect([error, Number(stoppedAt) - startedAt]).toEqual(['States.Timeout', 600_000]);
  });

  it('do not start a child execution twice', async () => {
    const child = {
      name: 'child',
      definition: { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 50, End: true } } },
    };
    const options = {
      machines: [child],
      states: {
        Start: {
          Type: 'Task',
          Resource: 'arn:aws:states:::states:startExecution.sync:2',
          Parameters: {
            StateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:child',
            Input: { a: 1 },
          },
          OutputPath: '$.Output',
          End: true,
        },
      },
    };
    const first = startMachines(options);
    const { arn } = first.stateMachines.start('main', {});
    await first.clock.advance(20_000);
    const second = restart(first, options);
    await second.clock.until(() => second.stateMachines.describe(arn).status === 'SUCCEEDED');
    expect(second.stateMachines.list('child')).toHaveLength(1);
    expect(second.stateMachines.describe(arn).output).toEqual({ a: 1 });
  });

  it('keep an execution whose machine is not defined until it is again', async () => {
    const options = { states: { Rest: { Type: 'Wait', Seconds: 10, End: true } } };
    const first = startMachines(options);
    const { arn } = first.stateMachines.start('main', {});
    const without = restart(first, {});
    await without.clock.advance(60_000);
    expect(without.stateMachines.describe(arn).status).toBe('RUNNING');
    const back = restart(without, options);
    await back.clock.until(() => back.stateMachines.describe(arn).status === 'SUCCEEDED');
  });
});
