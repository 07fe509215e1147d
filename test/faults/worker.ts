import { parentPort, workerData } from 'node:worker_threads';
import { checkSeed, type Failure } from './checkSeed.ts';

/** The seeds of a worker: from the first, by steps, as many as `count`. */
export interface WorkerSeeds {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** What a worker reports after each run. */
export interface WorkerReport {
  readonly failure?: Failure;
}

const { first, step, count } = workerData as WorkerSeeds;
for (let run = 0; run < count; run += 1) {
  const failure = await checkSeed(first + run * step);
  const report: WorkerReport = failure ? { failure } : {};
  parentPort?.postMessage(report);
}
