import { describe, expect, it } from 'vitest';
import type { ExecutionDetails, ExecutionEvent } from '../ports/fleetReads.ts';
import { executionView, traceView } from './traces.ts';

const START = Date.parse('2026-05-01T12:00:00Z');
const execution: ExecutionDetails = {
  workflow: 'reconcile',
  name: 'one',
  status: 'SUCCEEDED',
  startedAt: START,
  stoppedAt: START + 2500,
  input: {
    'detail-type': 'Object Created',
    detail: { object: { key: 'workspaces/payments/manifest.yaml' } },
  },
  output: { done: true },
};

const event = (id: number, type: string, more: Partial<ExecutionEvent> = {}): ExecutionEvent => ({
  id,
  previousId: id - 1,
  time: START + id * 100,
  type,
  ...more,
});

describe('executionView', () => {
  it.each([
    [execution.input, { workspace: 'payments', startedBy: 'Object Created' }],
    [{ workspace: 'payments' }, { workspace: 'payments' }],
    [{ reason: 'drift' }, { startedBy: 'drift' }],
    [{ 'detail-type': 'Retry Requested', detail: { workspace: 'orders' } }, { workspace: 'orders' }],
  ])('executionView: tells of the input %j what it is about', (input, expected) => {
    expect(executionView(execution, input)).toMatchObject(expected);
  });

  it.each([
    ['upload-6f1c', 'an upload'],
    ['drift-6f1c', 'the scan of the fleet'],
    ['a'.repeat(64), 'the execution before it'],
    ['6f1c', undefined],
    ['constructor-1', undefined],
  ])('executionView: tells by the name %s what started it', (name, startedBy) => {
    expect(executionView({ ...execution, name }, { workspace: 'payments' }).startedBy).toBe(startedBy);
    const { startedBy: ofRequest } = executionView({ ...execution, name, workflow: 'authorize' });
    expect(ofRequest).toBe('a request to a person');
    expect(executionView({ ...execution, name, workflow: 'resync' }).startedBy).toBeUndefined();
  });

  it('executionView: has no duration while the execution runs', () => {
    const { stoppedAt: _, ...running } = execution;
    expect(executionView(running)).toEqual({
      workflow: 'reconcile',
      name: 'one',
      status: 'SUCCEEDED',
      startedAt: '2026-05-01T12:00:00.000Z',
    });
  });
});

describe('traceView', () => {
  it('traceView: tells what each state got and gave, and how often it failed', () => {
    const { steps, seconds } = traceView(execution, [
      event(1, 'ExecutionStarted', { input: {} }),
      event(2, 'TaskStateEntered', { state: 'Poll', input: { a: 1 } }),
      event(3, 'LambdaFunctionScheduled', { input: { b: 1 } }),
      event(4, 'LambdaFunctionFailed', { error: 'States.Timeout', cause: 'slow' }),
      event(5, 'LambdaFunctionSucceeded', { output: { c: 1 } }),
      event(6, 'TaskStateExited', { state: 'Poll', output: { d: 1 } }),
      event(7, 'WaitStateEntered', { state: 'Wait', input: { d: 1 } }),
    ]);
    expect(seconds).toBe(2.5);
    expect(steps).toEqual([
      {
        state: 'Poll',
        type: 'Task',
        startedAt: '2026-05-01T12:00:00.200Z',
        seconds: 0.4,
        input: { a: 1 },
        output: { d: 1 },
        failures: 1,
        error: 'States.Timeout',
        cause: 'slow',
      },
      { state: 'Wait', type: 'Wait', startedAt: '2026-05-01T12:00:00.700Z', input: { d: 1 }, failures: 0 },
    ]);
  });

  it('traceView: keeps the branches of a Map state apart', () => {
    const { steps } = traceView(execution, [
      event(1, 'TaskStateEntered', { state: 'First', input: 1 }),
      event(2, 'TaskStateEntered', { state: 'Second', previousId: 0, input: 2 }),
      event(3, 'TaskStateExited', { previousId: 1, output: 'of the first' }),
      event(4, 'TaskStateExited', { previousId: 2, output: 'of the second' }),
    ]);
    expect(steps.map(({ output }) => output)).toEqual(['of the first', 'of the second']);
  });

  it('traceView: takes out links, tokens, user ids and addresses of people', () => {
    const id = '0123456789abcdef0123456789abcdef';
    const trace = traceView(
      {
        ...execution,
        cause: `{"errorMessage":"see https://pages.example.com/authorizations/${id}"}`,
      },
      [
        event(1, 'TaskStateEntered', {
          state: 'AwaitAnswer',
          input: { Payload: { taskToken: 'AQC', to: ['ada@example.com'], id, userId: 'u-1' } },
        }),
        event(2, 'TaskTimedOut', {
          error: 'E',
          cause: 'https://a.example.com/authorize?request_uri=urn%3A1',
        }),
      ],
    );
    expect(trace.steps[0]?.input).toEqual({
      Payload: { taskToken: '[token]', to: ['[address]'], id: '[link]', userId: '[address]' },
    });
    expect(trace.steps[0]?.cause).toBe('[link]');
    expect(trace.cause).toBe('{"errorMessage":"see [link]"}');
  });
});
