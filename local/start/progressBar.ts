import { isSettled, type Row } from './row.ts';

const WIDEST = 30;

/** @returns `████······ 6 of 10 settled`, or undefined when nothing is under way */
export function progressBar(rows: readonly Row[], screenWidth: number): string | undefined {
  const settled = rows.filter(isSettled).length;
  if (settled === rows.length) return undefined;
  const width = Math.min(WIDEST, Math.max(8, screenWidth - 40));
  const filled = Math.floor((settled / rows.length) * width);
  return `${'█'.repeat(filled)}${'░'.repeat(width - filled)} ${settled} of ${rows.length} settled`;
}
