import type { EndedPass } from './passes.ts';
import type { WorkspaceResult } from './result.ts';
import { type TableSettings, workspaceTable } from './table.ts';

/** What to say of passes that have ended. */
export interface PassLines {
  /** Stay on the screen. */
  readonly tables: readonly string[];
  /** Says that there was nothing to do, until there is something else to say. */
  readonly quiet?: string;
}

export interface PassReportOptions {
  readonly table: TableSettings;
  readonly resultOf: (workspace: string) => WorkspaceResult;
}

/**
 * Says what passes ended in: a table for a workspace where something was done or came out otherwise than before, one
 * line for the rest, since a look at what has drifted comes every fifteen minutes.
 */
export class PassReport {
  readonly #options: PassReportOptions;
  readonly #before = new Map<string, string>();

  constructor(options: PassReportOptions) {
    this.#options = options;
  }

  linesOf(ended: readonly EndedPass[]): PassLines {
    const tables: string[] = [];
    const same: string[] = [];
    for (const { workspace, acted } of ended) {
      const result = this.#options.resultOf(workspace);
      const digest = JSON.stringify(result);
      const isSame = digest === this.#before.get(workspace);
      this.#before.set(workspace, digest);
      if (isSame && !acted) same.push(workspace);
      else tables.push(this.#table(workspace, result));
    }
    if (tables.length > 0) tables.push('');
    return { tables, ...(same.length > 0 && { quiet: `Looked at ${same.join(', ')}: nothing to do` }) };
  }

  #table(workspace: string, result: WorkspaceResult): string {
    return `\n${workspaceTable(workspace, result, this.#options.table)}`;
  }
}
