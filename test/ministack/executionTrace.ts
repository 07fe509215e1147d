import type { JsonObject, JsonValue } from '../../core/json.ts';

/** One call of a function. */
export interface FunctionCall {
  readonly name: string;
  readonly event: JsonObject;
}

/** An execution that the traced execution started. */
export interface StartedExecution {
  readonly name: string;
  readonly input: JsonValue;
}

/** The trace of an execution, which must be equal on every runner. */
export interface ExecutionTrace {
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Undefined unless the execution succeeded. */
  readonly output: JsonValue | undefined;
  /** The states that the execution entered, in order, without those inside a Map. */
  readonly states: readonly string[];
  /** In order. Each retry is one more call. */
  readonly calls: readonly FunctionCall[];
  /** Sorted by name, because the iterations of a Map start executions in any order. */
  readonly started: readonly StartedExecution[];
}

/** The data that a runner has about an ended execution. */
export interface RawTrace extends Pick<ExecutionTrace, 'states' | 'calls' | 'started'> {
  readonly execution: Pick<ExecutionTrace, 'status' | 'error' | 'cause' | 'output'> & {
    readonly name: string;
  };
}

/** Masks the values that differ between two runs: times, task tokens, and the name of the execution. */
export function normalizeTrace({ execution, states, calls, started }: RawTrace): ExecutionTrace {
  const { name, status, error, cause, output } = execution;
  const masked = (value: JsonValue) => mask(value, name);
  return {
    status,
    error,
    cause,
    // In Step Functions, a failed execution has no output. In MiniStack, its output is the error.
    output: status !== 'SUCCEEDED' || output === undefined ? undefined : masked(output),
    states,
    calls: calls.map((call) => ({ name: call.name, event: masked(call.event) as JsonObject })),
    started: started
      .map((other) => ({ name: other.name, input: masked(other.input) }))
      .sort((one, another) => one.name.localeCompare(another.name)),
  };
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+]00:00)$/;

function mask(value: JsonValue, name: string): JsonValue {
  if (typeof value === 'string') {
    return TIME.test(value) ? '<time>' : value.replaceAll(name, '<this execution>');
  }
  if (Array.isArray(value)) return value.map((each) => mask(each, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, MASKED[key] ?? mask(member, name)]),
  );
}

/** `error` is masked because MiniStack gives the same name to every error that a function throws. */
const MASKED: Readonly<Record<string, string>> = {
  taskToken: '<token>',
  StartDate: '<time>',
  error: '<error>',
};
