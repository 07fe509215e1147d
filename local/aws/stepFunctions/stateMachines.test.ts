import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';
import { failure, functionArn, startMachines } from './testing/startMachines.ts';

const echo = { echo: (payload: JsonObject) => payload };
const task = (name: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: functionArn(name),
  End: true,
  ...more,
});

describe('a state machine', () => {
  it('passes data through inputs, parameters, selectors and results', async () => {
    const { run } = startMachines({
      functions: echo,
      states: {
        Shape: {
          Type: 'Pass',
          InputPath: '$.order',
          Parameters: { 'id.$': '$.id', 'text.$': "States.Format('order {}', $.id)" },
          ResultPath: '$.shaped',
          Next: 'Call',
        },
        Call: task('echo', {
          InputPath: '$.shaped',
          ResultSelector: { 'said.$': '$.text' },
          ResultPath: '$.answer',
          OutputPath: '$.answer',
        }),
      },
    });
    expect(await run({ order: { id: 7 } })).toMatchObject({
      status: 'SUCCEEDED',
      output: { said: 'order 7' },
    });
  });

  it.each([
    [3, 'few'],
    [30, 'many'],
  ])('chooses by its rules: %i is %s', async (count, word) => {
    const { run } = startMachines({
      states: {
        Count: {
          Type: 'Choice',
          Choices: [{ Variable: '$.count', NumericGreaterThan: 10, Next: 'Many' }],
          Default: 'Few',
        },
        Many: { Type: 'Pass', Result: 'many', ResultPath: '$.word', End: true },
        Few: { Type: 'Pass', Result: 'few', ResultPath: '$.word', Next: 'Over' },
        Over: { Type: 'Succeed' },
      },
    });
    expect(await run({ count })).toMatchObject({ status: 'SUCCEEDED', output: { count, word } });
  });

  it('fails when no choice matches', async () => {
    const { run } = startMachines({
      states: {
        Choose: { Type: 'Choice', Choices: [{ Variable: '$.x', NumericEquals: 1, Next: 'One' }] },
        One: { Type: 'Succeed' },
      },
    });
    expect(await run({ x: 2 })).toMatchObject({ status: 'FAILED', error: 'States.NoChoiceMatched' });
  });

  it.each([false, 0, '', null])('passes a fixed result of %j', async (result) => {
    const { run } = startMachines({ states: { Fixed: { Type: 'Pass', Result: result, End: true } } });
    expect((await run()).output).toBe(result);
  });

  it('replaces the whole state when ResultPath is $', async () => {
    const { run } = startMachines({
      functions: echo,
      states: { Call: task('echo', { ResultPath: '$', Parameters: { a: 1 } }) },
    });
    expect((await run({ b: 2 })).output).toEqual({ a: 1 });
  });

  it('passes the whole context object to tasks, in simulated time', async () => {
    const { run, clock, calls } = startMachines({
      functions: echo,
      states: {
        Rest: { Type: 'Wait', Seconds: 90, Next: 'Call' },
        Call: task('echo', {
          Parameters: {
            'now.$': '$$.State.EnteredTime',
            'state.$': '$$.State.Name',
            'started.$': '$$.Execution.StartTime',
            'input.$': '$$.Execution.Input',
            'id.$': '$$.Execution.Id',
            'name.$': '$$.Execution.Name',
            'role.$': '$$.Execution.RoleArn',
            'machine.$': '$$.StateMachine.Name',
            'label.$': "States.Format('{}/{}', $$.StateMachine.Id, $$.State.RetryCount)",
          },
        }),
      },
    });
    const startedAt = clock.now();
    const { arn, name } = await run({ a: 1 });
    expect(calls[0]?.payload).toEqual({
      now: new Date(startedAt + 90_000).toISOString(),
      state: 'Call',
      started: new Date(startedAt).toISOString(),
      input: { a: 1 },
      id: arn,
      name,
      role: 'arn:aws:iam::123456789012:role/main',
      machine: 'main',
      label: 'arn:aws:states:us-east-1:123456789012:stateMachine:main/0',
    });
  });

  it.each<[string, JsonObject, number]>([
    ['Seconds', { Seconds: 5 }, 5_000],
    ['SecondsPath', { SecondsPath: '$.in.seconds', InputPath: '$.wait', OutputPath: '$.in' }, 7_000],
    ['SecondsPath of the execution', { SecondsPath: '$$.Execution.Input.wait.in.seconds' }, 7_000],
    ['Timestamp', { Timestamp: '2026-01-01T00:01:00Z' }, 60_000],
    ['TimestampPath', { TimestampPath: '$.at' }, 120_000],
    ['a time that has passed', { Timestamp: '2025-01-01T00:01:00Z' }, 0],
  ])('waits by %s', async (_, wait, expected) => {
    const { run, clock } = startMachines({ states: { Rest: { Type: 'Wait', ...wait, End: true } } });
    const begun = clock.now();
    const { stoppedAt, output } = await run({ at: '2026-01-01T00:02:00Z', wait: { in: { seconds: 7 } } });
    expect(Number(stoppedAt) - begun).toBe(expected);
    if ('OutputPath' in wait) expect(output).toEqual({ seconds: 7 });
  });

  it('ends with the error and cause of a Fail state', async () => {
    const { run } = startMachines({
      states: { Refuse: { Type: 'Fail', Error: 'Refused', CausePath: '$.why' } },
    });
    expect(await run({ why: 'no schema' })).toMatchObject({
      status: 'FAILED',
      error: 'Refused',
      cause: 'no schema',
    });
  });

  it('times out at its TimeoutSeconds', async () => {
    const { run, clock } = startMachines({
      timeoutSeconds: 30,
      states: { Rest: { Type: 'Wait', Seconds: 60, End: true } },
    });
    const begun = clock.now();
    const { status, error, stoppedAt } = await run();
    expect([status, error, Number(stoppedAt) - begun]).toEqual(['TIMED_OUT', 'States.Timeout', 30_000]);
  });
});

describe('limits of the service', () => {
  const never = { Over: { Type: 'Succeed' } };
  const onlyWhenTold = (next: string) => ({
    Type: 'Choice',
    Choices: [{ Variable: '$$.Execution.Name', StringEquals: 'over', Next: 'Over' }],
    Default: next,
  });

  it('end an execution that loops for ever', async () => {
    const { run } = startMachines({
      states: { Round: { Type: 'Pass', Next: 'Choose' }, Choose: onlyWhenTold('Round'), ...never },
    });
    const { status, error, cause, events } = await run();
    expect([status, error]).toEqual(['FAILED', 'States.Runtime']);
    expect(cause).toContain('maximum number of history events (25000)');
    expect(events).toBeLessThanOrEqual(25_000);
  });

  it('end an execution whose state grows too large', async () => {
    const { run } = startMachines({
      states: {
        Double: { Type: 'Pass', Parameters: { 'a.$': '$', 'b.$': '$' }, Next: 'Choose' },
        Choose: onlyWhenTold('Double'),
        ...never,
      },
    });
    expect(await run('x'.repeat(10_000))).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    });
  });
});

describe('a failing task', () => {
  it('is retried with backoff, and reads its RetryCount', async () => {
    let failures = 3;
    const { run, calls, stateMachines } = startMachines({
      functions: {
        flaky: () => {
          failures -= 1;
          if (failures >= 0) throw failure('Throttled');
          return 'done';
        },
      },
      states: {
        Call: task('flaky', {
          Parameters: { 'retry.$': '$$.State.RetryCount' },
          Retry: [
            { ErrorEquals: ['Other'], MaxAttempts: 9 },
            {
              ErrorEquals: ['Throttled'],
              IntervalSeconds: 2,
              BackoffRate: 3,
              MaxDelaySeconds: 10,
              MaxAttempts: 5,
            },
          ],
        }),
      },
    });
    const { status, output, transitions } = await run();
    expect([status, output]).toEqual(['SUCCEEDED', 'done']);
    expect(calls.map(({ payload }) => payload.retry)).toEqual([0, 1, 2, 3]);
    const [first = 0, ...later] = calls.map(({ at }) => at);
    expect(later.map((at) => at - first)).toEqual([2_000, 8_000, 18_000]);
    expect(transitions).toBe(4);
    expect(stateMachines.transitions).toBe(4);
  });

  it('is retried after random pauses with JitterStrategy FULL', async () => {
    const { run, calls } = startMachines({
      functions: {
        fail: () => {
          throw failure('E');
        },
      },
      states: {
        Call: task('fail', {
          Retry: [
            { ErrorEquals: ['States.ALL'], IntervalSeconds: 10, MaxAttempts: 1, JitterStrategy: 'FULL' },
          ],
        }),
      },
    });
    await run();
    expect(Number(calls[1]?.at) - Number(calls[0]?.at)).toBe(5_000);
  });

  it('is caught with its error and cause at the ResultPath of the catcher', async () => {
    const { run } = startMachines({
      functions: {
        fail: () => {
          throw failure('Refused', 'because');
        },
      },
      states: {
        Call: task('fail', {
          Retry: [{ ErrorEquals: ['Refused'], MaxAttempts: 0 }],
          Catch: [
            { ErrorEquals: ['Unlike'], Next: 'Never' },
            { ErrorEquals: ['States.TaskFailed'], ResultPath: '$.failure', Next: 'Tell' },
          ],
        }),
        Tell: { Type: 'Pass', End: true },
        Never: { Type: 'Fail' },
      },
    });
    const { output } = await run({ a: 1 });
    expect(output).toEqual({
      a: 1,
      failure: {
        Error: 'Refused',
        Cause: JSON.stringify({ errorType: 'Refused', errorMessage: 'because', trace: [] }),
      },
    });
  });

  it.each([
    ['Lambda.ServiceException', new AwsError('ServiceException', 'down', 500)],
    ['Lambda.TooManyRequestsException', new AwsError('TooManyRequestsException', 'slow down', 429)],
  ])('has the name that the language gives to %s', async (name, thrown) => {
    const { run } = startMachines({
      functions: {
        fail: () => {
          throw thrown;
        },
      },
      states: { Call: task('fail') },
    });
    expect(await run()).toMatchObject({ status: 'FAILED', error: name, cause: thrown.message });
  });

  it('is not caught by a wildcard when a path matches nothing', async () => {
    const { run } = startMachines({
      functions: echo,
      states: {
        Call: task('echo', {
          Parameters: { 'a.$': '$.absent' },
          Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Never' }],
        }),
        Never: { Type: 'Succeed' },
      },
    });
    expect(await run()).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
  });

  it.each([
    ['States.ALL', 'FAILED'],
    ['States.DataLimitExceeded', 'SUCCEEDED'],
  ])('that answers too much is caught by its own name only: %s', async (caught, status) => {
    const { run } = startMachines({
      functions: { big: () => 'x'.repeat(256 * 1024) },
      states: {
        Call: task('big', { Catch: [{ ErrorEquals: [caught], Next: 'Caught' }] }),
        Caught: { Type: 'Succeed' },
      },
    });
    expect((await run()).status).toBe(status);
  });
});

describe('maps and parallels', () => {
  it('run their states, with retries and waits on the simulated clock', async () => {
    const failed = new Set<number>();
    const { run, clock } = startMachines({
      functions: {
        flaky: ({ item }) => {
          if (failed.has(Number(item))) return Number(item) * 10;
          failed.add(Number(item));
          throw failure('Once');
        },
      },
      states: {
        Each: {
          Type: 'Map',
          ItemsPath: '$.items',
          MaxConcurrency: 2,
          ItemSelector: { 'item.$': '$$.Map.Item.Value', 'name.$': '$$.Execution.Name' },
          ItemProcessor: {
            StartAt: 'Rest',
            States: {
              Rest: { Type: 'Wait', Seconds: 5, Next: 'Work' },
              Work: {
                Type: 'Task',
                Resource: functionArn('flaky'),
                Retry: [{ ErrorEquals: ['Once'], IntervalSeconds: 30 }],
                End: true,
              },
            },
          },
          End: true,
        },
      },
    });
    const begun = clock.now();
    const { output, stoppedAt, transitions } = await run({ items: [1, 2, 3] });
    expect(output).toEqual([10, 20, 30]);
    expect(Number(stoppedAt) - begun).toBe(2 * 35_000);
    expect(transitions).toBe(1 + 3 * 2);
  });

  it('give each inner task its own token and time', async () => {
    const { stateMachines, clock, calls } = startMachines({
      functions: echo,
      states: {
        Ask: {
          Type: 'Parallel',
          Branches: ['A', 'B'].map((name) => ({
            StartAt: name,
            States: {
              [name]: {
                Type: 'Task',
                Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
                Parameters: {
                  FunctionName: 'echo',
                  Payload: {
                    'token.$': '$$.Task.Token',
                    'state.$': '$$.State.Name',
                    'now.$': '$$.State.EnteredTime',
                  },
                },
                End: true,
              },
            },
          })),
          End: true,
        },
      },
    });
    const { arn } = stateMachines.start('main', {});
    await clock.until(() => stateMachines.isAwaitingTokensOnly && calls.length === 2);
    for (const { payload } of calls) {
      expect(payload.now).toBe(new Date(clock.now()).toISOString());
      stateMachines.tokens.complete(String(payload.token), { output: `answer to ${payload.state}` });
    }
    await clock.until(() => stateMachines.describe(arn).status !== 'RUNNING');
    expect(stateMachines.describe(arn).output).toEqual(['answer to A', 'answer to B']);
  });

  it('fail with the error of the inner state, and are caught and retried as a whole', async () => {
    let tries = 0;
    const { run } = startMachines({
      functions: {
        fail: () => {
          tries += 1;
          throw failure('Broken');
        },
      },
      states: {
        Both: {
          Type: 'Parallel',
          Branches: [
            { StartAt: 'Work', States: { Work: task('fail') } },
            { StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 3600, End: true } } },
          ],
          Retry: [{ ErrorEquals: ['Broken'], MaxAttempts: 2 }],
          Catch: [{ ErrorEquals: ['Broken'], Next: 'Caught' }],
          End: true,
        },
        Caught: { Type: 'Pass', Result: 'caught', End: true },
      },
    });
    expect((await run()).output).toBe('caught');
    expect(tries).toBe(3);
  });
});

describe('definitions', () => {
  it('accept substitutions, and an error names the missing ones', () => {
    const definition = { StartAt: 'Call', States: { Call: task('x', { Resource: '${CallArn}' }) } };
    const name = 'substituted';
    const { stateMachines } = startMachines({
      machines: [{ name, definition, substitutions: { CallArn: functionArn('poll') } }],
    });
    expect(stateMachines.machine(name).definition).toMatchObject({
      States: { Call: { Resource: functionArn('poll') } },
    });
    expect(() => startMachines({ machines: [{ name, definition }] })).toThrow(
      'no substitution is given for CallArn',
    );
  });

  it.each<[string, JsonObject]>([
    ['Nowhere', { Type: 'Pass', Next: 'Nowhere' }],
    ['JSONata', { Type: 'Pass', QueryLanguage: 'JSONata', End: true }],
    ['Assign', { Type: 'Pass', Assign: { a: 1 }, End: true }],
  ])('are refused when they cannot run: %s', (problem, state) => {
    expect(() => startMachines({ states: { Only: state } })).toThrow(problem);
  });
});
