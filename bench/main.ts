import { benchLoop, benchNoOp, type LoopRun } from './reconcileLoop.ts';
import { benchSchemas } from './schemas.ts';

/** `npm run bench`: all figures in one run, as tables. `npm run bench:agentcore` measures the emulator. */
console.log('The loop: one gateway, targets of 4-12 s each, simulated; mean (worst) of 40 runs from cold');
console.table(
  benchLoop().map(({ runner, targets, mean, worst }) => ({
    way: runner,
    targets,
    'makespan / bound': meanAndWorst(mean, worst, 'makespanRatio'),
    'transitions / target': meanAndWorst(mean, worst, 'transitions'),
    'reads / target': meanAndWorst(mean, worst, 'reads'),
  })),
);
console.log('A pass over a hundred targets in step');
console.table([benchNoOp()]);
console.log("Reading OpenAPI descriptions of the size of GitHub's as schemas");
console.table(benchSchemas());

function meanAndWorst(mean: LoopRun, worst: LoopRun, figure: keyof LoopRun): string {
  return `${mean[figure].toFixed(2)} (${worst[figure].toFixed(2)})`;
}
