import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGone } from './workspaceFiles.ts';

/** The port of the console, where no start on the data directory has had another. */
export const DEFAULT_PORT = 4700;

/**
 * The port of the console and of the pages. Messages that people got hold links with the port of the start that sent them,
 * so that a later start on the same data serves the same port unless the command line names another.
 */
export class ConsolePort {
  readonly #file: string;

  constructor(data: string) {
    this.#file = join(data, 'port');
  }

  /** @returns the port of the last start on the data directory */
  read(): number | undefined {
    try {
      const port = Number(readFileSync(this.#file, 'utf8'));
      return Number.isInteger(port) && port > 0 && port <= 65_535 ? port : undefined;
    } catch (error) {
      if (isGone(error)) return undefined;
      throw error;
    }
  }

  write(port: number): void {
    mkdirSync(join(this.#file, '..'), { recursive: true });
    writeFileSync(this.#file, `${port}\n`);
  }
}
