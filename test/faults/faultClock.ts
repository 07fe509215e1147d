import { SimulatedClock } from '../../local/simulation/clock.ts';

/** A simulated clock that goes on while a call hangs, although the function that waits for it is at work. */
export class FaultClock extends SimulatedClock {
  #working = 0;
  #hanging = 0;
  #hold: (() => void) | undefined;

  override busy(): () => void {
    this.#working += 1;
    this.#update();
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#working -= 1;
      this.#update();
    };
  }

  /** Resolves after so much simulated time, of which nothing that works meanwhile notices anything. */
  hang(ms: number): Promise<void> {
    this.#hanging += 1;
    return new Promise((resolve) => {
      this.after(ms, () => {
        this.#hanging -= 1;
        this.#update();
        resolve();
      });
      this.#update();
    });
  }

  #update(): void {
    const isBusy = this.#working > this.#hanging;
    if (isBusy) this.#hold ??= super.busy();
    else {
      this.#hold?.();
      this.#hold = undefined;
    }
  }
}
