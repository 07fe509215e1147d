import { parentPort } from 'node:worker_threads';
import { checkSeed, type Failure } from './checkSeed.ts';
import { type AwaitFailure, type AwaitPoint, checkPoint } from './everyAwait.ts';
import { knownBreaks } from './knownBreaks.ts';
import { runScenario } from './runScenario.ts';

/** A run for a worker. It reports its result, and then gets the next one. */
export type WorkerJob =
  | { readonly seed: number }
  | { readonly point: AwaitPoint }
  | { readonly known: string };

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
  if ('known' in job) {
    const known = knownBreaks.find(({ name }) => name === job.known);
    if (!known) throw new RangeError(`no known break ${job.known}`);
    const { violations } = await runScenario(known.scenario, known);
    return violations.length > 0
      ? { failure: { name: known.name, scenario: known.scenario, violations } }
      : {};
  }
  const awaitFailure = await checkPoint(job.point);
  return awaitFailure ? { awaitFailure } : {};
}
