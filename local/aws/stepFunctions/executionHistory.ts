import type { JsonValue } from '../../../core/json.ts';
import type { NewHistoryEvent } from './execution.ts';
import type { InnerEvent } from './interpreter.ts';
import type { Failure } from './taskFailure.ts';

/** The history events of executions and states, in the service's words; those of tasks are in `taskHistory`. */

export function executionStarted(input: JsonValue, roleArn: string): NewHistoryEvent {
  return event('ExecutionStarted', 'executionStarted', { input: JSON.stringify(input), roleArn });
}

export function executionRedriven(redriveCount: number): NewHistoryEvent {
  return event('ExecutionRedriven', 'executionRedriven', { redriveCount });
}

export function executionSucceeded(output: JsonValue): NewHistoryEvent {
  return event('ExecutionSucceeded', 'executionSucceeded', { output: JSON.stringify(output) });
}

const END_EVENTS = {
  FAILED: ['ExecutionFailed', 'executionFailed'],
  TIMED_OUT: ['ExecutionTimedOut', 'executionTimedOut'],
  ABORTED: ['ExecutionAborted', 'executionAborted'],
} as const;

export type UnsuccessfulStatus = keyof typeof END_EVENTS;

export function executionEnded(status: UnsuccessfulStatus, failure: Failure): NewHistoryEvent {
  const [type, details] = END_EVENTS[status];
  return event(type, details, { ...failure });
}

export function stateEntered(type: string, name: string, input: JsonValue): NewHistoryEvent {
  return event(`${type}StateEntered`, 'stateEntered', { name, input: JSON.stringify(input) });
}

export function stateExited(type: string, name: string, output: JsonValue): NewHistoryEvent {
  return event(`${type}StateExited`, 'stateExited', { name, output: JSON.stringify(output) });
}

/** Of a state inside a Map or Parallel state. */
export function innerStateChanged({
  type,
  state: { name, type: stateType, input, output },
}: InnerEvent): NewHistoryEvent {
  const isEntry = type === 'StateEntered';
  const data = JSON.stringify((isEntry ? input : output) ?? null);
  return event(`${stateType}${type}`, isEntry ? 'stateEntered' : 'stateExited', {
    name,
    [isEntry ? 'input' : 'output']: data,
  });
}

function event(
  type: string,
  details: string,
  members: NonNullable<NewHistoryEvent['details']>,
): NewHistoryEvent {
  return { type, detailsName: `${details}EventDetails`, details: members };
}
