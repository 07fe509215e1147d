import { parentPort, workerData } from 'node:worker_threads';
import { type BatchResult, reasonOf } from './fuzzKind.ts';
import { findKind } from './kinds.ts';

/** A batch of inputs of one kind. The same batch has the same inputs in every worker. */
export interface Batch {
  readonly kind: string;
  readonly seed: number;
  readonly runs: number;
}

export interface BatchReport {
  readonly batch: Batch;
  readonly result: BatchResult;
  /** Of processor time of the worker, for the batch. */
  readonly seconds: number;
}

// One number: how many inputs of the batch have begun. The main thread reads it when the worker does not report.
const begun = new Int32Array(workerData as SharedArrayBuffer);

parentPort?.on('message', async (batch: Batch) => {
  const { kind, seed, runs } = batch;
  begun[0] = 0;
  const before = process.threadCpuUsage();
  const result = await findKind(kind)
    .run(seed, runs, () => Atomics.add(begun, 0, 1))
    .catch((error: unknown) => ({ inputs: 0, find: { kind, seed, runs, reason: reasonOf(error) } }));
  const { user, system } = process.threadCpuUsage(before);
  const report: BatchReport = { batch, result, seconds: (user + system) / 1_000_000 };
  parentPort?.postMessage(report);
});
