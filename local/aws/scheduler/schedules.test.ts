import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../../simulation/clock.ts';
import { Store } from '../../simulation/store.ts';
import { Deliveries, type Delivery } from '../eventBridge/deliveries.ts';
import { type Schedule, Schedules } from './schedules.ts';

const A_MINUTE = 60_000;

function startSchedules(
  schedules: readonly Schedule[],
  { store = new Store(':memory:'), clock = new SimulatedClock() } = {},
) {
  const sent: Delivery[] = [];
  const send = async (delivery: Delivery) => {
    sent.push(delivery);
  };
  const targets = { stateMachine: send, function: send, outbox: send, log: send };
  const deliveries = new Deliveries({ store, clock, targets });
  const running = new Schedules({ store, clock, deliveries, schedules });
  running.start();
  return {
    sent,
    store,
    clock,
    running,
    minutes: () => sent.map(({ id }) => (Number(id.split('-')[1]) - BEGUN) / A_MINUTE),
  };
}

const BEGUN = new SimulatedClock().now();
const target = { kind: 'stateMachine', name: 'resync' } as const;
const every = (expression: string): Schedule => ({ name: 'resync', expression, target });

describe('a schedule', () => {
  it('delivers at its due times, each with its own id', async () => {
    const { clock, minutes } = startSchedules([every('rate(15 minutes)')]);
    await clock.advance(50 * A_MINUTE);
    expect(minutes()).toEqual([15, 30, 45]);
  });

  it('passes the scheduled time to the target', async () => {
    const input = { due: '<aws.scheduler.scheduled-time>', by: '<aws.scheduler.schedule-arn>' };
    const { clock, sent } = startSchedules([{ ...every('rate(1 hour)'), target: { ...target, input } }]);
    await clock.advance(60 * A_MINUTE);
    expect(sent[0]?.input).toEqual({
      due: '2026-01-01T01:00:00Z',
      by: 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/resync',
    });
  });

  it('delivers once what was missed while the system was down, and keeps its interval', async () => {
    const first = startSchedules([every('cron(0 * * * ? *)')]);
    await first.clock.advance(90 * A_MINUTE);
    first.running.close();
    await first.clock.advance(150 * A_MINUTE);
    const second = startSchedules([every('cron(0 * * * ? *)')], first);
    await second.clock.advance(90 * A_MINUTE);
    expect(first.minutes()).toEqual([60]);
    expect(second.minutes()).toEqual([120, 300]);
  });

  it('neither skips nor repeats a due time across a restart', async () => {
    const first = startSchedules([every('rate(60 minutes)')]);
    await first.clock.advance(100 * A_MINUTE);
    first.running.close();
    const second = startSchedules([every('rate(60 minutes)')], first);
    await second.clock.advance(30 * A_MINUTE);
    expect(first.minutes()).toEqual([60]);
    expect(second.minutes()).toEqual([120]);
  });

  it('starts again when its expression changes', async () => {
    const first = startSchedules([every('rate(60 minutes)')]);
    await first.clock.advance(10 * A_MINUTE);
    first.running.close();
    const second = startSchedules([every('rate(5 minutes)')], first);
    await second.clock.advance(11 * A_MINUTE);
    expect(second.minutes()).toEqual([15, 20]);
  });

  it('with an at() expression delivers once', async () => {
    const { clock, minutes, running } = startSchedules([every('at(2026-01-01T00:30:00)')]);
    await clock.advance(24 * 60 * A_MINUTE);
    expect(minutes()).toEqual([30]);
    expect(running.list()).toMatchObject([{ dueAt: undefined }]);
  });
});
