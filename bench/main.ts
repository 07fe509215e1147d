import { benchLoop, benchNoOp, type LoopRun } from './reconcileLoop.ts';
import { benchSchemas } from './schemas.ts';

/** `npm run bench` prints the measurements of the reconcile loop and of the schema parser. */
console.log(
  'Reconcile loop: one gateway, targets of 4-12 s each, simulated; mean (worst) of 40 runs without history',
);
console.table(
  benchLoop().map(({ runner, targets, mean, worst }) => ({
    runner,
    targets,
    'makespan / bound': meanAndWorst(mean, worst, 'makespanRatio'),
    'transitions / target': meanAndWorst(mean, worst, 'transitions'),
    'reads / target': meanAndWorst(mean, worst, 'reads'),
  })),
);
console.log('Reconciliation of 100 targets without changes');
console.table([benchNoOp()]);
console.log("Parsing OpenAPI documents of the size of GitHub's");
console.table(benchSchemas());

function meanAndWorst(mean: LoopRun, worst: LoopRun, figure: keyof LoopRun): string {
  return `${mean[figure].toFixed(2)} (${worst[figure].toFixed(2)})`;
}
