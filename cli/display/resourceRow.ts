import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Address } from '../../core/address.ts';
import { operationWords } from '../../core/outcome/stateMarks.ts';
import type { Operation, ResourceCondition, ResourceRecord } from '../../core/reconcile/ledgerRecord.ts';
import { terminalText } from '../../core/text/encoders.ts';
import type { Screen } from './screen.ts';
import { stateStyles } from './stateStyles.ts';

/** One resource as the display shows it. Times in simulated ms since the epoch. */
export interface Row {
  readonly workspace: string;
  readonly address: Address;
  readonly state: ResourceCondition;
  /** The operation in progress. */
  readonly doing?: Operation;
  /** The start of the operation or of the state. */
  readonly since: number;
  readonly reasons: readonly string[];
  /** The id of the open request, which is part of its link, while the resource waits for a person. */
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

/** Whether no operation on the resource is in progress. */
export function isSettled({ state }: Row): boolean {
  return state !== 'in-progress';
}

/** Width of a state with its duration, in characters. */
const STATE_WIDTH = 24;

/** Settings for the line of a row. */
export interface LineSettings {
  readonly screen: Screen;
  /** Simulated ms since the epoch. */
  readonly now: number;
  /** Width of the longest address in the list, in columns. */
  readonly addressWidth: number;
}

/**
 * Formats a resource as one line: mark, address, state with duration, reasons.
 * A narrow screen truncates the start of an address, because addresses of one gateway share their start.
 */
export function rowLine(row: Row, { screen, now, addressWidth }: LineSettings): string {
  const { mark, style } = stateStyles[row.state];
  const room = Math.max(16, screen.width - STATE_WIDTH - 8);
  const address = padded(
    cliTruncate(terminalText(row.address), room, { position: 'start' }),
    Math.min(addressWidth, room),
  );
  const reason =
    row.reasons.length > 0 ? screen.paint('dim', `  ${terminalText(row.reasons.join(' '))}`) : '';
  return `  ${screen.paint(style, mark)} ${address}  ${screen.paint(style, stateWords(row, now))}${reason}`;
}

/** The state with its duration: `creating 12 s`, `ready 4 min`. */
export function stateWords({ state, doing, since }: Row, now: number): string {
  const words = state === 'in-progress' ? (doing ? operationWords[doing] : 'waiting') : state;
  return `${words} ${durationText(now - since)}`;
}

/** Pads to a width in columns: an ideograph takes two. */
export function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** @returns a readable duration: `45 s`, `1 min 20 s`, `2 h 5 min` */
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
