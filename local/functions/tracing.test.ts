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
interface Segment {
  readonly id: string;
  readonly name: string;
  readonly trace_id: string;
  readonly parent_id: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
  readonly fault?: boolean;
  readonly cause?: { readonly exceptions: readonly { readonly type: string }[] };
}

describe('a function that is traced', () => {
  let daemon: Socket;
  let database: Server;
  let functions: Functions;
  const segments: Segment[] = [];

  beforeAll(async () => {
    daemon = createSocket('udp4').bind(0, '127.0.0.1');
    database = createServer((_, response) => {
      response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
    }).listen(0, '127.0.0.1');
    await Promise.all([once(daemon, 'listening'), once(database, 'listening')]);
    daemon.on('message', (message) => {
      const [, document = ''] = message.toString().split('\n');
      segments.push(JSON.parse(document));
    });
    const clock = new SimulatedClock();
    functions = await Functions.start({
      clock,
      log: new FunctionLog(clock),
      environment: () => ({}),
      definitions: [
        {
          name: 'release',
          entry: fileURLToPath(new URL('../../functions/release/handler.ts', import.meta.url)),
          environment: {
            LEDGER_TABLE: 'ledger',
            AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${(database.address() as AddressInfo).port}`,
            AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
            POWERTOOLS_TRACE_ENABLED: 'true',
            _HANDLER: 'index.handler',
            _X_AMZN_TRACE_ID: TRACE,
          },
        },
      ],
    });
  });
  afterAll(async () => {
    await functions.close();
    daemon.close();
    database.close();
  });

  /** Invokes it, and waits for what X-Ray is told of it. */
  async function traced(event: object): Promise<Segment | undefined> {
    segments.length = 0;
    await functions.invoke('release', JSON.stringify(event));
    while (segments.length === 0) await once(daemon, 'message');
    return segments.find(({ name }) => name === '## index.handler');
  }

  it('sends X-Ray a segment that is found by its workspace and execution', IN_TIME, async () => {
    const segment = await traced({
      input: { workspace: 'payments' },
      execution: 'execution-1',
      now: '2026-01-01T00:00:00Z',
    });
    expect(segment).toMatchObject({
      trace_id: '1-5759e988-bd862e3fe1be46a994272793',
      parent_id: '53995c3f42cd8ad8',
      annotations: { workspace: 'payments', execution: 'execution-1', ColdStart: true, Service: 'release' },
    });
    expect(segment).not.toHaveProperty('fault');
  });

  it('marks the segment of an invocation that failed, and says why it did', IN_TIME, async () => {
    const segment = await traced({ workspace: 'payments' });
    expect(segment).toMatchObject({
      annotations: { workspace: 'payments', ColdStart: false },
      fault: true,
      cause: { exceptions: [{ type: 'InvalidEvent' }] },
    });
  });
});
