/** Signals that request a shutdown: Ctrl-C, `kill`, and a closed terminal. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm forwards the Ctrl-C that the terminal also sends to the process group: within this time, both are one request. */
const SAME_MS = 1000;

/** A source of signals, such as `process`. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** A request to stop. */
export interface Interruption {
  readonly isRequested: boolean;
  /** Resolves at the first signal. */
  readonly requested: Promise<void>;
}

/**
 * Listens for signals. The first one requests a graceful shutdown; a second one ends the process at once, because all
 * state is on disk.
 *
 * @param now real ms
 */
export function listenForInterruption(
  source: SignalSource,
  endAtOnce: () => void,
  now: () => number = () => performance.now(),
): Interruption {
  let requestedAt: number | undefined;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onSignal = () => {
    if (requestedAt === undefined) {
      requestedAt = now();
      resolve();
    } else if (now() - requestedAt >= SAME_MS) endAtOnce();
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return {
    get isRequested() {
      return requestedAt !== undefined;
    },
    requested: promise,
  };
}
