import { readMapping, readTime } from '../runtime/eventFields.ts';
import { lambdaStep, type StepClock } from '../runtime/lambdaStep.ts';
import { type CollectEvent, type CollectPorts, collect } from './collect.ts';

/** Makes the handler that deletes what nothing needs any more, once a day. With `dryRun` it only says what. */
export function createHandler(ports: CollectPorts & StepClock) {
  return lambdaStep(parseCollectEvent, (event) => collect(event, ports), ports.clock);
}

/** @throws GateloopError `InvalidEvent` */
export function parseCollectEvent(event: unknown): CollectEvent {
  const { now, dryRun } = readMapping(event, 'a mapping with "now"');
  return { now: readTime(now), isDryRun: dryRun === true };
}
