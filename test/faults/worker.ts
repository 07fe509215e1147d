import { parentPort } from 'node:worker_threads';
import { checkSeed, type Failure } from './checkSeed.ts';
import { type AwaitFailure, type AwaitPoint, checkPoint } from './everyAwait.ts';

/** A run for a worker. It reports its result, and then gets the next one. */
export type WorkerJob = { readonly seed: number } | { readonly point: AwaitPoint };

export interface WorkerReport {
  readonly failure?: Failure;
  readonly awaitFailure?: AwaitFailure;
}

parentPort?.on('message', (job: WorkerJob) => {
  void report(job).then((result) => parentPort?.postMessage(result));
});

async function report(job: WorkerJob): Promise<WorkerReport> {
  if ('seed' in job) {
    const failure = await checkSeed(job.seed);
    return failure ? { failure } : {};
  }
  const awaitFailure = await checkPoint(job.point);
  return awaitFailure ? { awaitFailure } : {};
}
