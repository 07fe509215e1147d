import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadWorkspace } from '../../test/system/system.ts';
import { answering } from '../testing/answering.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { type LocalEnvironment, startLocalEnvironment } from '../testing/localEnvironment.ts';
import { LogReader } from './logReader.ts';

let local: LocalEnvironment;
beforeAll(async () => {
  local = await startLocalEnvironment();
  uploadWorkspace(local.system, 'orders', ['ledger']);
  uploadWorkspace(local.system, 'payments', ['ledger']);
  await local.system.settle();
  // Functions of this test log to the process; those of an `npm start` have this log.
  local.system.gateloop.aws.functions.log.add({
    function: 'provision',
    requestId: '1',
    stream: 'stdout',
    text: '{"level":"WARN","message":"Slow.","workspace":"orders"}\n{"level":"INFO","message":"Created."}\n',
  });
});
afterAll(() => local.close());

const linesOf = async (line: string, definition: string) => {
  const { code, stdout, stderr } = await local.gateloop(`${line} --json`);
  expect([code, stderr]).toEqual([0, '']);
  return stdout
    .split('\n')
    .filter((each) => each !== '')
    .map((each) => expectOutput(definition, `${each}\n`));
};

describe('gateloop logs', () => {
  it('logs: shows the lines of all functions, of one, of a level and of a workspace', async () => {
    const messages = async (line: string) => (await linesOf(line, 'logLine')).map(({ message }) => message);
    expect(await messages('logs')).toEqual(['Slow.', 'Created.']);
    expect(await messages('logs --function poll')).toEqual([]);
    expect(await messages('logs --level WARN')).toEqual(['Slow.']);
    expect(await messages('logs --workspace orders')).toEqual(['Slow.']);
    expect((await local.gateloop('logs')).stdout).toMatch(/Z {2}provision {2}WARN {2}orders {2}Slow\.\n/);
  });
});

describe('gateloop events', () => {
  it('events: shows what was published, of one workspace and of one type', async () => {
    const types = async (line: string) => (await linesOf(line, 'eventLine')).map(({ type }) => type);
    expect(await types('events --workspace orders')).toContain('Reconcile Completed');
    const ready = await linesOf('events --since 1h', 'eventLine');
    expect(new Set(ready.map(({ workspace }) => workspace))).toEqual(new Set(['orders', 'payments']));
    expect(ready.every(({ source }) => !source.startsWith('aws.'))).toBe(true);
    expect((await local.gateloop('events --workspace orders')).stdout).toMatch(
      /Z {2}Resource Ready {2}orders {2}\{/,
    );
    expect(await local.gateloop('events --since soon')).toMatchObject({ code: 2 });
  });
});

describe('LogReader', () => {
  it('LogReader: reads all pages, each line once, and late ones too', async () => {
    const pages = [
      { events: [{ eventId: 'a', timestamp: 1000, message: 'a' }], nextToken: 'more' },
      { events: [{ eventId: 'b', timestamp: 60_000, message: 'b' }] },
      {
        events: [
          { eventId: 'late', timestamp: 55_000, message: 'late' },
          { eventId: 'b', timestamp: 60_000 },
        ],
      },
      { events: [] },
    ];
    const { client, calls } = answering(new CloudWatchLogsClient({ region: 'us-east-1' }), {
      FilterLogEventsCommand: () => pages.shift() ?? {},
    });
    const reader = new LogReader(client, ['group'], 500);
    const read = async () => (await reader.read()).map(({ id }) => id);
    expect([await read(), await read(), await read()]).toEqual([['a', 'b'], ['late'], []]);
    expect(calls.map(({ input }) => input.startTime)).toEqual([500, 500, 30_000, 30_000]);
  });

  it('LogReader: takes a log group that does not exist for an empty one', async () => {
    const { client } = answering(new CloudWatchLogsClient({ region: 'us-east-1' }), {
      FilterLogEventsCommand: () => {
        throw Object.assign(new Error('none'), { name: 'ResourceNotFoundException' });
      },
    });
    expect(await new LogReader(client, ['group'], 0).read()).toEqual([]);
  });
});
