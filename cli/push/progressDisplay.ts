import type { OutcomeDocument, ProgressDocument } from '../../core/storage/outcomeDocument.ts';
import { terminalText } from '../../core/text/encoders.ts';
import { durationText, progressBar } from '../display/resourceRow.ts';
import type { Screen } from '../display/screen.ts';
import { stateStyles } from '../display/stateStyles.ts';
import { type Following, follow } from './follow.ts';

type Step = ProgressDocument['resources'][number];

/** Lines for the progress bar and the count of hidden resources. */
const FOOT = 3;

/** Shows the progress of a reconciliation: redrawn in place on a terminal, one line per change on other streams. */
export class ProgressDisplay {
  readonly #screen: Screen;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #states = new Map<string, string>();
  #resources: readonly Step[] = [];

  constructor(screen: Screen, now: () => number) {
    this.#screen = screen;
    this.#now = now;
    this.#startedAt = now();
  }

  onProgress({ resources }: ProgressDocument): void {
    this.#resources = resources;
    for (const { address, state } of resources) {
      if (this.#states.get(address) === state) continue;
      this.#states.set(address, state);
      if (!this.#screen.isLive)
        this.#screen.say(`  ${stateStyles[state].mark} ${terminalText(address)}  ${state}`);
    }
  }

  /** On a terminal, updates the elapsed time between two polls. */
  draw(): void {
    const { width, height } = this.#screen;
    const rows = this.#resources.map(({ address, state }) => ({
      workspace: '',
      address,
      state,
      since: 0,
      reasons: [],
    }));
    const moving = this.#resources.filter(({ state }) => state === 'in-progress');
    const shown = moving.slice(0, Math.max(0, height - FOOT));
    const hidden = moving.length - shown.length;
    const elapsed = durationText(this.#now() - this.#startedAt);
    this.#screen.show([
      ...shown.map(({ address, state }) => `  ${this.#painted(state)} ${terminalText(address)}`),
      ...(hidden > 0 ? [`  and ${hidden} more`] : []),
      this.#screen.paint('cyan', `${progressBar(rows, width) ?? 'Waiting for Gateloop'}  ${elapsed}`),
    ]);
  }

  end(): void {
    this.#screen.show([]);
  }

  #painted(state: Step['state']): string {
    const { mark, style } = stateStyles[state];
    return this.#screen.paint(style, mark);
  }
}

export interface FollowPorts extends Pick<Following, 'pause' | 'now'> {
  readonly screen: Screen;
}

/**
 * Follows a reconciliation, and shows its progress until the outcome is there.
 *
 * @throws CommandError as `follow` does
 */
export async function followOnScreen(
  following: Omit<Following, 'onProgress' | 'pause' | 'now'>,
  { screen, pause, now }: FollowPorts,
): Promise<OutcomeDocument> {
  const display = new ProgressDisplay(screen, now);
  try {
    return await follow({
      ...following,
      onProgress: (progress) => display.onProgress(progress),
      pause: async () => {
        display.draw();
        await pause();
      },
      now,
    });
  } finally {
    display.end();
  }
}
