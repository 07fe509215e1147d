import { styleText } from 'node:util';
import cliTruncate from 'cli-truncate';
import { createLogUpdate } from 'log-update';
import wrapAnsi from 'wrap-ansi';
import { type Annotation, githubAnnotation, terminalLines } from '../../core/text/encoders.ts';

/** Size of a terminal that does not report one, in characters. */
const DEFAULT_WIDTH = 80;
const DEFAULT_HEIGHT = 24;
/** Width of a stream that is no terminal: wide enough not to truncate any line. */
const PLAIN_WIDTH = 1000;

export type Style = 'green' | 'red' | 'yellow' | 'cyan' | 'dim' | 'bold';

/** The output that a person reads: a terminal or a plain stream. */
export interface Screen {
  /** Whether the screen can redraw lines in place. */
  readonly isLive: boolean;
  readonly width: number;
  readonly height: number;
  /** Colors the text on a terminal, unless NO_COLOR is set. */
  paint(style: Style, text: string): string;
  /**
   * Writes permanent lines; wraps long lines between words and keeps their indentation. Untrusted text passes `terminalText`
   * first: here its line breaks and colors cannot be told from those of the caller.
   */
  say(text: string): void;
  /** In a workflow of GitHub, shows a problem beside its line of the changed file too; elsewhere does nothing. */
  annotate(annotation: Annotation): void;
  /** Replaces the redrawn lines; an empty list removes them. Truncates each line to the width. */
  show(lines: readonly string[]): void;
}

/** The part of a stream that a screen needs. `process.stdout` is one. */
export type ScreenStream = NodeJS.WritableStream &
  Partial<Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'rows'>>;

/** @returns a screen that redraws on a terminal and appends to any other stream */
export function screenOn(stream: ScreenStream, environment: NodeJS.ProcessEnv = process.env): Screen {
  const isLive = stream.isTTY === true && environment.TERM !== 'dumb';
  // https://no-color.org: any value that is not empty disables color.
  const isColored = isLive && !environment.NO_COLOR;
  const paint = (style: Style, text: string) =>
    isColored ? styleText(style, text, { validateStream: false }) : text;
  if (!isLive) {
    return {
      isLive,
      width: PLAIN_WIDTH,
      height: Number.POSITIVE_INFINITY,
      paint,
      say: (text) => void stream.write(`${terminalLines(text)}\n`),
      annotate: (annotation) => {
        if (environment.GITHUB_ACTIONS === 'true') stream.write(`${githubAnnotation(annotation)}\n`);
      },
      show: () => {},
    };
  }
  return liveScreen(stream, paint);
}

function liveScreen(stream: ScreenStream, paint: Screen['paint']): Screen {
  // The cursor stays visible: a killed process could not show it again.
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
      stream.write(`${wrapped(terminalLines(text), width())}\n`);
    },
    // A runner has no terminal.
    annotate: () => {},
    show: (lines) => {
      if (lines.length === 0) update.clear();
      // Leaves one column free: some terminals wrap when a program writes to the last column.
      else update(lines.map((line) => cliTruncate(terminalLines(line), width() - 1)).join('\n'));
    },
  };
}

/** Wraps between words only: the terminal itself wraps links, because a line break in a link would break it. */
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
