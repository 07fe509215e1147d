import { EventBridgeClient, PutEventsCommand, TestEventPatternCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GateloopError } from '../../../core/errors.ts';
import type { JsonValue } from '../../../core/json.ts';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import { awsJsonErrorResponse, handleAwsJson } from '../http/awsJson.ts';
import { type HttpServer, startHttpServer } from '../http/server.ts';
import { Deliveries, type Delivery } from './deliveries.ts';
import { EventBus } from './eventBus.ts';
import { eventsApi } from './eventsApi.ts';
import type { Rule } from './target.ts';

function startBus(
  rules: readonly Rule[],
  { store = new Store(':memory:'), clock = new SimulatedClock() } = {},
) {
  const arrived: (Delivery & { at: number })[] = [];
  let fail: (delivery: Delivery) => Error | undefined = () => undefined;
  const send = async (delivery: Delivery) => {
    arrived.push({ ...delivery, at: clock.now() });
    const error = fail(delivery);
    if (error) throw error;
  };
  const targets = { stateMachine: send, function: send, outbox: send, log: send };
  const deliveries = new Deliveries({ store, clock, targets });
  const bus = new EventBus({ store, clock, deliveries, rules });
  deliveries.start();
  return {
    bus,
    deliveries,
    arrived,
    store,
    clock,
    failWith: (next: typeof fail) => {
      fail = next;
    },
  };
}

const EVENT = {
  source: 'gateloop',
  detailType: 'Resource Ready',
  detail: { name: 'ledger', tags: ['a', 'b'], size: 3 },
};
const toMachine = { kind: 'stateMachine', name: 'reconcile' } as const;
const all = { source: [{ prefix: '' }] };

describe('an event bus', () => {
  it('delivers an event only to the targets of matching rules', async () => {
    const { bus, arrived, clock } = startBus([
      {
        name: 'ready',
        pattern: { 'detail-type': ['Resource Ready'] },
        targets: [toMachine, { kind: 'outbox', topic: 'owners' }],
      },
      { name: 'failed', pattern: { 'detail-type': ['Resource Failed'] }, targets: [toMachine] },
    ]);
    const event = bus.publish(EVENT);
    await clock.advance(0);
    expect(arrived.map(({ origin, target }) => [origin, target.kind])).toEqual([
      ['rule ready', 'stateMachine'],
      ['rule ready', 'outbox'],
    ]);
    expect(arrived[0]?.input).toEqual(event);
    expect(event).toMatchObject({
      version: '0',
      account: '123456789012',
      region: 'us-east-1',
      time: '2026-01-01T00:00:00Z',
    });
  });

  it('separates its buses', async () => {
    const { bus, arrived, clock } = startBus([
      { name: 'own', bus: 'gateloop', pattern: all, targets: [toMachine] },
      { name: 'services', bus: 'default', pattern: all, targets: [toMachine] },
      { name: 'any', pattern: all, targets: [toMachine] },
    ]);
    bus.publish({ ...EVENT, bus: 'gateloop' });
    bus.publish(EVENT);
    await clock.advance(0);
    const origins = arrived.map(({ origin }) => origin);
    expect(origins).toEqual(['rule own', 'rule any', 'rule services', 'rule any']);
  });

  it.each<[string, object, JsonValue]>([
    ['a constant', { input: { a: 1 } }, { a: 1 }],
    ['a part', { inputPath: '$.detail.tags[1]' }, 'b'],
    ['a part that is absent', { inputPath: '$.detail.absent' }, null],
    [
      'a template',
      {
        inputTransformer: {
          inputPathsMap: { name: '$.detail.name', tags: '$.detail.tags', size: "$['detail'].size" },
          inputTemplate:
            '{"name": <name>, "tags": <tags>, "line": "<name> has <size>: <tags>", "rule": <aws.events.rule-name>}',
        },
      },
      { name: 'ledger', tags: ['a', 'b'], line: 'ledger has 3: ["a","b"]', rule: 'shaped' },
    ],
    [
      'a line of text',
      { inputTransformer: { inputPathsMap: { n: '$.detail.name' }, inputTemplate: '"<n> is ready"' } },
      'ledger is ready',
    ],
  ])('gives a target %s of the event', async (_, input, expected) => {
    const target = { ...toMachine, ...input };
    const { bus, arrived, clock } = startBus([{ name: 'shaped', pattern: all, targets: [target] }]);
    bus.publish(EVENT);
    await clock.advance(0);
    expect(arrived[0]?.input).toEqual(expected);
  });

  it('retries with backoff and the same id until the target accepts', async () => {
    const { bus, arrived, clock, deliveries, failWith } = startBus([
      { name: 'all', pattern: all, targets: [toMachine] },
    ]);
    failWith(() => (arrived.length < 4 ? new Error('busy') : undefined));
    bus.publish(EVENT);
    await clock.until(() => deliveries.pending === 0);
    const begun = arrived[0]?.at ?? 0;
    expect(arrived.map(({ at }) => at - begun)).toEqual([0, 1_000, 3_000, 7_000]);
    expect(new Set(arrived.map(({ id }) => id)).size).toBe(1);
    expect(deliveries.deadLetters()).toEqual([]);
  });

  it('makes a delivery a dead letter after a day', async () => {
    const { bus, clock, deliveries, failWith } = startBus([
      { name: 'all', pattern: all, targets: [toMachine] },
    ]);
    failWith(() => new Error('always busy'));
    const begun = clock.now();
    bus.publish(EVENT);
    await clock.until(() => deliveries.pending === 0, 48 * 3_600_000);
    expect(clock.now() - begun).toBeGreaterThan(22 * 3_600_000);
    expect(clock.now() - begun).toBeLessThan(25 * 3_600_000);
    expect(deliveries.deadLetters()).toMatchObject([
      { lastError: 'Error: always busy', input: { source: 'gateloop' } },
    ]);
  });

  it('does not retry a permanent error', async () => {
    const { bus, clock, deliveries, failWith } = startBus([
      { name: 'all', pattern: all, targets: [toMachine] },
    ]);
    failWith(() => new GateloopError('StateMachineDoesNotExist', 'none of that name'));
    bus.publish(EVENT);
    await clock.until(() => deliveries.pending === 0, 0);
    expect(deliveries.deadLetters()).toMatchObject([{ attempts: 1 }]);
  });

  it('delivers after a restart what it accepted before', async () => {
    const rules = [{ name: 'all', pattern: all, targets: [toMachine] }];
    const first = startBus(rules);
    first.failWith(() => new Error('busy'));
    first.bus.publish(EVENT);
    await first.clock.advance(500);
    await first.deliveries.close();
    const second = startBus(rules, first);
    await second.clock.until(() => second.deliveries.pending === 0);
    expect(second.arrived.map(({ id }) => id)).toEqual([first.arrived[0]?.id]);
  });

  it('keeps the latest thousand events', () => {
    const { bus } = startBus([]);
    for (let index = 0; index < 1_600; index += 1) bus.publish({ ...EVENT, detail: { index } });
    const archive = bus.archive();
    expect(archive.length).toBe(1_000);
    expect(archive.at(-1)?.detail.index).toBe(1_599);
  });
});

describe('eventsApi', () => {
  let server: HttpServer;
  let client: EventBridgeClient;
  const { bus, clock } = startBus([]);

  beforeEach(async () => {
    server = await startHttpServer({
      clock,
      answer: (call) => handleAwsJson({ AWSEvents: eventsApi(bus) }, call),
      refuse: awsJsonErrorResponse,
    });
    client = new EventBridgeClient({
      endpoint: server.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
      maxAttempts: 1,
    });
  });
  afterEach(() => server.close());

  it('publishes valid entries and returns an error for each invalid one', async () => {
    const good = {
      Source: 'gateloop',
      DetailType: 'Resource Ready',
      Detail: '{"name":"ledger"}',
      Time: new Date(clock.now() + 5_000),
    };
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: [
          good,
          { ...good, EventBusName: 'arn:aws:events:us-east-1:123456789012:event-bus/gateloop' },
          { ...good, Detail: 'not json' },
          { ...good, Detail: '[]' },
          { ...good, Source: 'aws.s3' },
          { ...good, Source: '' },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      undefined,
      'MalformedDetail',
      'MalformedDetail',
      'NotAuthorizedForSourceException',
      'InvalidArgument',
    ]);
    expect(bus.archive().slice(0, 1)).toMatchObject([
      { id: Entries?.[0]?.EventId, time: '2026-01-01T00:00:05Z', detail: { name: 'ledger' } },
    ]);
  });

  it('rejects more than ten entries', async () => {
    const Entries = Array.from({ length: 11 }, () => ({ Source: 'a', DetailType: 'b', Detail: '{}' }));
    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  it('tests whether a pattern matches an event', async () => {
    const ask = (EventPattern: string) =>
      client.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify({ source: 'a' }) }));
    expect(await ask('{"source":["a"]}')).toMatchObject({ Result: true });
    expect(await ask('{"source":["b"]}')).toMatchObject({ Result: false });
    await expect(ask('{"source":"b"}')).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  });
});
