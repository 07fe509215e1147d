import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { functionCatalog } from '../functions/functionCatalog.ts';
import type { Setting } from '../functions/runtime/environment.ts';
import { bundleBareClient, bundleFunctions } from '../infra/bundling/bundleFunctions.ts';
import { HANDLER_FILE } from '../infra/bundling/bundleOptions.ts';
import { median } from './median.ts';

/** Odd, so that the median is one of them. */
const ROUNDS = 11;

const SETTINGS: Readonly<Record<Setting, string>> = {
  SPEC_BUCKET: 'bucket',
  SPEC_BUCKET_OWNER: '123456789012',
  LEDGER_TABLE: 'table',
  EVENT_BUS: 'bus',
  PEOPLE_TOPIC: 'arn:aws:sns:us-east-1:123456789012:people',
  AUTHORIZATION_URL: 'https://pages.example.com',
  ANSWERS_FROM: 'anybody',
  SIGNING_KEY_SECRET: 'gateloop/webhook-signing-key',
};

/** The environment of a function that starts on Lambda. No service can be reached. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...SETTINGS,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  POWERTOOLS_SERVICE_NAME: 'bench',
};

/** Imports a module and says how much processor time that took, in ms: wall time would measure the neighbours too. */
const PROGRAM = `
const before = process.cpuUsage();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
`;

interface Measured {
  readonly name: string;
  readonly bytes: number;
  /** In ms of processor time, a round each. */
  readonly starts: readonly number[];
}

function coldStart(file: string): number {
  const [node, flags] = [process.execPath, ['--input-type=module', '--eval', PROGRAM]];
  const output = execFileSync(node, [...flags, pathToFileURL(file).href], { env: { ...ENVIRONMENT } });
  return Number(output);
}

async function measureAll(): Promise<Measured[]> {
  const entries = Object.entries(functionCatalog).map(([name, { entry }]) => [name, entry]);
  const scratch = mkdtempSync(join(tmpdir(), 'gateloop-bundles-'));
  const subjects = [
    await bundleBareClient(join(scratch, 'bare')),
    ...(await bundleFunctions(Object.fromEntries(entries), join(scratch, 'functions'))),
  ];
  const starts = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  // In turns, so that a busy moment of the machine falls on all alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    process.stderr.write(`round ${round + 1} of ${ROUNDS}\r`);
    for (const { name, directory } of subjects)
      starts.get(name)?.push(coldStart(join(directory, HANDLER_FILE)));
  }
  rmSync(scratch, { recursive: true });
  return subjects.map(({ name, bytes }) => ({ name, bytes, starts: starts.get(name) ?? [] }));
}

/** Of the starts of each round, since a round is short and a machine is not the same for long. */
function startRatio(one: Measured, other: Measured): number {
  return median(one.starts.map((start, round) => start / (other.starts[round] ?? Number.NaN)));
}

const measured = await measureAll();
const [bare] = measured;
if (!bare) throw new Error('Nothing was measured.');
const rows = measured.map((one) => ({
  package: one.name,
  'size (KB)': Math.round(one.bytes / 1000),
  'to the client': twoDigits(one.bytes / bare.bytes),
  'start (ms CPU)': Math.round(median(one.starts)),
  'start, to the client': twoDigits(startRatio(one, bare)),
}));
if (process.argv.includes('--json')) console.log(JSON.stringify(rows, null, 2));
else console.table(rows);

function twoDigits(value: number): number {
  return Number(value.toFixed(2));
}
