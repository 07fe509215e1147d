import type { JsonValue } from '../../../core/json.ts';
import { REGION } from '../account.ts';
import type { NewHistoryEvent } from './execution.ts';
import type { TaskResource } from './integrations.ts';
import type { TaskFailure } from './taskFailure.ts';

/** The history events of a task: the service words those of a function named directly in ways of their own. */
export interface TaskHistory {
  started(parameters: JsonValue): readonly NewHistoryEvent[];
  submitted(output: JsonValue): readonly NewHistoryEvent[];
  succeeded(output: JsonValue): readonly NewHistoryEvent[];
  failed(failure: TaskFailure): readonly NewHistoryEvent[];
}

export function taskHistory(resource: TaskResource): TaskHistory {
  return resource.type === 'function' ? functionHistory(resource) : integrationHistory(resource);
}

function event(type: string, details?: NewHistoryEvent['details']): NewHistoryEvent {
  const detailsName = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
  return details ? { type, detailsName, details } : { type };
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
