import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { GateloopError } from '../../core/errors.ts';
import { openDatabase } from './sqlite.ts';

/** Held as long as a process uses a data directory. */
export interface DataLock {
  release(): void;
}

/**
 * Makes sure that only one process uses a data directory. SQLite takes a lock of the operating system, which ends with
 * the process, also with a killed one.
 *
 * @throws GateloopError `DataDirectoryInUse`, naming the holder; `DataDirectoryUnusable`
 */
export function lockDataDirectory(directory: string): DataLock {
  const ownerFile = join(directory, 'holder.json');
  const lock = openLock(directory);
  try {
    lock.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw inUseError(directory, ownerFile, cause);
  }
  try {
    writeFileSync(ownerFile, JSON.stringify({ pid: process.pid, since: new Date().toISOString() }));
  } catch (cause) {
    lock.close();
    throw unusableError(directory, cause);
  }
  return { release: () => lock.close() };
}

function openLock(directory: string): DatabaseSync {
  try {
    mkdirSync(directory, { recursive: true });
    return openDatabase(join(directory, 'lock.sqlite'));
  } catch (cause) {
    throw unusableError(directory, cause);
  }
}

function unusableError(directory: string, cause: unknown): GateloopError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GateloopError(
    'DataDirectoryUnusable',
    `The data directory ${directory} cannot be written (${why}). Free space on its disk or make it writable, or choose another directory.`,
    { details: { directory }, cause },
  );
}

function inUseError(directory: string, ownerFile: string, cause: unknown): GateloopError {
  const { pid = 'unknown', since = 'unknown' } = readOwner(ownerFile);
  return new GateloopError(
    'DataDirectoryInUse',
    `The data directory ${directory} is in use by process ${pid} since ${since}. Stop it, or choose another directory.`,
    { retryable: true, details: { directory, pid, since }, cause },
  );
}

function readOwner(file: string): { pid?: number; since?: string } {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {}; // The owner has not written it yet.
  }
}
