import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import type { ScreenStream } from '../screen.ts';

/** A terminal that shows nobody anything, and tests what a person would see. */
export interface Terminal {
  readonly stream: ScreenStream;
  /** Everything that stands on it, the lines that have scrolled away included, without empty lines at the end. */
  lines(): Promise<string[]>;
  resize(columns: number, rows: number): void;
}

export function openTerminal(columns = 80, rows = 24): Terminal {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  const stream: ScreenStream = Object.assign(new PassThrough(), { isTTY: true, columns, rows });
  let written: Promise<void> = Promise.resolve();
  stream.on('data', (chunk: Buffer) => {
    written = written.then(() => new Promise((resolve) => terminal.write(chunk, resolve)));
  });
  return {
    stream,
    async lines() {
      // The stream hands on what was written a turn later.
      await new Promise((resolve) => setImmediate(resolve));
      await written;
      const { active } = terminal.buffer;
      const lines = Array.from(
        { length: active.length },
        (_, index) => active.getLine(index)?.translateToString(true) ?? '',
      );
      return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
    },
    resize(newColumns, newRows) {
      terminal.resize(newColumns, newRows);
      Object.assign(stream, { columns: newColumns, rows: newRows });
    },
  };
}

/** A file, as far as the display is concerned. */
export function openFile(): { readonly stream: ScreenStream; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat([...chunks, stream.read() ?? Buffer.alloc(0)]).toString() };
}
