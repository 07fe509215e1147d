import { expect, it } from 'vitest';
import { parseScheduleEvent } from './scheduleEvent.ts';

const now = '2026-01-01T00:00:00Z';

it('parseScheduleEvent: reads the first turn of a scan, and one that goes on', () => {
  const input = { reason: 'drift' };
  const first = { reason: 'drift', looked: 0, started: 0, measurements: [], now: Date.parse(now) };
  expect(parseScheduleEvent({ input, previous: input, execution: 'e', now })).toEqual(first);
  // An execution of an earlier version passes no state.
  expect(parseScheduleEvent({ input, execution: 'e', now })).toEqual(first);
  const measurements = [{ name: 'ResourcesReady', value: 3 }];
  const previous = { next: 'scan', after: 'payments', looked: 5, started: 1, workspaces: [] };
  expect(
    parseScheduleEvent({
      input,
      previous: { ...previous, measurements: [...measurements, { name: 'other', value: 1 }] },
      now,
    }),
  ).toEqual({
    reason: 'drift',
    after: 'payments',
    looked: 5,
    started: 1,
    measurements,
    now: Date.parse(now),
  });
});

it('parseScheduleEvent: reads a management event that an execution of an earlier version passes', () => {
  const input = { source: 'aws.bedrock-agentcore', detail: { eventName: 'UpdateGateway' } };
  expect(parseScheduleEvent({ input, execution: 'e', now })).toEqual({
    detail: { eventName: 'UpdateGateway' },
    now: Date.parse(now),
  });
});

it.each([
  { input: { reason: 'hourly' }, execution: 'e' },
  { input: { detail: 'text' }, execution: 'e' },
  { input: { reason: 'drift' }, previous: { after: 'no/name', looked: 1, started: 1 } },
  { input: { reason: 'drift' }, previous: { after: 'payments', looked: -1, started: 1 } },
  { execution: 'e' },
])('parseScheduleEvent: rejects an event with an unknown reason, or an impossible state: %j', (given) => {
  expect(() => parseScheduleEvent({ ...given, now })).toThrow(
    expect.objectContaining({ code: 'InvalidEvent' }),
  );
});
