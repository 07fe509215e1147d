import { type NextTime, parseCron } from '../../../core/cron.ts';
import { AwsError } from '../http/awsError.ts';

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses an expression of EventBridge Scheduler: `rate(15 minutes)`, `cron(0 12 * * ? *)` in UTC, or `at(…)`.
 * @throws AwsError `ValidationException`
 */
export function parseScheduleExpression(expression: string): NextTime {
  const [, kind = '', body = ''] = /^(rate|cron|at)\(([^()]+)\)$/.exec(expression) ?? [];
  const parse = PARSERS[kind];
  const next = parse?.(body.trim());
  if (next) return next;
  throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}

const PARSERS: Readonly<Record<string, (body: string) => NextTime | undefined>> = {
  rate: (body) => {
    const [, count = '', unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(body) ?? [];
    const unitMs = UNIT_MS[unit];
    // The service accepts only "1 minute" and "2 minutes".
    if (unitMs === undefined || (count === '1') !== (plural === '')) return undefined;
    return (after) => after + Number(count) * unitMs;
  },
  at: (body) => {
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(body) ? Date.parse(`${body}Z`) : Number.NaN;
    return Number.isNaN(time) ? undefined : (after) => (time > after ? time : undefined);
  },
  cron: (body) => parseCron(`cron(${body})`),
};
