import { formatUtcTime } from '../../../core/authorization/pageCopy.ts';
import { type Html, html } from '../../web/html.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * A duration in one unit, rounded down: a screen changes at most once a minute while only time passes, and its ETag with it.
 *
 * @param ms a duration, also a negative one
 */
export function coarseDuration(ms: number): string {
  const length = Math.abs(ms);
  if (length < MINUTE) return 'less than 1 min';
  if (length < HOUR) return `${Math.floor(length / MINUTE)} min`;
  if (length < 2 * DAY) return `${Math.floor(length / HOUR)} h`;
  return `${Math.floor(length / DAY)} days`;
}

/** @param seconds how long a step or an execution took */
export function exactDuration(seconds: number): string {
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/**
 * A time with how long ago it was.
 *
 * @param time ISO 8601
 * @param now ISO 8601
 */
export function ago(time: string, now: string): Html {
  return withTime(time, `${coarseDuration(Date.parse(now) - Date.parse(time))} ago`);
}

/** How long something has lasted, or how long until a time. */
export function span(time: string, now: string): Html {
  return withTime(time, coarseDuration(Date.parse(now) - Date.parse(time)));
}

/** A time to come; what should have begun already is due. */
export function until(time: string, now: string): Html {
  const left = Date.parse(time) - Date.parse(now);
  return withTime(time, left <= 0 ? 'due' : `in ${coarseDuration(left)}`);
}

function withTime(time: string, words: string): Html {
  return html`<time datetime="${time}" title="${formatUtcTime(Date.parse(time))}">${words}</time>`;
}

/** The time itself, to the second. */
export function exactTime(time: string): Html {
  const [day = '', clock = ''] = new Date(time).toISOString().split('T');
  return html`<time datetime="${time}" class="nowrap">${day} ${clock.slice(0, 8)} UTC</time>`;
}
