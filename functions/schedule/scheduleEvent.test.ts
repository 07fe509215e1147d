import { expect, it } from 'vitest';
import { parseScheduleEvent } from './scheduleEvent.ts';

const now = '2026-01-01T00:00:00Z';

it('parseScheduleEvent: reads what a schedule passes', () => {
  expect(parseScheduleEvent({ input: { reason: 'drift' }, execution: 'e', now })).toEqual({
    reason: 'drift',
    execution: 'e',
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
  { input: { reason: 'drift' } },
  { execution: 'e' },
])('parseScheduleEvent: rejects an event with an unknown reason, or without the execution: %j', (given) => {
  expect(() => parseScheduleEvent({ ...given, now })).toThrow(
    expect.objectContaining({ code: 'InvalidEvent' }),
  );
});
