import stringWidth from 'string-width';
import { padded } from './resourceRow.ts';
import type { Screen, Style } from './screen.ts';

/** A cell of a table. Untrusted text has passed `terminalText`. */
export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

const GAP = '  ';

/** @returns the lines of a table whose columns are as wide as their widest cell; the titles come first */
export function tableLines(
  titles: readonly string[],
  rows: readonly (readonly (Cell | string)[])[],
  screen: Pick<Screen, 'paint'>,
): string[] {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? { text: cell } : cell)));
  const widths = titles.map((title, column) =>
    Math.max(stringWidth(title), ...cells.map((row) => stringWidth(row[column]?.text ?? ''))),
  );
  const lineOf = (row: readonly Cell[]) =>
    widths
      .map((width, column) => {
        const { text, style } = row[column] ?? { text: '' };
        // The last column needs no spaces after it.
        const shown = column === widths.length - 1 ? text : padded(text, width);
        return style && text !== '' ? screen.paint(style, shown) : shown;
      })
      .join(GAP)
      .trimEnd();
  return [lineOf(titles.map((text) => ({ text, style: 'dim' }))), ...cells.map(lineOf)];
}
