import type { Activity } from '../../local/aws/activity.ts';
import type { Clock } from '../../local/simulation/clock.ts';
import { isSettled, type Row, rowLine } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { liveTable } from './liveTable.ts';
import { MessageLines } from './messageLines.ts';
import { type EndedPass, ReconcileTracker } from './reconcileTracker.ts';
import type { PassLines } from './workspaceTable.ts';

/** Real milliseconds between two looks at what moves. */
const REDRAW_MS = 250;

export interface DisplayOptions {
  readonly screen: Screen;
  readonly clock: Clock;
  /** What the ledger holds now, sorted. */
  readonly rows: () => Promise<readonly Row[]>;
  readonly report: (ended: readonly EndedPass[]) => PassLines;
}

/**
 * Shows what moves: on a terminal, one line per resource that is drawn anew in place; elsewhere, one line per change.
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

  /** Draws once more and stops. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#drawing;
    await this.draw();
    this.#options.screen.show([]);
  }

  /** A line that stays, with the time at which it was said. */
  say(text: string): void {
    this.#options.screen.say(`${this.#elapsed()}  ${text}`);
  }

  /** What is true until it changes need not be said at every look. */
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
    if (lines) this.say(`✉ ${lines.join('\n           ')}`);
  }

  /** Looks at what has moved and shows it. */
  async draw(): Promise<void> {
    const { screen, clock, rows, report } = this.#options;
    const hasMoved = this.#hasMoved;
    this.#hasMoved = false;
    const ended = this.#tracker.takeEnded();
    // Nothing is asked of the ledger while nothing happens; only the seconds go on.
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
    // It comes every fifteen minutes: on a terminal, one line is enough for all of them.
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
