import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Option } from 'commander';
import { wholeNumber } from '../../cli/commandSpec.ts';
import { runScript } from '../../scripts/runScript.ts';
import type { Failure } from './checkSeed.ts';
import { describeScenario } from './describeScenario.ts';
import { type AwaitFailure, awaitPoints, awaitScenarios } from './everyAwait.ts';
import { knownBreaks } from './knownBreaks.ts';
import { runScenario } from './runScenario.ts';
import type { Scenario } from './scenario.ts';
import type { WorkerJob, WorkerReport } from './worker.ts';

const MAX_SEED = 2 ** 30;

interface Summary {
  readonly seed: number;
  readonly runs: number;
  readonly failures: readonly Failure[];
  readonly seconds: number;
}

interface FaultFlags {
  readonly runs: number;
  readonly seed: number;
  readonly scenario?: string;
  readonly await: boolean;
  readonly json: boolean;
}

async function run({ runs, seed, scenario, json, ...flags }: FaultFlags): Promise<number> {
  if (scenario !== undefined) return replay(scenario, json);
  if (flags.await) return runAwaitPoints(json);
  const summary = await runSeeds(seed, runs);
  console.log(json ? JSON.stringify(summary) : summaryText(summary));
  return summary.failures.length > 0 ? 1 : 0;
}

async function replay(text: string, isJson: boolean): Promise<number> {
  // Printed by an earlier run of this program.
  const scenario: Scenario = JSON.parse(text);
  const { violations } = await runScenario(scenario);
  const failures = violations.length > 0 ? [{ name: 'the given scenario', scenario, violations }] : [];
  console.log(
    isJson ? JSON.stringify({ failures }) : failures.map(failureText).join('\n') || 'No violation.',
  );
  return failures.length > 0 ? 1 : 0;
}

async function runSeeds(seed: number, runs: number): Promise<Summary> {
  const startedAt = performance.now();
  const failures: Failure[] = [];
  const jobs = [
    ...knownBreaks.map(({ name }) => ({ known: name })),
    ...Array.from({ length: runs }, (_, index) => ({ seed: seed + index })),
  ];
  await runJobs(jobs, ({ failure }) => {
    if (failure) failures.push(failure);
  });
  return { seed, runs, failures, seconds: Math.round((performance.now() - startedAt) / 1000) };
}

async function runAwaitPoints(isJson: boolean): Promise<number> {
  const points = await Promise.all(Object.keys(awaitScenarios).map(awaitPoints));
  const failures: AwaitFailure[] = [];
  await runJobs(
    points.flat().map((point) => ({ point })),
    ({ awaitFailure }) => {
      if (awaitFailure) failures.push(awaitFailure);
    },
  );
  const counts = Object.keys(awaitScenarios).map((name, index) => `${name}: ${points[index]?.length} points`);
  const texts = failures.map(
    ({ point: { scenario, call, kind }, at, seen }) =>
      `${scenario}, ${kind} of call ${call}, ${at}:\n  ${seen.join('\n  ')}`,
  );
  const summary = `${counts.join(', ')}. ${points.flat().length} points, ${failures.length} with another end.`;
  console.log(
    isJson ? JSON.stringify({ points: points.flat().length, failures }) : [...texts, summary].join('\n\n'),
  );
  return failures.length > 0 ? 1 : 0;
}

/** Runs jobs on all cores, and says on stderr how far they are. */
async function runJobs(jobs: readonly WorkerJob[], onReport: (report: WorkerReport) => void): Promise<void> {
  const startedAt = performance.now();
  const queue = [...jobs];
  let done = 0;
  let failed = 0;
  const onDone = (report: WorkerReport) => {
    onReport(report);
    if (report.failure) console.error(failureText(report.failure));
    done += 1;
    const isFailure = Object.keys(report).length > 0;
    failed += Number(isFailure);
    const rate = ((done * 1000) / (performance.now() - startedAt)).toFixed(1);
    if (done % 100 === 0 || isFailure)
      console.error(`${done} of ${jobs.length} worlds, ${failed} failed, ${rate} a second`);
  };
  const threads = Math.min(jobs.length, availableParallelism());
  await Promise.all(Array.from({ length: threads }, () => runWorker(queue, onDone)));
}

function runWorker(queue: WorkerJob[], onDone: (report: WorkerReport) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      env: { ...process.env, POWERTOOLS_METRICS_NAMESPACE: 'Gateloop', POWERTOOLS_SERVICE_NAME: 'gateloop' },
    });
    const next = () => {
      const job = queue.shift();
      if (job) worker.postMessage(job);
      else resolve(worker.terminate());
    };
    worker.on('message', (report: WorkerReport) => {
      onDone(report);
      next();
    });
    worker.on('error', reject);
    next();
  });
}

function summaryText({ seed, runs, failures, seconds }: Summary): string {
  const rate = (runs / Math.max(1, seconds)).toFixed(1);
  const counts = `${runs} worlds from seed ${seed} in ${seconds} s (${rate} a second), ${failures.length} with a violation.`;
  return [...failures.map(({ name, violations }) => `${name}: ${violations[0]?.invariant}`), counts].join(
    '\n',
  );
}

function failureText({ name, scenario, violations }: Failure): string {
  return [
    `${name}:`,
    ...violations.map(({ invariant, seen }) => `  broken: ${invariant}\n    seen: ${seen}`),
    describeScenario(scenario),
    `  Replay: npm run faults -- --scenario '${JSON.stringify(scenario)}'`,
  ].join('\n');
}

await runScript<FaultFlags>({
  name: 'faults',
  summary: 'run generated worlds with faults at every edge, and check what Gateloop promises',
  options: [
    new Option('--runs <n>', 'how many worlds, after the scenarios that once broke a promise')
      .argParser(wholeNumber('--runs', MAX_SEED))
      .default(200),
    new Option('--seed <s>', 'the seed of the first world; each further one has the next')
      .argParser(wholeNumber('--seed', MAX_SEED))
      .default(Math.floor(Math.random() * MAX_SEED), 'random'),
    new Option('--scenario <json>', 'run this one scenario, as a failure prints it'),
    new Option('--await', 'crash at each call of short scenarios instead, once before it and once after it'),
    new Option('--json', 'print the result as JSON on stdout'),
  ],
  examples: { '--runs 1000': 'more worlds', '--await': 'crashes at each call' },
  exits: { done: 'no violation', failed: 'a violation' },
  run,
});
// A worker of a run that has failed may still be at work.
process.exit();
