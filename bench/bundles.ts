import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Option } from 'commander';
import { exitCodes } from '../cli/exitCodes.ts';
import { functionEntries } from '../functions/functionCatalog.ts';
import type { Setting } from '../functions/runtime/environment.ts';
import { bundleBareClient, bundleFunctions } from '../infra/bundling/bundleFunctions.ts';
import { HANDLER_FILE } from '../infra/bundling/bundleOptions.ts';
import { runScript } from '../scripts/runScript.ts';
import { median, round } from './statistics.ts';

/**
 * `npm run bench:bundles` measures the size and the cold start of every function bundle, relative to a bundle with the
 * bare SDK client only.
 */

/** Odd, for the median. */
const ROUNDS = 11;

const SETTINGS: Readonly<Record<Setting, string>> = {
  SPEC_BUCKET: 'bucket',
  SPEC_BUCKET_OWNER: '123456789012',
  LEDGER_TABLE: 'table',
  EVENT_BUS: 'bus',
  RECONCILE_STATE_MACHINE: 'arn:aws:states:us-east-1:123456789012:stateMachine:reconcile',
  PEOPLE_TOPIC: 'arn:aws:sns:us-east-1:123456789012:people',
  AUTHORIZATION_URL: 'https://pages.example.com',
  ANSWERS_FROM: 'anybody',
  HEAL_LIMITS: '{}',
  CALLER_GRANTS: '{}',
  DEPLOYMENT_ID: '1',
  MCP_SERVERS: '{}',
  WATCH_TOKENS: 'gateloop/watch/',
  STATE_MACHINES: 'arn:aws:states:us-east-1:123456789012:stateMachine:gateloop-main-',
  CONSOLE: '{"environment":"main","readers":{"operators":[]},"links":[]}',
  SIGNING_KEY_SECRET: 'gateloop/webhook-signing-key',
  SIGNING_KEY_KMS_KEY: 'alias/aws/secretsmanager',
};

/** The environment variables of a starting Lambda function. Its credentials are invalid for any service. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ...SETTINGS,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  LAMBDA_TASK_ROOT: '/var/task',
  POWERTOOLS_SERVICE_NAME: 'bench',
};

/** Imports a module and prints the CPU time of that in ms. Wall time would include other processes of the machine. */
const IMPORT_PROGRAM = `
const before = process.cpuUsage();
await import(process.argv[1]);
const { user, system } = process.cpuUsage(before);
console.log((user + system) / 1000);
`;

interface BundleMeasurement {
  readonly name: string;
  readonly bytes: number;
  /** CPU time in ms, one value per round. */
  readonly starts: readonly number[];
}

/** @returns CPU time in ms */
function measureColdStart(file: string): number {
  const [node, flags] = [process.execPath, ['--input-type=module', '--eval', IMPORT_PROGRAM]];
  const output = execFileSync(node, [...flags, pathToFileURL(file).href], { env: { ...ENVIRONMENT } });
  return Number(output);
}

async function measureBundles(): Promise<BundleMeasurement[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'gateloop-bundles-'));
  const bundles = [
    await bundleBareClient(join(scratch, 'bare')),
    ...(await bundleFunctions(functionEntries, join(scratch, 'functions'))),
  ];
  const starts = new Map<string, number[]>(bundles.map(({ name }) => [name, []]));
  // Each round measures all bundles, so that load on the machine affects them equally.
  for (let number = 1; number <= ROUNDS; number += 1) {
    process.stderr.write(`round ${number} of ${ROUNDS}\r`);
    for (const { name, directory } of bundles)
      starts.get(name)?.push(measureColdStart(join(directory, HANDLER_FILE)));
  }
  rmSync(scratch, { recursive: true });
  return bundles.map(({ name, bytes }) => ({ name, bytes, starts: starts.get(name) ?? [] }));
}

/** The median of the ratios in each round: the load on the machine changes between rounds. */
function startRatio(bundle: BundleMeasurement, reference: BundleMeasurement): number {
  return median(bundle.starts.map((start, index) => start / (reference.starts[index] ?? Number.NaN)));
}

async function report({ json }: { readonly json: boolean }): Promise<number> {
  const measurements = await measureBundles();
  const [bareClient] = measurements;
  if (!bareClient) throw new Error('No bundle was measured.');
  const rows = measurements.map((bundle) => ({
    package: bundle.name,
    'size (KB)': Math.round(bundle.bytes / 1000),
    'size / bare client': round(bundle.bytes / bareClient.bytes, 2),
    'start (ms CPU)': Math.round(median(bundle.starts)),
    'start / bare client': round(startRatio(bundle, bareClient), 2),
  }));
  if (json) console.log(JSON.stringify(rows, null, 2));
  else console.table(rows);
  return exitCodes.done;
}

await runScript({
  name: 'bench:bundles',
  summary: 'measure the size and the cold start of every package, beside a bare client',
  options: [new Option('--json', 'print the rows as JSON')],
  examples: { '--json': 'print the rows as JSON' },
  exits: { done: 'measured', failed: 'a package did not build or start' },
  run: report,
});
