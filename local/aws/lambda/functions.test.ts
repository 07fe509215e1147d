import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { FunctionLog } from './functionLog.ts';
import { Functions } from './functions.ts';

const entry = (name: string) => fileURLToPath(new URL(`./testing/${name}.ts`, import.meta.url));
/** One of the functions of Gateloop: each parses its event. */
const STEP = fileURLToPath(new URL('../../../functions/release/handler.ts', import.meta.url));

describe('Functions', () => {
  const clock = new SimulatedClock();
  const log = new FunctionLog(clock);
  let functions: Functions;

  beforeAll(async () => {
    process.env.GATELOOP_TEST_SECRET = 'of the host';
    functions = await Functions.start({
      clock,
      log,
      environment: () => ({ COMMON: 'yes' }),
      definitions: [
        { name: 'edgeCases', entry: entry('edgeCases'), environment: { OWN: 'too' }, timeoutSeconds: 20 },
        { name: 'hasty', entry: entry('edgeCases'), timeoutSeconds: 0.05 },
        { name: 'small', entry: entry('edgeCases'), timeoutSeconds: 20, memoryMb: 1 },
        { name: 'broken', entry: entry('broken') },
        { name: 'step', entry: STEP, environment: { LEDGER_TABLE: 'ledger' } },
      ],
    });
  });
  afterAll(() => functions.close());

  const ask = async (name: string, request: object) => {
    const { failed, payload } = await functions.invoke(name, JSON.stringify(request));
    return { failed, answer: JSON.parse(payload) };
  };

  it('returns the result of the handler', async () => {
    expect(await ask('edgeCases', { do: 'echo', text: 'hello' })).toEqual({
      failed: false,
      answer: { text: 'hello' },
    });
  });

  it('returns null for a handler that returns nothing', async () => {
    expect(await ask('edgeCases', { do: 'nothing' })).toEqual({ failed: false, answer: null });
  });

  it('Functions: lets simulated time pass while handlers sleep, more of them than there are threads', async () => {
    const before = clock.now();
    const slept = Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        ask('edgeCases', { do: 'sleep', text: String(60_000 + index) }),
      ),
    );
    await clock.until(async () => functions.inFlight === 0);
    expect((await slept).map(({ answer }) => answer)).toEqual(
      Array.from({ length: 10 }, (_, index) => 60_000 + index),
    );
    expect(clock.now() - before).toBe(60_009);
  });

  it('reports an error that a handler throws', async () => {
    const { failed, answer } = await ask('edgeCases', { do: 'fly' });
    expect(failed).toBe(true);
    expect(answer).toMatchObject({ errorType: 'RangeError', errorMessage: 'unknown edge case fly' });
    expect(answer.trace[0]).toBe('RangeError: unknown edge case fly');
  });

  it('reports an error of a bundled function with its position in the source', async () => {
    const { failed, answer } = await ask('step', { do: 'fly' });
    expect(failed).toBe(true);
    expect(answer).toMatchObject({ errorType: 'InvalidEvent' });
    expect(answer.trace[1]).toMatch(/ \(?functions\/[\w/]+\.ts:\d+:\d+\)?$/);
  });

  it('gives a function its own environment variables and none of the host', async () => {
    const { answer } = await ask('edgeCases', { do: 'environment' });
    expect(answer).toMatchObject({
      COMMON: 'yes',
      OWN: 'too',
      AWS_LAMBDA_FUNCTION_NAME: 'edgeCases',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'embedded',
    });
    expect(answer).not.toHaveProperty('GATELOOP_TEST_SECRET');
    expect(answer).not.toHaveProperty('PATH');
  });

  it('passes the context object of Lambda', async () => {
    const { answer } = await ask('edgeCases', { do: 'context' });
    expect(answer).toMatchObject({
      functionName: 'edgeCases',
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:edgeCases',
      memoryLimitInMB: '128',
    });
    expect(answer.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.remaining).toBeGreaterThan(10_000);
    expect(answer.remaining).toBeLessThanOrEqual(20_000);
  });

  it('drops the responses of the given number of invocations after their work', async () => {
    functions.dropResponses('edgeCases', 1);
    const { failed, answer } = await ask('edgeCases', { do: 'echo', text: 'done, but unheard' });
    expect(failed).toBe(true);
    expect(answer.errorType).toBe('Runtime.ExitError');
    expect((await ask('edgeCases', { do: 'echo' })).failed).toBe(false);
  });

  it('reuses a warm sandbox for one invocation at a time', async () => {
    const first = await ask('edgeCases', { do: 'count' });
    const second = await ask('edgeCases', { do: 'count' });
    expect(second.answer).toBe(first.answer + 1);
    const together = await Promise.all([1, 2, 3].map(() => ask('edgeCases', { do: 'count' })));
    expect(together.map(({ answer }) => answer).sort()).toEqual([1, 1, second.answer + 1]);
  });

  it.each(['hang', 'spin'])('terminates a function at its timeout: %s', async (act) => {
    const { failed, answer } = await ask('hasty', { do: act });
    expect(failed).toBe(true);
    expect(answer.errorType).toBe('Sandbox.Timedout');
    expect(answer.errorMessage).toContain('Task timed out after 0.05 seconds');
    expect(await ask('hasty', { do: 'nothing' })).toMatchObject({ failed: false });
  });

  it.each([
    ['exit', 'exit status 3'],
    ['kill', 'exit status 137'],
  ])('survives a function that ends its process: %s', async (act, how) => {
    const { failed, answer } = await ask('edgeCases', { do: act });
    expect(failed).toBe(true);
    expect(answer).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(
        new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: ${how}$`),
      ),
    });
  });

  it('survives a function that runs out of memory', async () => {
    const { failed, answer } = await ask('small', { do: 'hoard' });
    expect(failed).toBe(true);
    expect(answer).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringContaining('signal: killed'),
    });
  });

  it('reports an unhandled rejection', async () => {
    const { failed, answer } = await ask('edgeCases', { do: 'reject' });
    expect(failed).toBe(true);
    expect(answer).toMatchObject({ errorType: 'TypeError', errorMessage: 'nobody listens' });
  });

  it('reports a result that is not JSON', async () => {
    const { answer } = await ask('edgeCases', { do: 'bigint' });
    expect(answer.errorType).toBe('Runtime.MarshalError');
  });

  it('reports a module that does not load at every invocation', async () => {
    for (const _ of [1, 2]) {
      expect(await ask('broken', {})).toMatchObject({
        failed: true,
        answer: { errorMessage: 'cannot load' },
      });
    }
  });

  it('logs output with the id of its request', async () => {
    const { requestId } = await functions.invoke(
      'edgeCases',
      JSON.stringify({ do: 'print', text: 'a line' }),
    );
    expect(log.entries({ requestId })).toEqual([
      { at: clock.now(), function: 'edgeCases', requestId, stream: 'stdout', text: 'a line\n' },
      { at: clock.now(), function: 'edgeCases', requestId, stream: 'stderr', text: 'a line on stderr\n' },
    ]);
  });

  it('stops simulated time during an invocation', async () => {
    let fired = false;
    clock.after(1, () => {
      fired = true;
    });
    const invocation = ask('edgeCases', { do: 'echo' }).then(() => fired);
    await clock.advance(10);
    expect(await invocation).toBe(false);
    expect(fired).toBe(true);
  });

  it('queues invocations beyond the number of its threads', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => ask('edgeCases', { do: 'echo', text: 'x' })),
    );
    expect(answers.every(({ failed }) => !failed)).toBe(true);
  });

  it('rejects an unknown function', async () => {
    await expect(functions.invoke('nobody', '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });
});
