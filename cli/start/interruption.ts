/** Signals that ask for an end: Ctrl-C, `kill`, and a terminal that was closed. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** npm passes on the Ctrl-C that the terminal has sent to the whole group already: within this time it is the same one. */
const SAME_MS = 1000;

/** What signals come from; `process` is one. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: () => void): unknown;
}

/** A person's wish to stop. */
export interface Interruption {
  readonly isRequested: boolean;
  /** Resolves when somebody asks for the end. */
  readonly requested: Promise<void>;
}

/**
 * Listens for the wish to stop from the first moment on. Whoever asks a second time does not want to wait for a clean
 * end: everything is on disk already.
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
