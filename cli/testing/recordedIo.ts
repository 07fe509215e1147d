import { PassThrough } from 'node:stream';
import type { CommandIo } from '../commandSpec.ts';

export interface RecordedIo extends CommandIo {
  /** @returns the output so far */
  readonly written: () => { readonly stdout: string; readonly stderr: string };
}

/** Streams that are no terminal and record their output. */
export function recordedIo(environment: NodeJS.ProcessEnv = {}): RecordedIo {
  const open = () => {
    const stream = new PassThrough({ encoding: 'utf8' });
    let text = '';
    stream.on('data', (chunk: string) => {
      text += chunk;
    });
    return { stream, text: () => text };
  };
  const stdout = open();
  const stderr = open();
  return {
    environment,
    stdout: stdout.stream,
    stderr: stderr.stream,
    written: () => ({ stdout: stdout.text(), stderr: stderr.text() }),
  };
}
