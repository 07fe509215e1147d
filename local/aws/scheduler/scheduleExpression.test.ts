import { describe, expect, it } from 'vitest';
import { parseScheduleExpression } from './scheduleExpression.ts';

const time = (text: string) => Date.parse(text);

describe('a schedule expression', () => {
  it.each([
    ['rate(1 minute)', '2026-01-01T00:00:30Z', '2026-01-01T00:01:30Z'],
    ['rate(6 hours)', '2026-01-01T00:00:00Z', '2026-01-01T06:00:00Z'],
    ['rate(7 days)', '2026-01-01T00:00:00Z', '2026-01-08T00:00:00Z'],
    ['cron(15 10 * * ? *)', '2026-01-01T10:15:00Z', '2026-01-02T10:15:00Z'],
    ['cron(0 18 ? * MON-FRI *)', '2026-01-02T19:00:00Z', '2026-01-05T18:00:00Z'],
    ['cron(0 8 1 * ? *)', '2026-01-01T08:00:00Z', '2026-02-01T08:00:00Z'],
    ['cron(0/15 * * * ? *)', '2026-01-01T00:14:59Z', '2026-01-01T00:15:00Z'],
    ['cron(5/20,50 * * * ? *)', '2026-01-01T00:45:00Z', '2026-01-01T00:50:00Z'],
    ['cron(0/10 * ? * 2-6 *)', '2026-01-02T23:59:00Z', '2026-01-05T00:00:00Z'],
    ['cron(0 9 ? * 2#1 *)', '2026-01-06T00:00:00Z', '2026-02-02T09:00:00Z'],
    ['cron(0 9 L * ? *)', '2026-01-01T00:00:00Z', '2026-01-31T09:00:00Z'],
    ['cron(0 9 ? * 5L *)', '2026-01-01T00:00:00Z', '2026-01-29T09:00:00Z'],
    ['cron(0 9 ? * FRIL *)', '2026-01-01T00:00:00Z', '2026-01-30T09:00:00Z'],
    ['cron(0 9 15W * ? *)', '2026-02-01T00:00:00Z', '2026-02-16T09:00:00Z'],
    ['cron(0 0 1 1 ? 2030)', '2026-01-01T00:00:00Z', '2030-01-01T00:00:00Z'],
    ['at(2026-03-01T12:00:00)', '2026-01-01T00:00:00Z', '2026-03-01T12:00:00Z'],
  ])('%s after %s is due at %s', (expression, after, due) => {
    expect(new Date(parseScheduleExpression(expression)(time(after)) ?? 0)).toEqual(new Date(due));
  });

  it.each(['cron(0 0 1 1 ? 2020)', 'at(2020-03-01T12:00:00)'])('%s is never due again', (expression) => {
    expect(parseScheduleExpression(expression)(time('2026-01-01T00:00:00Z'))).toBeUndefined();
  });

  it.each([
    'rate(1 minutes)',
    'rate(5 minute)',
    'rate(0 minutes)',
    'rate(5 weeks)',
    'cron(0 12 * * *)',
    'cron(0 12 * * * *)',
    'cron(0 12 ? * ? *)',
    'cron(99 12 * * ? *)',
    'at(tomorrow)',
    '5 minutes',
  ])('refuses %s', (expression) => {
    expect(() => parseScheduleExpression(expression)).toThrow(`Invalid Schedule Expression ${expression}.`);
  });
});
