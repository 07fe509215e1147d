import type { JsonValue } from '../../../core/json.ts';
import { REGION } from '../account.ts';
import type { NewHistoryEvent } from './execution.ts';
import type { TaskResource } from './integrations.ts';
import type { InnerEvent } from './interpreter.ts';
import type { Failure, TaskFailure } from './taskFailure.ts';

/** The history events of executions, states and tasks, named as Step Functions names them. */

export function executionStarted(input: JsonValue, roleArn: string): NewHistoryEvent {
  return event('ExecutionStarted', { input: JSON.stringify(input), roleArn });
}

export function executionRedriven(redriveCount: number): NewHistoryEvent {
  return event('ExecutionRedriven', { redriveCount });
}

export function executionSucceeded(output: JsonValue): NewHistoryEvent {
  return event('ExecutionSucceeded', { output: JSON.stringify(output) });
}

const END_EVENTS = {
  FAILED: 'ExecutionFailed',
  TIMED_OUT: 'ExecutionTimedOut',
  ABORTED: 'ExecutionAborted',
} as const;

export type UnsuccessfulStatus = keyof typeof END_EVENTS;

export function executionEnded(status: UnsuccessfulStatus, failure: Failure): NewHistoryEvent {
  return event(END_EVENTS[status], { ...failure });
}

export function stateEntered(type: string, name: string, input: JsonValue): NewHistoryEvent {
  return event(`${type}StateEntered`, { name, input: JSON.stringify(input) }, 'StateEntered');
}

export function stateExited(type: string, name: string, output: JsonValue): NewHistoryEvent {
  return event(`${type}StateExited`, { name, output: JSON.stringify(output) }, 'StateExited');
}

/** The event of a state inside a Map or Parallel state. */
export function innerStateChanged({
  type,
  state: { name, type: stateType, input, output },
}: InnerEvent): NewHistoryEvent {
  const isEntry = type === 'StateEntered';
  const data = JSON.stringify((isEntry ? input : output) ?? null);
  return event(`${stateType}${type}`, { name, [isEntry ? 'input' : 'output']: data }, type);
}

/** The history events of a task. Those of a Lambda function that is named directly have types of their own. */
export interface TaskHistory {
  started(parameters: JsonValue): readonly NewHistoryEvent[];
  submitted(output: JsonValue): readonly NewHistoryEvent[];
  succeeded(output: JsonValue): readonly NewHistoryEvent[];
  failed(failure: TaskFailure): readonly NewHistoryEvent[];
}

export function taskHistory(resource: TaskResource): TaskHistory {
  return resource.type === 'function' ? functionHistory(resource) : integrationHistory(resource);
}

function functionHistory({ action }: TaskResource): TaskHistory {
  return {
    started: (parameters) => [
      event('LambdaFunctionScheduled', { resource: action, input: JSON.stringify(parameters) }),
      event('LambdaFunctionStarted'),
    ],
    submitted: () => [],
    succeeded: (output) => [event('LambdaFunctionSucceeded', { output: JSON.stringify(output) })],
    failed: ({ name, message }) => [
      event(isTimeout(name) ? 'LambdaFunctionTimedOut' : 'LambdaFunctionFailed', {
        error: name,
        cause: message,
      }),
    ],
  };
}

function integrationHistory({ type: resourceType, action: resource, pattern }: TaskResource): TaskHistory {
  const where = { resourceType, resource };
  return {
    started: (parameters) => [
      event('TaskScheduled', { ...where, region: REGION, parameters: JSON.stringify(parameters) }),
      event('TaskStarted', where),
    ],
    submitted: (output) =>
      pattern === 'requestResponse'
        ? []
        : [event('TaskSubmitted', { ...where, output: JSON.stringify(output) })],
    succeeded: (output) => [event('TaskSucceeded', { ...where, output: JSON.stringify(output) })],
    failed: ({ name, message }) => [
      event(isTimeout(name) ? 'TaskTimedOut' : 'TaskFailed', { ...where, error: name, cause: message }),
    ],
  };
}

function isTimeout(error: string): boolean {
  return error === 'States.Timeout' || error === 'States.HeartbeatTimeout';
}

/** @param detailsType the type that names the member with the details: all `*StateEntered` events share one */
function event(type: string, details?: NewHistoryEvent['details'], detailsType = type): NewHistoryEvent {
  const detailsName = `${detailsType.charAt(0).toLowerCase()}${detailsType.slice(1)}EventDetails`;
  return details ? { type, detailsName, details } : { type };
}
