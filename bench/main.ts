import { measureForeignChanges, measureQuietPasses, measureSnapshots } from './controlPlaneReads.ts';
import { benchLoop, benchNoOp, type LoopRun } from './reconcileLoop.ts';
import { benchSchemas } from './schemas.ts';

/**
 * `npm run bench` prints the measurements of the reconcile loop, of the calls to the control plane and of the schema
 * parser. With `-- --json` it prints one JSON document.
 */
const results = {
  loop: benchLoop(),
  unchanged: benchNoOp(),
  quietPasses: await measureQuietPasses([1, 20]),
  snapshots: await measureSnapshots(),
  foreignChanges: await measureForeignChanges(),
  schemas: benchSchemas(),
};
if (process.argv.includes('--json')) console.log(JSON.stringify(results, null, 2));
else printTables();

function printTables(): void {
  console.log(
    'Reconcile loop: one gateway, targets of 4-12 s each, simulated; mean (worst) of 40 runs without history',
  );
  console.table(
    results.loop.map(({ runner, targets, mean, worst }) => ({
      runner,
      targets,
      'makespan / bound': meanAndWorst(mean, worst, 'makespanRatio'),
      'transitions / target': meanAndWorst(mean, worst, 'transitions'),
      'reads / target': meanAndWorst(mean, worst, 'reads'),
    })),
  );
  console.log('Reconciliation of 100 targets without changes');
  console.table([results.unchanged]);
  console.log('Quiet pass: calls to the control plane, on the embedded AWS');
  console.table(results.quietPasses);
  console.log('Snapshot: Gets of the written resource, on the embedded AWS');
  console.table(results.snapshots);
  console.log('From a foreign change to its undoing, in simulated seconds on the embedded AWS');
  console.table(results.foreignChanges);
  console.log("Parsing OpenAPI documents of the size of GitHub's");
  console.table(results.schemas);
}

function meanAndWorst(mean: LoopRun, worst: LoopRun, figure: keyof LoopRun): string {
  return `${mean[figure].toFixed(2)} (${worst[figure].toFixed(2)})`;
}
