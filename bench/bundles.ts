import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HANDLER_FILE } from '../functions/bundling/bundleOptions.ts';
import type { Setting } from '../functions/environment.ts';
import { functionCatalogue } from '../functions/functionCatalogue.ts';
import { BARE_CLIENT, bundleBareClient, bundleFunctions } from '../infra/bundleFunctions.ts';

/** The same as a bundler makes it by itself, without our plugins: with what `functions/bundling/leftOut.ts` leaves out. */
const WHOLE_CLIENT = `${BARE_CLIENT}, whole`;
/** Odd, so that the median is one of them. */
const RUNS = 11;

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

/** What a function finds when it starts on Lambda with tracing turned on, as it is deployed; nothing can be reached. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...SETTINGS,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  NODE_OPTIONS: '--enable-source-maps',
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
  /** The median, in ms of processor time. */
  readonly start: number;
}

function coldStart(file: string): number {
  const [node, flags] = [process.execPath, ['--input-type=module', '--eval', PROGRAM]];
  const output = execFileSync(node, [...flags, pathToFileURL(file).href], { env: { ...ENVIRONMENT } });
  return Number(output);
}

async function measureAll(): Promise<Measured[]> {
  const entries = Object.entries(functionCatalogue).map(([name, { entry }]) => [name, entry]);
  const scratch = mkdtempSync(join(tmpdir(), 'gateloop-bundles-'));
  const subjects = [
    await bundleBareClient(join(scratch, 'bare')),
    { ...(await bundleBareClient(join(scratch, 'whole'), { plugins: [] })), name: WHOLE_CLIENT },
    ...(await bundleFunctions(Object.fromEntries(entries), join(scratch, 'functions'))),
  ];
  const runs = new Map<string, number[]>(subjects.map(({ name }) => [name, []]));
  // In turns, so that a busy moment of the machine falls on all alike.
  for (let run = 0; run < RUNS; run += 1) {
    for (const { name, directory } of subjects)
      runs.get(name)?.push(coldStart(join(directory, HANDLER_FILE)));
  }
  return subjects.map(({ name, bytes }) => ({ name, bytes, start: median(runs.get(name) ?? []) }));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const measured = await measureAll();
const [bare, whole] = measured;
if (!bare || !whole) throw new Error('Nothing was measured.');
const rows = measured.map(({ name, bytes, start }) => ({
  package: name,
  'size (KB)': Math.round(bytes / 1000),
  ratio: ratio(bytes, bare.bytes),
  'to whole': ratio(bytes, whole.bytes),
  'start (ms CPU)': Math.round(start),
  'start, ratio': ratio(start, bare.start),
  'start, to whole': ratio(start, whole.start),
}));
console.table(rows);
if (process.argv.includes('--json')) writeFileSync('bench-bundles.json', JSON.stringify(rows, null, 2));

function ratio(value: number, of: number): number {
  return Number((value / of).toFixed(2));
}
