import { terminalText } from '../../core/text/encoders.ts';
import type { Activity } from '../../local/aws/activity.ts';
import type { Clock } from '../../local/simulation/clock.ts';
import { isSettled, type Row, rowLine } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { liveTable } from './liveTable.ts';
import { MessageLines } from './messageLines.ts';
import { type EndedPass, ReconcileTracker } from './reconcileTracker.ts';
import type { PassLines } from './workspaceTable.ts';

/** Interval between two redraws, in real ms. */
const REDRAW_MS = 250;

export interface DisplayOptions {
  readonly screen: Screen;
  readonly clock: Clock;
  /** Reads the rows of the ledger, sorted. */
  readonly rows: () => Promise<readonly Row[]>;
  readonly report: (ended: readonly EndedPass[]) => PassLines;
}

/**
 * Shows operations in progress: on a terminal, one line per resource, redrawn in place; on other streams, one line per
 * change.
 */
export class Display {
  readonly messages = new MessageLines();
  readonly #options: DisplayOptions;
  readonly #tracker = new ReconcileTracker();
  readonly #shown = new Map<string, string>();
  readonly #said = new Set<string>();
  readonly #startedAt: number;
  #rows: readonly Row[] = [];
  #hasMoved = true;
  #quiet: readonly string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #drawing: Promise<void> = Promise.resolve();

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.#startedAt = options.clock.now();
  }

  start(): void {
    const again = () => {
      this.#drawing = this.draw().catch((error) => this.printOnce(`The display failed: ${error}`));
      void this.#drawing.then(() => {
        if (this.#timer !== undefined) this.#timer = setTimeout(again, REDRAW_MS);
      });
    };
    this.#timer = setTimeout(again, 0);
  }

  /** Redraws once and stops. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#drawing;
    await this.draw();
    this.#options.screen.show([]);
  }

  /** Writes a permanent line with the elapsed time, and further lines below its text. */
  say(...lines: readonly string[]): void {
    this.#options.screen.say(`${this.#elapsed()}  ${lines.map(terminalText).join('\n           ')}`);
  }

  /** Writes a line only the first time: each upload repeats the same warnings. */
  printOnce(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.say(text);
  }

  onActivity(activity: Activity): void {
    this.#hasMoved = true;
    this.#tracker.follow(activity);
    if (activity.kind !== 'message') return;
    const lines = this.messages.linesOf(activity.message);
    if (!lines) return;
    const [subject = '', ...below] = lines;
    this.say(`✉ ${subject}`, ...below);
  }

  /** Reads what has changed and shows it. */
  async draw(): Promise<void> {
    const { screen, clock, rows, report } = this.#options;
    const hasMoved = this.#hasMoved;
    this.#hasMoved = false;
    const ended = this.#tracker.takeEnded();
    // Without activity, only the elapsed time changes: the ledger is not read.
    if (hasMoved) this.#rows = await rows();
    if (!screen.isLive) this.#sayChanges();
    this.#sayEnded(report(ended));
    const { underWay } = this.#tracker;
    const motion = { rows: this.#rows, underWay, now: clock.now(), elapsed: this.#elapsed() };
    screen.show(underWay.size > 0 ? liveTable(motion, screen) : this.#quiet);
  }

  #sayEnded({ tables, quiet }: PassLines): void {
    const { screen } = this.#options;
    for (const text of tables) screen.say(text);
    if (tables.length > 0) this.#quiet = [];
    if (quiet === undefined) return;
    // Each drift check (every 15 minutes) gives this line; a terminal shows only the last.
    if (screen.isLive) this.#quiet = [screen.paint('dim', `${this.#elapsed()}  ${quiet}`)];
    else this.say(quiet);
  }

  #sayChanges(): void {
    const { screen, clock } = this.#options;
    for (const row of this.#rows) {
      const key = `${row.workspace} ${row.address}`;
      const now = `${row.state} ${row.doing ?? ''} ${isSettled(row) ? '' : row.reasons.join(' ')}`;
      const before = this.#shown.get(key);
      this.#shown.set(key, now);
      if (before === now) continue;
      const line = rowLine(row, { screen, now: clock.now(), addressWidth: 0 });
      this.say(`${row.workspace}${line.replace(/^ +/, ' ')}`);
    }
  }

  /** Simulated time since the start, as `m:ss`. */
  #elapsed(): string {
    const seconds = Math.floor((this.#options.clock.now() - this.#startedAt) / 1000);
    return `${String(Math.floor(seconds / 60)).padStart(5)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
