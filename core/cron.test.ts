import { expect, it } from 'vitest';
import { parseCron } from './cron.ts';

const AFTER = Date.UTC(2026, 0, 1);

// The examples of the user guides of EventBridge and EventBridge Scheduler; 1 January 2026 is a Thursday.
it.each([
  ['cron(0 10 * * ? *)', '2026-01-01T10:00:00Z'],
  ['cron(15 12 * * ? *)', '2026-01-01T12:15:00Z'],
  ['cron(0 18 ? * MON-FRI *)', '2026-01-01T18:00:00Z'],
  ['cron(0 8 1 * ? *)', '2026-01-01T08:00:00Z'],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:15:00Z'],
  ['cron(0/10 * ? * MON-FRI *)', '2026-01-01T00:10:00Z'],
  ['cron(0/5 8-17 ? * MON-FRI *)', '2026-01-01T08:00:00Z'],
  ['cron(0/30 20-23,0-2 ? * MON-FRI *)', '2026-01-01T00:30:00Z'],
  ['cron(15 10 ? * 6L 2022-2027)', '2026-01-30T10:15:00Z'],
  ['cron(0 9 ? * 3#2 *)', '2026-01-13T09:00:00Z'],
  ['cron(0 9 L * ? *)', '2026-01-31T09:00:00Z'],
  ['cron(0 9 3W * ? *)', '2026-01-02T09:00:00Z'],
  ['cron(0 12 1 JAN,JUL ? 2027)', '2027-01-01T12:00:00Z'],
  ['cron(  0  10 * *   ? * )', '2026-01-01T10:00:00Z'],
])('parseCron: %s comes first at %s', (expression, time) => {
  expect(parseCron(expression)?.(AFTER)).toBe(Date.parse(time));
});

it('parseCron: goes on from each time to the next', () => {
  const next = parseCron('cron(0 6 ? * SAT,SUN *)');
  const first = next?.(AFTER) ?? 0;
  expect([first, next?.(first)]).toEqual([Date.UTC(2026, 0, 3, 6), Date.UTC(2026, 0, 4, 6)]);
});

it.each([
  ['five fields', 'cron(0 10 * * ?)'],
  ['seven fields', 'cron(0 0 10 * * ? *)'],
  ['no question mark', 'cron(0 10 * * * *)'],
  ['two question marks', 'cron(0 10 ? * ? *)'],
  ['a question mark for the month', 'cron(0 10 * ? ? *)'],
  ['a minute that is none', 'cron(60 10 * * ? *)'],
  ['day 0 of the week', 'cron(0 10 ? * 0 *)'],
  ['a year out of range', 'cron(0 10 * * ? 2200)'],
  ['a nickname', 'cron(@daily)'],
  ['a step of zero', 'cron(0/0 * * * ? *)'],
  ['no parentheses', '0 10 * * ? *'],
])('parseCron: refuses an expression with %s: %s', (_fault, expression) => {
  expect(parseCron(expression)).toBeUndefined();
});

it('parseCron: has no time after the last year of an expression, nor for 30 February', () => {
  expect(parseCron('cron(0 0 1 1 ? 2020)')?.(AFTER)).toBeUndefined();
  expect(parseCron('cron(0 0 30 2 ? *)')?.(AFTER)).toBeUndefined();
});
