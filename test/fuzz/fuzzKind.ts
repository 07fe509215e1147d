import fc from 'fast-check';
import { GateloopError } from '../../core/errors.ts';
import { checkGlobals } from './promises.ts';

/** One kind of input: how it is made, and what must hold for each one. An input is a JSON value, so that a find replays. */
export interface FuzzSpec<Input> {
  readonly name: string;
  /** What is fuzzed, for the table of `--help`. */
  readonly fuzzed: string;
  /** Its part of the inputs of a run; cheap kinds have large parts. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Throws where the input breaks a promise. */
  check(input: Input): void | Promise<void>;
}

/** An input that breaks a promise, shrunk. */
export interface Find {
  readonly kind: string;
  /** The seed of the batch that found it. */
  readonly seed: number;
  readonly reason: string;
  /** As JSON. Absent where the input did not end: then it is the last of `runs` inputs of the seed. */
  readonly input?: string;
  readonly runs: number;
}

export interface BatchResult {
  /** How many inputs were made. */
  readonly inputs: number;
  readonly find?: Find;
}

/** A kind whose type of input is known to itself alone. */
export interface FuzzKind {
  readonly name: string;
  readonly fuzzed: string;
  readonly share: number;
  /**
   * Checks generated inputs, until one breaks a promise. The same seed makes the same inputs.
   *
   * @param onInput is called before each input
   */
  run(seed: number, runs: number, onInput?: () => void): Promise<BatchResult>;
  /** @returns why the input breaks a promise; undefined where it does not */
  replay(input: string): Promise<string | undefined>;
}

/** Of processor time, for one generated input, of at most 100 KB. A function of Gateloop has 50 s and more for all of its work. */
const MAX_SECONDS = 2;
/** For one that is replayed: of those kept, some have megabytes. */
const MAX_SECONDS_OF_REPLAY = 10;
/** A batch whose inputs are slow ends early, and so does the shrinking of a slow input. In ms. */
const MAX_BATCH_TIME = 45_000;
/** A find's reason may quote an input. */
const MAX_REASON_LENGTH = 1500;

export function fuzzKind<Input>(spec: FuzzSpec<Input>): FuzzKind {
  const { name, fuzzed, share, inputs } = spec;
  const check = async (input: Input, maxSeconds = MAX_SECONDS) => {
    const before = process.threadCpuUsage();
    await spec.check(input);
    const { user, system } = process.threadCpuUsage(before);
    const seconds = (user + system) / 1_000_000;
    if (seconds > maxSeconds) throw new Error(`It took ${seconds.toFixed(1)} s of processor time.`);
    checkGlobals();
  };
  return {
    name,
    fuzzed,
    share,
    async run(seed, runs, onInput) {
      const property = fc.asyncProperty(inputs, (input) => {
        onInput?.();
        return check(input);
      });
      const details = await fc.check(property, {
        seed,
        numRuns: runs,
        interruptAfterTimeLimit: MAX_BATCH_TIME,
        markInterruptAsFailure: false,
      });
      if (!details.failed || details.counterexample === null) return { inputs: details.numRuns };
      const reason = reasonOf(details.errorInstance);
      const input = JSON.stringify(details.counterexample[0]);
      return { inputs: details.numRuns, find: { kind: name, seed, reason, input, runs } };
    },
    async replay(input) {
      try {
        // Printed by an earlier run of this program.
        await check(JSON.parse(input) as Input, MAX_SECONDS_OF_REPLAY);
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    },
  };
}

export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.slice(0, MAX_REASON_LENGTH);
}

/**
 * Runs what may refuse its input.
 *
 * @returns undefined where it refused the input as Gateloop refuses: with a code and a message that a person can read
 * @throws any other exception, and a GateloopError whose message is unbounded
 */
export async function resultOrRefusal<Result>(
  run: () => Result | Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof GateloopError)) throw error;
    if (error.code === '' || error.message.length < 20 || error.message.length > 1000)
      throw new Error(`The error ${error.code} has a message of ${error.message.length} characters.`, {
        cause: error,
      });
    return undefined;
  }
}
