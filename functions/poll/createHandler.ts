import { lambdaStep } from '../runtime/lambdaStep.ts';
import { poll } from './poll.ts';
import { parsePollEvent, parseUnreadUpload } from './pollEvent.ts';
import type { PollPorts } from './pollState.ts';

/** Makes the handler that compares a workspace with what it is to become, and decides what the state machine does next. */
export function createHandler(ports: PollPorts) {
  return lambdaStep(
    (event) => parseUnreadUpload(event) ?? parsePollEvent(event),
    async (event) => ('key' in event ? event : poll(event, ports)),
    ports.clock,
  );
}
