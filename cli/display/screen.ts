import { styleText } from 'node:util';
import cliTruncate from 'cli-truncate';
import { createLogUpdate } from 'log-update';
import wrapAnsi from 'wrap-ansi';

/** Of a terminal that does not tell its size, in characters. */
const DEFAULT_WIDTH = 80;
const DEFAULT_HEIGHT = 24;
/** Of what is no terminal: nothing is cut there that anybody would write. */
const PLAIN_WIDTH = 1000;

export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** Where a person reads. */
export interface Screen {
  /** Whether lines can be drawn anew in place. */
  readonly isLive: boolean;
  readonly width: number;
  readonly height: number;
  /** Colors a text where colors are wanted: on a terminal, unless NO_COLOR is set. */
  paint(style: Style, text: string): string;
  /** Writes what stays; long lines are wrapped between words, with the indentation of their first line and a bit. */
  say(text: string): void;
  /** Puts these lines in place of those shown before; none takes them away. Each is cut to the width. */
  show(lines: readonly string[]): void;
}

/** The part of a stream that a screen needs. `process.stdout` is one. */
export type ScreenStream = NodeJS.WritableStream &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/** @returns a screen that redraws on a terminal, and one that only writes elsewhere */
export function screenOn(stream: ScreenStream, environment: NodeJS.ProcessEnv = process.env): Screen {
  const isLive = stream.isTTY === true && environment.TERM !== 'dumb';
  // https://no-color.org: present and not empty, whatever its value.
  const isColored = isLive && !environment.NO_COLOR;
  const paint = (style: Style, text: string) =>
    isColored ? styleText(style, text, { validateStream: false }) : text;
  if (!isLive) {
    return {
      isLive,
      width: PLAIN_WIDTH,
      height: Number.POSITIVE_INFINITY,
      paint,
      say: (text) => void stream.write(`${text}\n`),
      show: () => {},
    };
  }
  return liveScreen(stream, paint);
}

function liveScreen(stream: ScreenStream, paint: Screen['paint']): Screen {
  // The cursor stays: nothing has to bring it back, however the process ends.
  const update = createLogUpdate(stream, { showCursor: true });
  const width = () => Math.max(20, stream.columns ?? DEFAULT_WIDTH);
  return {
    isLive: true,
    get width() {
      return width();
    },
    get height() {
      return stream.rows ?? DEFAULT_HEIGHT;
    },
    paint,
    say: (text) => {
      update.clear();
      stream.write(`${wrapped(text, width())}\n`);
    },
    show: (lines) => {
      if (lines.length === 0) update.clear();
      // One column is left free: some terminals begin a new line when the last one is written to.
      else update(lines.map((line) => cliTruncate(line, width() - 1)).join('\n'));
    },
  };
}

/** Links are wrapped hard by the terminal, never by us: a link that holds a line break cannot be followed. */
function wrapped(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => {
      const indent = /^ */.exec(line)?.[0] ?? '';
      const inner = wrapAnsi(line.slice(indent.length), Math.max(20, width - indent.length), { hard: false });
      return inner
        .split('\n')
        .map((part) => indent + part)
        .join('\n');
    })
    .join('\n');
}
