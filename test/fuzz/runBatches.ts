import { Worker } from 'node:worker_threads';
import type { Find, FuzzKind } from './fuzzKind.ts';
import type { Batch, BatchReport } from './worker.ts';

export interface Progress {
  readonly inputs: number;
  readonly runs: number;
  readonly finds: number;
  readonly seconds: number;
}

export interface Summary {
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  readonly kinds: readonly KindSummary[];
  /** One for each reason; further inputs that break the same promise in the same place are left out. */
  readonly finds: readonly Find[];
}

export interface KindSummary {
  readonly name: string;
  readonly inputs: number;
  /** Of processor time of one core. */
  readonly inputsPerSecond: number;
}

interface FuzzOptions {
  readonly threads: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** Enough that the start of a batch costs nothing, and few enough that a seed replays fast. */
const BATCH_SIZE = 500;
/** In ms. A batch ends after 45 s by itself; the rest is for the shrinking of a find on a busy machine. */
const MAX_SILENCE = 180_000;
const PROGRESS_INTERVAL = 5000;

/** Runs the kinds in worker threads, each with its share of the inputs. */
export async function fuzz(
  kinds: readonly Pick<FuzzKind, 'name' | 'share'>[],
  { runs, seed }: { readonly runs: number; readonly seed: number },
  { threads, onProgress }: FuzzOptions,
): Promise<Summary> {
  const startedAt = performance.now();
  const secondsSoFar = () => (performance.now() - startedAt) / 1000;
  const batches = batchesOf(kinds, runs, seed);
  const totals = new Map(kinds.map(({ name }) => [name, { inputs: 0, seconds: 0 }]));
  const finds = new Map<string, Find>();
  let shownAt = 0;
  const onReport = ({ batch, result, seconds }: BatchReport) => {
    const total = totals.get(batch.kind);
    if (total) {
      total.inputs += result.inputs;
      total.seconds += seconds;
    }
    const { find } = result;
    const known = find && `${find.kind} ${find.input === undefined ? find.seed : causeOf(find.reason)}`;
    if (find && known !== undefined && !finds.has(known)) finds.set(known, find);
    const now = performance.now();
    if (now - shownAt < PROGRESS_INTERVAL && batches.length > 0) return;
    shownAt = now;
    const inputs = [...totals.values()].reduce((sum, each) => sum + each.inputs, 0);
    onProgress?.({ inputs, runs, finds: finds.size, seconds: secondsSoFar() });
  };
  await Promise.all(Array.from({ length: threads }, () => runWorkers(batches, onReport)));
  return {
    seed,
    runs,
    seconds: secondsSoFar(),
    kinds: [...totals].map(([name, { inputs, seconds }]) => ({
      name,
      inputs,
      inputsPerSecond: Math.round(inputs / Math.max(0.001, seconds)),
    })),
    finds: [...finds.values()],
  };
}

/** The batches of the kinds take turns, so that each kind has begun soon. */
function batchesOf(kinds: readonly Pick<FuzzKind, 'name' | 'share'>[], runs: number, seed: number): Batch[] {
  const shares = kinds.reduce((sum, { share }) => sum + share, 0);
  const batches = kinds.flatMap(({ name, share }) => {
    const wanted = Math.ceil((runs * share) / shares);
    return Array.from({ length: Math.ceil(wanted / BATCH_SIZE) }, (_, index) => ({
      turn: (index * BATCH_SIZE) / wanted,
      batch: { kind: name, seed: seed + index, runs: Math.min(BATCH_SIZE, wanted - index * BATCH_SIZE) },
    }));
  });
  return batches.sort((one, other) => one.turn - other.turn).map(({ batch }) => batch);
}

/** A broken promise without what it quotes; of another exception its class and where it was thrown. */
function causeOf(reason: string): string {
  const [message = '', ...places] = reason.split('\n');
  const isPromise = message.startsWith('Error: Broken: ');
  return isPromise
    ? message.replace(/["[{\d].*/, '')
    : [/^\w+/.exec(message), ...places.slice(0, 2)].join(' ');
}

/** Works on the batches until there is none, and starts a new worker in place of one that does not report. */
async function runWorkers(batches: Batch[], onReport: (report: BatchReport) => void): Promise<void> {
  let isDone = false;
  while (!isDone) isDone = await runWorker(batches, onReport);
}

/** @returns whether there is no batch any more */
function runWorker(batches: Batch[], onReport: (report: BatchReport) => void): Promise<boolean> {
  const begun = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    workerData: begun,
    // As Node's main thread has, on which functions run; a worker has four times as much.
    resourceLimits: { stackSizeMb: 1 },
    env: {
      ...process.env,
      // What functions log and measure of refused inputs is not looked at here.
      POWERTOOLS_LOG_LEVEL: 'SILENT',
      POWERTOOLS_METRICS_DISABLED: 'true',
      POWERTOOLS_METRICS_NAMESPACE: 'Gateloop',
      POWERTOOLS_SERVICE_NAME: 'gateloop',
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  let silence: NodeJS.Timeout | undefined;
  const end = (isDone: boolean) => {
    clearTimeout(silence);
    void worker.terminate();
    resolve(isDone);
  };
  const next = () => {
    clearTimeout(silence);
    const batch = batches.shift();
    if (!batch) return end(true);
    silence = setTimeout(() => {
      const runs = Atomics.load(new Int32Array(begun), 0);
      const { kind, seed } = batch;
      const find = { kind, seed, runs, reason: `The last of ${runs} inputs did not end.` };
      onReport({ batch, result: { inputs: runs, find }, seconds: MAX_SILENCE / 1000 });
      end(false);
    }, MAX_SILENCE);
    worker.postMessage(batch);
  };
  worker.on('message', (report: BatchReport) => {
    onReport(report);
    next();
  });
  worker.on('error', reject);
  next();
  return promise;
}
