import { Cron } from 'croner';

/** A cron expression as EventBridge writes it, with six fields in UTC: `cron(0 12 ? * MON-FRI *)`. */
export type CronExpression = `cron(${string})`;

/** Calculates the first time of a schedule after a given one, both in ms since the epoch; undefined where there is none. */
export type NextTime = (after: number) => number | undefined;

/** One value, a range or `*`, with or without a step; several of them are separated by commas. */
const list = (value: string) => `(?:\\*|${value})(?:-${value})?(?:/\\d+)?`;
const field = (value: string, ...others: string[]) =>
  new RegExp(`^(?:${[`${list(value)}(?:,${list(value)})*`, ...others].join('|')})$`, 'i');
const MONTH = '(?:\\d{1,2}|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)';
const WEEKDAY = '(?:[1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)';

/** The fields of an expression. The library accepts more than EventBridge documents, such as seconds and `@hourly`. */
const fieldPatterns: readonly RegExp[] = [
  field('\\d{1,2}'),
  field('\\d{1,2}'),
  field('\\d{1,2}', '\\?', 'L', '\\d{1,2}W'),
  field(MONTH),
  field(WEEKDAY, '\\?', 'L', `${WEEKDAY}L`, `${WEEKDAY}#[1-5]`),
  field('(?:19[7-9]\\d|2[01]\\d\\d)'),
];

/** The largest value of each field; `5/15` means from 5 to there in steps of 15, which the library requires in full. */
const fieldMaximums = [59, 23, 31, 12, 7, 2199];

/**
 * Parses a cron expression of EventBridge.
 *
 * @returns undefined for a text that is none
 */
export function parseCron(text: string): NextTime | undefined {
  const [, body = ''] = /^cron\(([^()]+)\)$/.exec(text) ?? [];
  const fields = body.trim().split(/\s+/);
  const [, , dayOfMonth, , dayOfWeek] = fields;
  // EventBridge requires "?" for exactly one of the two.
  if (fields.length !== fieldPatterns.length || (dayOfMonth === '?') === (dayOfWeek === '?'))
    return undefined;
  if (!fieldPatterns.every((pattern, index) => pattern.test(fields[index] ?? ''))) return undefined;
  const parts = fields.map((each, index) => each.replace(/(^|,)(\d+)\//g, `$1$2-${fieldMaximums[index]}/`));
  // EventBridge writes the last Thursday of the month as 5L, and the library as 5#L.
  parts[4] = (parts[4] ?? '').replace(/^([1-7]|[A-Z]{3})L$/i, '$1#L').replace(/^L$/i, '7');
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
