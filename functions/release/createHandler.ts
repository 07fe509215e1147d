import { parsePollEvent } from '../poll/pollEvent.ts';
import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { type ReleasePorts, release } from './release.ts';

/** Makes the handler that releases the lease of a workspace at the end of an execution. */
export function createHandler(ports: ReleasePorts & StepClock) {
  return lambdaStep(parsePollEvent, (event) => release(event, ports), ports.clock);
}
