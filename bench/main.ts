import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Option } from 'commander';
import { numberBetween } from '../cli/commandSpec.ts';
import { exitCodes } from '../cli/exitCodes.ts';
import { runScript } from '../scripts/runScript.ts';
import { measureForeignChanges, measureQuietPasses, measureSnapshots } from './controlPlaneReads.ts';
import { measureCreations } from './creation.ts';
import { measureEmbedded } from './embedded.ts';
import { awsOverheads } from './modeledAws.ts';
import { type Results, reportFiles, reportText } from './report.ts';
import { benchSchemas } from './schemas.ts';
import { measureEdits, measureFleet, measureGrowth, measureQuietPass } from './workloads.ts';

interface Flags {
  readonly json: boolean;
  readonly write: boolean;
  readonly quick: boolean;
  readonly gateways?: number;
  readonly targets: number;
}

/** Runs of a case: the durations differ from run to run, and a hundred targets take seconds to measure. */
const runsOf = (targets: number) => (targets >= 100 ? 2 : 5);
const FLEETS = [
  { workspaces: 10, targetsEach: 20 },
  { workspaces: 30, targetsEach: 10 },
];
const GROWTH = { gateways: [1, 10, 100, 1000], quickGateways: [1, 10], targetsEach: 2 };
const EMBEDDED_SIZES = [1, 5, 20];

function progress(what: string): void {
  process.stderr.write(`${what}\n`);
}

async function measure(quick: boolean): Promise<Results> {
  const creations = await measureCreations(awsOverheads, quick ? () => 1 : runsOf, progress);
  progress('changes of one schema among a hundred');
  const edits = await measureEdits(awsOverheads);
  progress('a pass that finds nothing to do');
  const quietPass = await measureQuietPass(awsOverheads);
  const fleets = [];
  for (const { workspaces, targetsEach } of FLEETS) {
    progress(`${workspaces} workspaces at once`);
    fleets.push(await measureFleet(awsOverheads, workspaces, targetsEach));
  }
  const growth = [];
  for (const gateways of quick ? GROWTH.quickGateways : GROWTH.gateways) {
    progress(`two hours of ${gateways} gateways`);
    growth.push(await measureGrowth(awsOverheads, gateways, GROWTH.targetsEach));
  }
  progress('reading schemas');
  const results = { creations, edits, quietPass, fleets, growth, schemas: benchSchemas() };
  if (quick) return results;
  progress('the embedded AWS in real time');
  return {
    ...results,
    embedded: await measureEmbedded(EMBEDDED_SIZES),
  };
}

/** Counts calls to the control plane. */
async function measureParts() {
  progress('calls of single passes and writes');
  return {
    quietPasses: await measureQuietPasses([1, 20]),
    snapshots: await measureSnapshots(),
    foreignChanges: await measureForeignChanges(),
  };
}

function printParts({
  quietPasses,
  snapshots,
  foreignChanges,
}: Awaited<ReturnType<typeof measureParts>>): void {
  console.log('Quiet pass: calls to the control plane, on the embedded AWS');
  console.table(quietPasses);
  console.log('Snapshot: Gets of the written resource, on the embedded AWS');
  console.table(snapshots);
  console.log('From a foreign change to its undoing, in simulated seconds on the embedded AWS');
  console.table(foreignChanges);
}

function writeReport(results: Results): void {
  for (const [name, content] of Object.entries(reportFiles(results))) {
    const file = fileURLToPath(new URL(`../docs/${name}`, import.meta.url));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    progress(`docs/${name} written`);
  }
}

await runScript<Flags>({
  name: 'bench',
  summary: 'measure how fast Gateloop is and what it costs, beside two scripts',
  options: [
    new Option('--json', 'print one JSON document on stdout, and progress on stderr'),
    new Option('--write', 'write docs/bench.md and its charts'),
    new Option('--quick', 'run each case once, with few gateways, and let no real time pass'),
    new Option('--gateways <n>', 'measure nothing but two quiet hours of a fleet of n workspaces')
      .argParser(numberBetween('--gateways', 1, 1000))
      .conflicts(['write', 'quick']),
    new Option('--targets <n>', 'how many targets each gateway of that fleet has')
      .argParser(numberBetween('--targets', 1, 1000))
      .default(GROWTH.targetsEach),
  ],
  examples: {
    '--write': 'measure everything, and write docs/bench.md',
    '--quick --json': 'measure within minutes, as JSON',
    '--gateways 100 --targets 100 --json': 'measure what a fleet costs a day that is at rest',
  },
  exits: { done: 'measured', failed: 'a measurement failed' },
  run: async ({ json, write, quick, gateways, targets }) => {
    if (gateways !== undefined) {
      const growth = await measureGrowth(awsOverheads, gateways, targets);
      if (json) console.log(JSON.stringify(growth, null, 2));
      else console.table([growth]);
      return exitCodes.done;
    }
    const results = await measure(quick);
    const parts = await measureParts();
    if (write) writeReport(results);
    if (json) console.log(JSON.stringify({ ...results, ...parts }, null, 2));
    else {
      console.log(reportText(results));
      printParts(parts);
    }
    return exitCodes.done;
  },
});
