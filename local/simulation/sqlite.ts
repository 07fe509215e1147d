import { getBuiltinModule } from 'node:process';
import type { DatabaseSync } from 'node:sqlite';
import { GateloopError } from '../../core/errors.ts';

/** Node has it since 22.13. The types say always. */
const sqlite = getBuiltinModule('node:sqlite') as typeof import('node:sqlite') | undefined;

/** Whether the embedded AWS can keep its state in a data directory on this Node. */
export const hasSqlite = sqlite !== undefined;

/**
 * @param file a path; SQLite creates the file
 * @throws GateloopError `NodeTooOld` where `hasSqlite` is false
 */
export function openDatabase(file: string): DatabaseSync {
  if (sqlite) return new sqlite.DatabaseSync(file);
  throw new GateloopError(
    'NodeTooOld',
    `This is Node ${process.versions.node}, and a data directory needs SQLite, which Node has since 22.13. Run Gateloop on a newer Node.`,
  );
}
