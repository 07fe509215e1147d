import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Failure } from './checkSeed.ts';
import { describeScenario } from './describeScenario.ts';
import { runScenario } from './runScenario.ts';
import type { Scenario } from './scenario.ts';
import type { WorkerReport, WorkerSeeds } from './worker.ts';

const HELP = `Runs generated worlds with faults at every edge, and checks what Gateloop promises.

npm run faults -- [options]
  --runs N         how many worlds, 200 by default
  --seed S         the seed of the first world; each further one has the next. Random by default
  --scenario JSON  runs this one scenario, as a failure prints it
  --json           prints the result as JSON
  --help           prints this

Exit code 0: no violation. 1: a violation. 2: a wrong option.`;

const MAX_SEED = 2 ** 30;

interface Summary {
  readonly seed: number;
  readonly runs: number;
  readonly failures: readonly Failure[];
  readonly seconds: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * MAX_SEED)) },
      scenario: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (values.scenario !== undefined) return replay(values.scenario, values.json);
  const summary = await runSeeds(wholeNumber('seed', values.seed), wholeNumber('runs', values.runs));
  console.log(values.json ? JSON.stringify(summary) : summaryText(summary));
  return summary.failures.length > 0 ? 1 : 0;
}

async function replay(text: string, isJson: boolean): Promise<number> {
  // Printed by an earlier run of this program.
  const scenario: Scenario = JSON.parse(text);
  const { violations } = await runScenario(scenario);
  const failures = violations.length > 0 ? [{ seed: scenario.seed, scenario, violations }] : [];
  console.log(
    isJson ? JSON.stringify({ failures }) : failures.map(failureText).join('\n') || 'No violation.',
  );
  return failures.length > 0 ? 1 : 0;
}

async function runSeeds(seed: number, runs: number): Promise<Summary> {
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  const threads = Math.min(runs, availableParallelism());
  const failures: Failure[] = [];
  let done = 0;
  const onReport = ({ failure }: WorkerReport) => {
    done += 1;
    if (failure) failures.push(failure);
    if (done % 100 === 0 || failure)
      console.error(
        `${done} of ${runs} worlds, ${failures.length} failed, ${(done / seconds()).toFixed(1)} a second`,
      );
  };
  await Promise.all(
    Array.from({ length: threads }, (_, index) => {
      const count = Math.ceil((runs - index) / threads);
      return runWorker({ first: seed + index, step: threads, count }, onReport);
    }),
  );
  return { seed, runs, failures, seconds: Math.round(seconds()) };
}

function runWorker(workerData: WorkerSeeds, onReport: (report: WorkerReport) => void): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData,
      env: { ...process.env, POWERTOOLS_METRICS_NAMESPACE: 'Gateloop', POWERTOOLS_SERVICE_NAME: 'gateloop' },
    });
    let reports = 0;
    worker.on('message', (report: WorkerReport) => {
      onReport(report);
      reports += 1;
      if (reports === workerData.count) resolve(worker.terminate());
    });
    worker.on('error', reject);
  });
}

function summaryText({ seed, runs, failures, seconds }: Summary): string {
  const rate = (runs / Math.max(1, seconds)).toFixed(1);
  const counts = `${runs} worlds from seed ${seed} in ${seconds} s (${rate} a second), ${failures.length} with a violation.`;
  return [...failures.map(failureText), counts].join('\n\n');
}

function failureText({ seed, scenario, violations }: Failure): string {
  return [
    `Seed ${seed}:`,
    ...violations.map(({ invariant, seen }) => `  broken: ${invariant}\n    seen: ${seen}`),
    describeScenario(scenario),
    `  Replay the seed:     npm run faults -- --seed ${seed} --runs 1`,
    `  Replay the scenario: npm run faults -- --scenario '${JSON.stringify(scenario)}'`,
  ].join('\n');
}

function wholeNumber(option: string, text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  console.error(`--${option} is ${JSON.stringify(text)}. Give a whole number.`);
  process.exit(2);
}

process.exit(await main());
