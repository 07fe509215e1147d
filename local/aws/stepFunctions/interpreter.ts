import {
  ExecutionAbortedError,
  ExecutionError,
  type StateMachineDefinition as LibraryDefinition,
  type RunOptions,
  StateMachine,
} from 'aws-local-stepfunctions';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { type LibraryState, moveContextPaths } from './libraryDefinition.ts';
import { TaskFailure } from './taskFailure.ts';

/** Runs a task or a wait with its effective input, and returns its result. */
export type TaskHandler = (effectiveInput: JsonValue) => Promise<JsonValue>;

/** The start or end of a state inside a Map or Parallel state. */
export interface InnerEvent {
  readonly type: 'StateEntered' | 'StateExited';
  readonly state: {
    readonly name: string;
    readonly type: string;
    readonly input: unknown;
    readonly output?: unknown;
  };
}

export interface InterpretOptions {
  readonly context: object;
  /** By the state's name: tasks, and waits inside a Map or Parallel state. */
  readonly handlers?: Readonly<Record<string, TaskHandler>>;
  readonly signal?: AbortSignal;
  readonly onInnerEvent?: (event: InnerEvent) => void;
}

/** The next state and its input; no `next` at the end of the execution. */
export interface StateResult {
  readonly next: string | undefined;
  readonly output: JsonValue;
}

/**
 * Runs one state once through the library: input and output processing, choices, maps, parallels, intrinsics.
 * @throws TaskFailure with the error's name and cause
 */
export async function interpret(
  state: LibraryState,
  input: JsonValue,
  options: InterpretOptions,
): Promise<StateResult> {
  const output = await run({ StartAt: state.name, States: state.states }, input, options, state);
  if (state.type !== 'Choice') {
    const { Next: next } = state.definition;
    return { next: typeof next === 'string' ? next : undefined, output };
  }
  // A choice ends in one of the states that `toLibraryState` put in its successors' places.
  const taken = isJsonObject(output) ? output : {};
  return { next: String(taken.next), output: taken.output ?? null };
}

/**
 * Evaluates a path that a field of a state holds, such as `SecondsPath`.
 *
 * @param contextKey of the state; see `toLibraryState`
 * @throws TaskFailure `States.Runtime` when the path matches nothing
 */
export async function evaluatePath(
  path: string,
  input: JsonValue,
  context: object,
  contextKey: string,
  inputPath: JsonValue = '$',
): Promise<JsonValue> {
  const state = {
    Type: 'Pass',
    InputPath: typeof inputPath === 'string' ? moveContextPaths(inputPath, contextKey) : inputPath,
    Parameters: { 'value.$': moveContextPaths(path, contextKey) },
    End: true,
  };
  const output = await run(
    { StartAt: 'Evaluate', States: { Evaluate: state } },
    input,
    { context },
    undefined,
  );
  return isJsonObject(output) ? (output.value ?? null) : null;
}

/** Puts a failure at `ResultPath`, as a catcher does. */
export async function placeResult(result: JsonObject, resultPath: JsonValue | undefined, input: JsonValue) {
  const path = resultPath === undefined || resultPath === '$' ? {} : { ResultPath: resultPath };
  const state = { Type: 'Pass', Result: result, ...path, End: true };
  return run({ StartAt: 'Place', States: { Place: state } }, input, { context: {} }, undefined);
}

async function run(
  definition: JsonObject,
  input: JsonValue,
  { context, handlers = {}, signal, onInnerEvent }: InterpretOptions,
  state: LibraryState | undefined,
): Promise<JsonValue> {
  signal?.throwIfAborted();
  // The definition passed the validator before it was taken apart; the library's types are narrower than the language.
  const machine = new StateMachine(definition as unknown as LibraryDefinition, {
    validationOptions: { noValidate: true },
  });
  const execution = machine.run(input as LibraryJson, {
    context: { ...context },
    overrides: {
      taskResourceLocalHandlers: handlers as LibraryHandlers,
      retryIntervalOverrides: Object.fromEntries(state?.inner.map(({ name }) => [name, 0]) ?? []),
    },
  });
  const abort = () => execution.abort();
  signal?.addEventListener('abort', abort, { once: true });
  const watched =
    onInnerEvent && state ? reportInnerEvents(execution.eventLogs, state, onInnerEvent) : undefined;
  try {
    const result = await execution.result;
    await watched;
    return result as JsonValue;
  } catch (error) {
    signal?.throwIfAborted();
    throw toTaskFailure(error, state);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

type LibraryJson = Parameters<StateMachine['run']>[0];
type LibraryHandlers = NonNullable<NonNullable<RunOptions['overrides']>['taskResourceLocalHandlers']>;

async function reportInnerEvents(
  events: AsyncGenerator<{ type: string }>,
  state: LibraryState,
  onInnerEvent: (event: InnerEvent) => void,
): Promise<void> {
  const names = new Set(state.inner.map(({ name }) => name));
  for await (const event of events)
    if (isInnerEvent(event) && names.has(event.state.name)) onInnerEvent(event);
}

function isInnerEvent(event: { type: string }): event is InnerEvent {
  return event.type === 'StateEntered' || event.type === 'StateExited';
}

function toTaskFailure(error: unknown, state: LibraryState | undefined): unknown {
  const cause = error instanceof ExecutionError ? error.cause : error;
  if (cause instanceof TaskFailure || !(cause instanceof Error)) return cause;
  if (cause instanceof ExecutionAbortedError) return cause;
  const isStatesError =
    cause.name.startsWith('States.') || state?.type === 'Fail' || containsFailState(state);
  return new TaskFailure(isStatesError ? cause.name : 'States.Runtime', cause.message);
}

/** A Fail state inside may throw an error of any name. */
function containsFailState(state: LibraryState | undefined): boolean {
  return state?.inner.some(({ definition }) => definition.Type === 'Fail') ?? false;
}
