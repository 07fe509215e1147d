import type { Activity } from '../activity.ts';
import type { Clock } from '../clock.ts';
import { formatRow, progressBar, type Row } from './progress.ts';
import type { Result } from './result.ts';

/** Real milliseconds between two looks at what moves. */
const REDRAW_MS = 250;
/** The first column of what is told rather than shown live. */
const PLAIN_WIDTH = 400;

export interface DisplayOptions {
  readonly stream: NodeJS.WriteStream;
  readonly clock: Clock;
  /** What the ledger holds now. */
  readonly rows: () => Promise<readonly Row[]>;
}

/**
 * Shows live what moves. On a terminal, one line per resource that is drawn anew in place; elsewhere, one line per
 * change.
 */
export class Display {
  readonly #stream: NodeJS.WriteStream;
  readonly #clock: Clock;
  readonly #rows: () => Promise<readonly Row[]>;
  readonly #shown = new Map<string, string>();
  readonly #startedAt: number;
  #drawnLines = 0;
  #timer: NodeJS.Timeout | undefined;
  #drawing: Promise<void> = Promise.resolve();

  constructor({ stream, clock, rows }: DisplayOptions) {
    this.#stream = stream;
    this.#clock = clock;
    this.#rows = rows;
    this.#startedAt = clock.now();
  }

  start(): void {
    const again = () => {
      this.#drawing = this.#draw().catch(() => {});
      this.#timer = setTimeout(again, REDRAW_MS);
    };
    again();
  }

  /** Draws once more and stops. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#drawing;
    await this.#draw();
    this.#drawnLines = 0;
  }

  /** A line that stays. */
  say(text: string): void {
    this.#erase();
    this.#stream.write(`${text}\n`);
  }

  /** Says what people would be told. */
  onActivity(activity: Activity): void {
    if (activity.kind !== 'message') return;
    const { subject = '', message } = activity.message;
    const link = /https?:\/\/\S+\/authorizations\/\S+/.exec(message)?.[0];
    this.say(`${this.#time()}  ✉ ${subject}${link ? `\n         ${link}` : ''}`);
  }

  async #draw(): Promise<void> {
    const rows = await this.#rows();
    if (this.#stream.isTTY) this.#drawLive(rows);
    else this.#drawChanges(rows);
  }

  #drawLive(rows: readonly Row[]): void {
    const { columns = 100, rows: height = 40 } = this.#stream;
    const now = this.#clock.now();
    const moving = rows.filter(({ state }) => state !== 'ready');
    // What does not fit on the screen cannot be drawn anew in place; what is ready gives way first.
    const visible = (rows.length > height - 3 ? moving : rows).slice(0, height - 3);
    const bar = progressBar(rows);
    const lines = [
      ...visible.map((row) => formatRow(row, now, columns)),
      ...(bar ? [`${bar}  ${this.#time()}`] : []),
    ];
    this.#erase();
    if (lines.length > 0) this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawnLines = lines.length;
  }

  #drawChanges(rows: readonly Row[]): void {
    for (const row of rows) {
      const key = `${row.workspace} ${row.address}`;
      const shown = `${row.state} ${row.doing ?? ''}`;
      if (this.#shown.get(key) === shown) continue;
      this.#shown.set(key, shown);
      this.#stream.write(`${this.#time()}  ${formatRow(row, this.#clock.now(), PLAIN_WIDTH)}\n`);
    }
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#stream.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }

  /** Simulated time since the start, as `m:ss`. */
  #time(): string {
    const seconds = Math.floor((this.#clock.now() - this.#startedAt) / 1000);
    return `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}

/** The result as a table, with the problems of refused workspaces. */
export function table(
  { workspaces, calls, transitions, simulatedSeconds, seconds }: Result,
  formatProblem: (problem: never) => string,
): string {
  const lines: string[] = [];
  for (const [name, { outcome, problems, resources }] of Object.entries(workspaces)) {
    lines.push('', `${name}: ${outcome}`);
    const cells = resources.map(({ kind, name: resource, state, reasons }) =>
      [kind, resource, state, list(reasons)].map(String),
    );
    const widths = [0, 1, 2].map((column) => Math.max(0, ...cells.map((row) => row[column]?.length ?? 0)));
    for (const row of cells)
      lines.push(`  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
    for (const problem of problems) lines.push(`  ${formatProblem(problem as never)}`);
  }
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  lines.push(
    '',
    `${total} calls to the control plane, ${transitions} state transitions, ${simulatedSeconds} simulated seconds in ${seconds} s.`,
  );
  return lines.join('\n');
}

function list(reasons: unknown): string {
  return Array.isArray(reasons) ? reasons.join(' ') : '';
}
