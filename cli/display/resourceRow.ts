import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Address } from '../../core/address.ts';
import type { Operation, ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import type { Screen } from './screen.ts';
import { operationWords, stateStyles } from './stateStyles.ts';

/** One resource as the display shows it. Times in simulated ms since the epoch. */
export interface Row {
  readonly workspace: string;
  readonly address: Address;
  readonly state: ResourceCondition;
  /** The operation under way. */
  readonly doing?: Operation;
  /** Since when it does this, or is in this state. */
  readonly since: number;
  readonly reasons: readonly string[];
  /** The id that a person's link to the request carries, while an answer is awaited. */
  readonly request?: string;
}

const AWAITING: ReadonlySet<ResourceCondition> = new Set(['awaiting-authorization', 'awaiting-approval']);

export function rowOf(workspace: string, memory: ResourceRecord): Row {
  const { address, state, since, reasons, operation, request } = memory;
  const doing = state === 'in-progress' ? operation : undefined;
  return {
    workspace,
    address,
    state,
    reasons,
    since: doing?.startedAt ?? since,
    ...(doing && { doing: doing.operation }),
    ...(request && !request.closed && AWAITING.has(state) && { request: request.id }),
  };
}

/** Whether nothing is under way for the resource. */
export function isSettled({ state }: Row): boolean {
  return state !== 'in-progress';
}

/** The longest that a state and its time need, such as `awaiting-authorization 12 min 30 s`, in characters. */
const STATE_WIDTH = 24;

/** What a row's line is drawn with. */
export interface LineSettings {
  readonly screen: Screen;
  /** Simulated ms since the epoch. */
  readonly now: number;
  /** Of the longest address in the list. */
  readonly addressWidth: number;
}

/**
 * A resource in one line: its mark, its address, what it is doing and how long, why.
 * On a narrow screen an address loses its beginning, so that what tells it from its neighbours stays.
 */
export function rowLine(row: Row, { screen, now, addressWidth }: LineSettings): string {
  const { mark, style } = stateStyles[row.state];
  const room = Math.max(16, screen.width - STATE_WIDTH - 8);
  const address = padded(cliTruncate(row.address, room, { position: 'start' }), Math.min(addressWidth, room));
  const reason = row.reasons.length > 0 ? screen.paint('dim', `  ${oneLine(row.reasons.join(' '))}`) : '';
  return `  ${screen.paint(style, mark)} ${address}  ${screen.paint(style, stateWords(row, now))}${reason}`;
}

/** The state with how long it has lasted: `creating 12 s`, `ready 4 min`. */
export function stateWords({ state, doing, since }: Row, now: number): string {
  const words = state === 'in-progress' ? (doing ? operationWords[doing] : 'waiting') : state;
  return `${words} ${durationText(now - since)}`;
}

/** Pads by columns on the screen: an ideograph takes two. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** What a service says may hold line breaks, which would break the drawing, and control characters, which could do worse. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim();
}

/** @returns a duration as people say it: `45 s`, `1 min 20 s`, `2 h 5 min` */
export function durationText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const WIDEST = 30;

/** @returns `████······ 6 of 10 settled`, or undefined when nothing is under way */
export function progressBar(rows: readonly Row[], screenWidth: number): string | undefined {
  const settled = rows.filter(isSettled).length;
  if (settled === rows.length) return undefined;
  const width = Math.min(WIDEST, Math.max(8, screenWidth - 40));
  const filled = Math.floor((settled / rows.length) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${settled} of ${rows.length} settled`;
}
