import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import type { Clock } from '../../simulation/clock.ts';

export interface LogEntry {
  /** Simulated milliseconds since the epoch. */
  readonly at: number;
  readonly function: string;
  readonly requestId: string | undefined;
  readonly stream: 'stdout' | 'stderr' | 'runtime';
  readonly text: string;
}

const MAX_ENTRIES = 2_000;
/** A system that runs for weeks must not fill the disk: only one full file is kept beside the current one. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** The output of functions: the latest entries in memory, all of them in a file. */
export class FunctionLog {
  readonly #clock: Clock;
  readonly #file: string | undefined;
  readonly #entries: LogEntry[] = [];
  #descriptor: number | undefined;
  #size = 0;

  /** @param file JSON lines are appended to it; without it, entries stay in memory */
  constructor(clock: Clock, file?: string) {
    this.#clock = clock;
    this.#file = file;
    if (file !== undefined) this.#open(file);
  }

  add(entry: Omit<LogEntry, 'at'>): void {
    const timestamped = { at: this.#clock.now(), ...entry };
    this.#entries.push(timestamped);
    if (this.#entries.length > MAX_ENTRIES * 1.5) this.#entries.splice(0, this.#entries.length - MAX_ENTRIES);
    if (this.#file !== undefined && this.#descriptor !== undefined)
      this.#append(this.#file, this.#descriptor, `${JSON.stringify(timestamped)}\n`);
  }

  /** The latest entries, oldest first. */
  entries(filter: { function?: string; requestId?: string } = {}): readonly LogEntry[] {
    return this.#entries.filter(
      (entry) =>
        (filter.function === undefined || entry.function === filter.function) &&
        (filter.requestId === undefined || entry.requestId === filter.requestId),
    );
  }

  /** Entries that are added from now on stay in memory. */
  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(file: string): number {
    this.#descriptor = openSync(file, 'a');
    this.#size = fstatSync(this.#descriptor).size;
    return this.#descriptor;
  }

  #append(file: string, descriptor: number, line: string): void {
    let current = descriptor;
    if (this.#size > MAX_FILE_BYTES) {
      this.close();
      renameSync(file, `${file}.1`);
      current = this.#open(file);
    }
    this.#size += writeSync(current, line);
  }
}
