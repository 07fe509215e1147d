import type { JsonObject, JsonValue } from '../../core/json.ts';

/** A function, and what it was called with. */
export interface FunctionCall {
  readonly name: string;
  readonly event: JsonObject;
}

/** An execution that another one started. */
export interface StartedExecution {
  readonly name: string;
  readonly input: JsonValue;
}

/** Which way an execution went: what must be the same wherever it runs. */
export interface ExecutionTrace {
  readonly status: string;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  /** Of one that succeeded. */
  readonly output: JsonValue | undefined;
  /** The states that were entered, in order, without those inside a Map. */
  readonly states: readonly string[];
  /** In order; every try counts. */
  readonly calls: readonly FunctionCall[];
  /** By name, since those of a Map start in any order. */
  readonly started: readonly StartedExecution[];
}

/** What an emulator shows of an execution that is over. */
export interface RawTrace extends Pick<ExecutionTrace, 'states' | 'calls' | 'started'> {
  readonly execution: Pick<ExecutionTrace, 'status' | 'error' | 'cause' | 'output'> & {
    readonly name: string;
  };
}

/** Takes out of what was seen what cannot be the same twice: times, tokens, and the name of the execution. */
export function normalizeTrace({ execution, states, calls, started }: RawTrace): ExecutionTrace {
  const { name, status, error, cause, output } = execution;
  const masked = (value: JsonValue) => mask(value, name);
  return {
    status,
    error,
    cause,
    // Step Functions gives an execution that failed no output; MiniStack repeats its error there.
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

/** `error` is masked since MiniStack gives every error that a function throws the same name. */
const MASKED: Readonly<Record<string, string>> = {
  taskToken: '<token>',
  StartDate: '<time>',
  error: '<error>',
};
