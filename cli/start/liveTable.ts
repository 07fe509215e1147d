import stringWidth from 'string-width';
import { durationText, isSettled, progressBar, type Row, rowLine } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';

/** The input of the live table. Times in simulated ms since the epoch. */
export interface Motion {
  readonly rows: readonly Row[];
  /** Workspaces under reconciliation, with its start. */
  readonly underWay: ReadonlyMap<string, number>;
  readonly now: number;
  /** The elapsed time beside the progress bar. */
  readonly elapsed: string;
}

/** The lines that the display redraws in place while a reconciliation runs. */
export function liveTable({ rows, underWay, now, elapsed }: Motion, screen: Screen): string[] {
  const shown = rows.filter(({ workspace }) => underWay.has(workspace));
  const addressWidth = Math.max(0, ...shown.map(({ address }) => stringWidth(address)));
  const settings = { screen, now, addressWidth };
  const bar = progressBar(shown, screen.width);
  const foot = screen.paint('cyan', `${bar ?? 'Reconciling'}  ${elapsed}`);
  const groups = [...underWay].sort().map(([workspace, since]) => {
    const own = shown.filter((row) => row.workspace === workspace);
    const looking =
      own.length === 0 ? screen.paint('dim', `  reading the manifest ${durationText(now - since)}`) : '';
    return { head: screen.paint('bold', workspace) + looking, rows: own };
  });
  return [...fitted(groups, screen.height - 2, (row) => rowLine(row, settings)), foot];
}

interface Group {
  readonly head: string;
  readonly rows: readonly Row[];
}

/** Fits the table into the screen, because only visible lines can be redrawn: drops settled rows, then the last lines. */
function fitted(groups: readonly Group[], height: number, line: (row: Row) => string): string[] {
  const all = groups.flatMap(({ head, rows }) => [head, ...rows.map(line)]);
  if (all.length <= height) return all;
  const moving = groups.flatMap(({ head, rows }) => [
    head,
    ...rows.filter((row) => !isSettled(row)).map(line),
  ]);
  const visible = moving.slice(0, Math.max(0, height - 1));
  const hidden = all.length - visible.length;
  return [...visible, `  and ${hidden} more ${hidden === 1 ? 'line' : 'lines'} than the screen has`];
}
