import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { FunctionLog } from './functionLog.ts';
import { Functions } from './functions.ts';
import { sleepInHandler } from './inProcessSandbox.ts';
import type { Handler } from './runHandler.ts';

async function start(handler: Handler) {
  const clock = new SimulatedClock();
  const log = new FunctionLog(clock);
  const definition = { name: 'step', entry: 'none', createHandler: () => handler };
  const functions = await Functions.start({ clock, log, environment: () => ({}), definitions: [definition] });
  return { functions, log, clock };
}

describe('InProcessSandbox', () => {
  it('returns what the handler returns, as JSON', async () => {
    const { functions } = await start(async (event) => ({ got: event }));
    expect(await functions.invoke('step', '{"a":1}')).toMatchObject({
      failed: false,
      payload: '{"got":{"a":1}}',
    });
  });

  it('reports an error of the handler under its name', async () => {
    const { functions } = await start(async () => {
      throw new RangeError('broken');
    });
    const { failed, payload } = await functions.invoke('step', '{}');
    expect(failed).toBe(true);
    expect(JSON.parse(payload)).toMatchObject({ errorType: 'RangeError', errorMessage: 'broken' });
  });

  it('gives the function log the output of each of several invocations at once', async () => {
    const { functions, log } = await start(async (event) => {
      await Promise.resolve();
      process.stdout.write(`line ${JSON.stringify(event)}`);
    });
    const [one, two] = await Promise.all([functions.invoke('step', '1'), functions.invoke('step', '2')]);
    expect(log.entries({ requestId: one.requestId }).map(({ text }) => text)).toEqual(['line 1']);
    expect(log.entries({ requestId: two.requestId }).map(({ text }) => text)).toEqual(['line 2']);
  });

  it('InProcessSandbox: lets simulated time pass while handlers sleep, more of them than run at a time', async () => {
    const { functions, clock } = await start(async () => {
      const before = clock.now();
      await sleepInHandler(60_000);
      return clock.now() - before;
    });
    const slept = Promise.all(Array.from({ length: 10 }, () => functions.invoke('step', '{}')));
    await clock.until(() => functions.inFlight === 0);
    expect((await slept).map(({ payload }) => payload)).toEqual(Array(10).fill('60000'));
  });

  it('InProcessSandbox: lets no code outside of a handler sleep', () => {
    expect(() => sleepInHandler(1)).toThrow('Only a handler can sleep');
  });

  it('makes the handler from the environment variables of the function', async () => {
    const clock = new SimulatedClock();
    const functions = await Functions.start({
      clock,
      log: new FunctionLog(clock),
      environment: () => ({ COMMON: 'yes' }),
      definitions: [
        {
          name: 'step',
          entry: 'none',
          environment: { OWN: 'too' },
          createHandler: (variables) => async () => [variables.COMMON, variables.OWN],
        },
      ],
    });
    expect(await functions.invoke('step', '{}')).toMatchObject({ payload: '["yes","too"]' });
  });
});
