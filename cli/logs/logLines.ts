import { isoTime } from '../../core/fleet/times.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { defined, omit } from '../../core/objects.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { withoutAccess } from '../../core/text/redactAccess.ts';
import type { Screen, Style } from '../display/screen.ts';
import { shortTime } from '../fleet/fleetText.ts';
import type { RawLine } from './logReader.ts';

/** One line of `gateloop logs --json`. */
export interface LogLine {
  readonly time: string;
  readonly function: string;
  readonly level: string;
  readonly message: string;
  readonly workspace?: string;
  /** Everything else that the function logged, without links, tokens, user ids and e-mail addresses. */
  readonly fields: JsonObject;
}

/** One line of `gateloop events --json`. */
export interface EventLine {
  readonly time: string;
  readonly type: string;
  readonly source: string;
  readonly workspace?: string;
  /** Without links, tokens, user ids and e-mail addresses. */
  readonly detail: JsonValue;
}

/** The levels of the logger, from the least to the most important. */
export const logLevels = ['DEBUG', 'INFO', 'WARN', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What Lambda itself writes. */
const PLATFORM_LINE = /^(START|END|REPORT|INIT_START|XRAY) /;

/** @returns undefined for a line that tells nothing to people: metrics, and what Lambda itself writes */
export function logLine({ group, time, message }: RawLine): LogLine | undefined {
  const parsed = parsedObject(message);
  const about = { time: isoTime(time), function: group.slice(group.lastIndexOf('/') + 1) };
  if (!parsed)
    return PLATFORM_LINE.test(message)
      ? undefined
      : { ...about, level: 'INFO', message: String(withoutAccess(message.trim())), fields: {} };
  if (parsed._aws !== undefined || asText(parsed.type).startsWith('platform.')) return undefined;
  const { level, workspace } = parsed;
  const text = asText(parsed.message) || asText(parsed.errorMessage);
  const fields = withoutAccess(
    omit(parsed, 'level', 'message', 'workspace', 'timestamp', 'service', 'sampling_rate'),
  );
  return {
    ...about,
    level: asText(level) || (parsed.errorType === undefined ? 'INFO' : 'ERROR'),
    message: String(withoutAccess(text)),
    ...defined({ workspace: typeof workspace === 'string' ? workspace : undefined }),
    fields: isJsonObject(fields) ? fields : {},
  };
}

/** @returns undefined for a line that is no event */
export function eventLine({ time, message }: RawLine): EventLine | undefined {
  const event = parsedObject(message);
  if (!event) return undefined;
  const detail = event.detail ?? {};
  const workspace = isJsonObject(detail) ? detail.workspace : undefined;
  return {
    time: asText(event.time) || isoTime(time),
    type: asText(event['detail-type']),
    source: asText(event.source),
    ...defined({ workspace: typeof workspace === 'string' ? workspace : undefined }),
    detail: withoutAccess(detail),
  };
}

function parsedObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    // JSON.parse returns nothing else than JSON.
    return isJsonObject(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

const LEVEL_STYLES: Readonly<Record<string, Style>> = {
  DEBUG: 'dim',
  WARN: 'yellow',
  ERROR: 'red',
  CRITICAL: 'red',
};

/** Fields that only help to find other lines. */
const QUIET_FIELDS = ['execution', 'xray_trace_id', 'cold_start', 'function_request_id', 'reference'];

export function logText(line: LogLine, isWide: boolean, { paint }: Pick<Screen, 'paint'>): string {
  const { time, level, message, workspace, fields } = line;
  const style = LEVEL_STYLES[level];
  const shown = isWide ? fields : omit(fields, ...QUIET_FIELDS);
  return [
    paint('dim', shortTime(time)),
    terminalText(line.function),
    style ? paint(style, terminalText(level)) : terminalText(level),
    ...(workspace === undefined ? [] : [terminalText(workspace)]),
    terminalText(message),
    ...(Object.keys(shown).length > 0 ? [paint('dim', terminalText(JSON.stringify(shown)))] : []),
  ].join('  ');
}

/** Characters of a detail that are shown without `--wide`. */
const SHORT = 300;

export function eventText(
  { time, type, workspace, detail }: EventLine,
  isWide: boolean,
  { paint }: Pick<Screen, 'paint'>,
): string {
  const text = terminalText(JSON.stringify(detail));
  return [
    paint('dim', shortTime(time)),
    paint('bold', terminalText(type)),
    ...(workspace === undefined ? [] : [terminalText(workspace)]),
    paint('dim', isWide || text.length <= SHORT ? text : `${text.slice(0, SHORT)}…`),
  ].join('  ');
}
