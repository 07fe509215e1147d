import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SimulatedClock } from '../clock.ts';
import { FunctionLog } from './functionLog.ts';
import { Functions } from './functions.ts';

const TRACE = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';

/** A function that does not start sends nothing, and nothing else ends the wait. */
const IN_TIME = { timeout: 10_000 };

/** What is sent to the daemon of X-Ray for each part of an invocation, as far as is looked at here. */
interface Document {
  readonly id: string;
  readonly name: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly start_time: number;
  readonly end_time: number;
}

const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));

const EVENT = {
  input: { workspace: 'payments' },
  execution: 'execution-1',
  now: '2026-01-01T00:00:00Z',
};

describe('a function that is traced', () => {
  let daemon: Socket;
  let database: Server;
  let functions: Functions;
  let answer: { readonly status: number; readonly body: string };
  let documents: Document[] = [];

  beforeAll(async () => {
    daemon = createSocket('udp4').bind(0, '127.0.0.1');
    database = createServer((_, response) => {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
    }).listen(0, '127.0.0.1');
    await Promise.all([once(daemon, 'listening'), once(database, 'listening')]);
    daemon.on('message', (message) => {
      const [header = '', document = ''] = message.toString().split('\n');
      expect(JSON.parse(header)).toEqual({ format: 'json', version: 1 });
      documents.push(JSON.parse(document));
    });
    const clock = new SimulatedClock();
    const environment = {
      LEDGER_TABLE: 'ledger',
      AWS_MAX_ATTEMPTS: '1',
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(database.address() as AddressInfo).port}`,
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      POWERTOOLS_TRACE_ENABLED: 'true',
      _HANDLER: 'index.handler',
      _X_AMZN_TRACE_ID: TRACE,
    };
    const entry = fileURLToPath(new URL('../../functions/release/handler.ts', import.meta.url));
    functions = await Functions.start({
      clock,
      log: new FunctionLog(clock),
      environment: () => ({}),
      definitions: [
        { name: 'release', entry, environment },
        { name: 'telling', entry: fixture('telling'), environment },
        { name: 'alone', entry, environment: { ...environment, AWS_XRAY_DAEMON_ADDRESS: 'nowhere' } },
        {
          name: 'passedOver',
          entry,
          environment: { ...environment, _X_AMZN_TRACE_ID: TRACE.replace('Sampled=1', 'Sampled=0') },
        },
      ],
    });
  });
  afterAll(async () => {
    await functions.close();
    daemon.close();
    database.close();
  });

  /** Invokes it while its database answers so, and waits until X-Ray is told of the whole invocation. */
  async function invoke(event: object, [status, body]: [number, string] = [200, '{}']) {
    documents = [];
    answer = { status, body };
    await functions.invoke('release', JSON.stringify(event));
    const find = (name: string) => documents.find((document) => document.name === name);
    while (!find('## index.handler')) await once(daemon, 'message');
    return { whole: find('## index.handler'), call: find('DynamoDB') };
  }

  it('sends X-Ray a segment that is found by its workspace and execution', IN_TIME, async () => {
    const { whole } = await invoke(EVENT);
    expect(whole).toMatchObject({
      type: 'subsegment',
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      parent_id: '53995c3f42cd8ad8',
      annotations: { workspace: 'payments', execution: 'execution-1', ColdStart: true, Service: 'release' },
    });
    expect(whole).not.toHaveProperty('fault');
  });

  it('marks the segment of an invocation that failed, and says why it did', IN_TIME, async () => {
    const { whole, call } = await invoke({ workspace: 'payments' });
    expect(whole).toMatchObject({
      annotations: { workspace: 'payments', ColdStart: false },
      fault: true,
      cause: { exceptions: [{ type: 'InvalidEvent', message: expect.stringContaining('under "now"') }] },
    });
    expect(call).toBeUndefined();
  });

  it('tells each call to AWS: the service, the operation, how long it took', IN_TIME, async () => {
    const { whole, call } = await invoke(EVENT);
    expect(call).toMatchObject({
      type: 'subsegment',
      trace_id: whole?.trace_id,
      parent_id: whole?.id,
      namespace: 'aws',
      aws: { operation: 'UpdateItem', retries: 0 },
      http: { response: { status: 200 } },
    });
    expect(call).not.toHaveProperty('error');
    expect(call?.start_time).toBeGreaterThanOrEqual(whole?.start_time ?? Number.NaN);
    expect(call?.end_time).toBeLessThanOrEqual(whole?.end_time ?? Number.NaN);
  });

  it(
    'tells a call that was refused, throttled or failed as just that, without a word that was sent',
    IN_TIME,
    async () => {
      const refuse = (name: string): [number, string] => [
        400,
        JSON.stringify({ __type: name, message: 'payments' }),
      ];
      const refused = await invoke(EVENT, refuse('ValidationException'));
      expect(refused.call).toMatchObject({ error: true, http: { response: { status: 400 } } });
      expect(refused.call).not.toHaveProperty('fault');
      expect(JSON.stringify(refused.call)).not.toContain('payments');
      expect(refused.whole).toMatchObject({ fault: true });
      const failed = await invoke(EVENT, [500, '{}']);
      expect(failed.call).toMatchObject({ fault: true, http: { response: { status: 500 } } });
      const throttled = await invoke(EVENT, [429, '{}']);
      expect(throttled.call).toMatchObject({ error: true, throttle: true });
    },
  );

  it('tells nobody the address of a webhook, which is a secret', IN_TIME, async () => {
    documents = [];
    answer = { status: 200, body: '{}' };
    const { port } = database.address() as AddressInfo;
    await functions.invoke('telling', JSON.stringify(`https://127.0.0.1:${port}/services/secret`));
    while (documents.length === 0) await once(daemon, 'message');
    expect(documents.map(({ name }) => name)).toEqual(['## index.handler']);
    expect(JSON.stringify(documents)).not.toContain('secret');
  });

  it('works where no daemon is', IN_TIME, async () => {
    answer = { status: 200, body: '{}' };
    expect(await functions.invoke('alone', JSON.stringify(EVENT))).toMatchObject({ failed: false });
  });

  it('sends nothing of an invocation that is not sampled', IN_TIME, async () => {
    documents = [];
    await functions.invoke('passedOver', JSON.stringify(EVENT));
    // Whatever it had sent would have come before what this one sends.
    const { whole, call } = await invoke(EVENT);
    expect(documents).toEqual([call, whole]);
  });
});
