import { Cron } from 'croner';
import { AwsError } from '../http/awsError.ts';

/** The next due time after a given time, in ms since the epoch; undefined when there is none. */
export type NextOccurrence = (after: number) => number | undefined;

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Parses an expression of EventBridge Scheduler: `rate(15 minutes)`, `cron(0 12 * * ? *)` in UTC, or `at(…)`.
 * @throws AwsError `ValidationException`
 */
export function parseScheduleExpression(expression: string): NextOccurrence {
  const [, kind = '', body = ''] = /^(rate|cron|at)\(([^()]+)\)$/.exec(expression) ?? [];
  const parse = PARSERS[kind];
  const next = parse?.(body.trim());
  if (next) return next;
  throw new AwsError('ValidationException', `Invalid Schedule Expression ${expression}.`);
}

const PARSERS: Readonly<Record<string, (body: string) => NextOccurrence | undefined>> = {
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
  cron: (body) => {
    const fields = body.split(/\s+/);
    const [, , dayOfMonth, , dayOfWeek] = fields;
    // The service requires "?" for one of the two.
    if (fields.length !== 6 || (dayOfMonth === '?') === (dayOfWeek === '?')) return undefined;
    return parseCron(fields);
  },
};

/** The largest value of each field; `5/15` means from 5 to there in steps of 15, which the library requires in full. */
const FIELD_MAXIMUMS = [59, 23, 31, 12, 7, 2199];

function parseCron(fields: readonly string[]): NextOccurrence | undefined {
  const parts = fields.map((field, index) =>
    field.replace(/(^|,)(\d+)\//g, `$1$2-${FIELD_MAXIMUMS[index]}/`),
  );
  // The service writes the last Thursday of the month as 5L, and the library as 5#L.
  parts[4] = (parts[4] ?? '').replace(/^([1-7]|[A-Z]{3})L$/i, '$1#L').replace(/^L$/, '7');
  try {
    const cron = new Cron(['0', ...parts].join(' '), {
      timezone: 'UTC',
      mode: '7-part',
      // 1 is Sunday, as in Quartz.
      alternativeWeekdays: true,
      paused: true,
    });
    return (after) => cron.nextRun(new Date(after))?.getTime();
  } catch {
    return undefined;
  }
}
