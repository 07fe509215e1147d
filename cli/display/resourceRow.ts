import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import { durationText } from './durationText.ts';
import type { Row } from './row.ts';
import type { Screen } from './screen.ts';
import { operationWords, stateLooks } from './stateLook.ts';

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
  const { mark, style } = stateLooks[row.state];
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
