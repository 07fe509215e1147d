import { PassThrough } from 'node:stream';
import xterm from '@xterm/headless';
import type { ScreenStream } from '../screen.ts';

/** An in-memory terminal for tests: it renders what a person would see. */
export interface Terminal {
  readonly stream: ScreenStream;
  /** All lines including the scrollback, without empty lines at the end. */
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
      // The stream emits written data one turn of the event loop later.
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

/** A stream that is no terminal, such as a file. */
export function openFile(): { readonly stream: ScreenStream; text(): string } {
  const stream = new PassThrough();
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return { stream, text: () => Buffer.concat([...chunks, stream.read() ?? Buffer.alloc(0)]).toString() };
}
