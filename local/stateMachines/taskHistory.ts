import type { JsonValue } from '../../core/manifest/json.ts';
import { REGION } from '../account.ts';
import type { NewHistoryEvent } from './execution.ts';
import type { Resource } from './integrations.ts';
import type { TaskFailure } from './taskFailure.ts';

/** The history events of a task: the service words those of a function named directly in ways of their own. */
export interface TaskHistory {
  begun(parameters: JsonValue): readonly NewHistoryEvent[];
  submitted(output: JsonValue): readonly NewHistoryEvent[];
  succeeded(output: JsonValue): readonly NewHistoryEvent[];
  failed(failure: TaskFailure): readonly NewHistoryEvent[];
}

export function taskHistory(resource: Resource): TaskHistory {
  return resource.type === 'function' ? functionHistory(resource) : integrationHistory(resource);
}

function event(type: string, details?: NewHistoryEvent['details']): NewHistoryEvent {
  const detailsName = `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
  return details ? { type, detailsName, details } : { type };
}

function functionHistory({ action }: Resource): TaskHistory {
  return {
    begun: (parameters) => [
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

function integrationHistory({ type: resourceType, action: resource, pattern }: Resource): TaskHistory {
  const where = { resourceType, resource };
  return {
    begun: (parameters) => [
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
