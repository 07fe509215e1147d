import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';

/** A task or wait inside a state, which the library runs through a handler. */
export interface InnerState {
  readonly name: string;
  /** As the author wrote it. */
  readonly definition: JsonObject;
  /** The key of its part of the context object; see `rewritePaths`. */
  readonly contextKey: string;
}

/** A state with the definition that lets the library run it alone. */
export interface LibraryState {
  readonly name: string;
  readonly type: string;
  /** As the author wrote it. */
  readonly definition: JsonObject;
  /** The states of a machine that runs this one state and ends. */
  readonly states: JsonObject;
  /** The states inside, at any depth, of a Map or Parallel state. */
  readonly inner: readonly InnerState[];
}

/** The context key of the state that runs; states inside it are numbered from 0. */
export const OUTER_CONTEXT = 'Context';

/** Parts of the language that the library leaves out. A state that uses them is rejected instead of run differently. */
const UNSUPPORTED = [
  'Assign',
  'Arguments',
  'Output',
  'ItemReader',
  'ItemBatcher',
  'ResultWriter',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
];

/** The library ends a task after 60 real seconds by default; this is the longest delay of a timer. */
const NO_TIMEOUT_SECONDS = 2_147_483;

/**
 * Prepares a state for the library, which runs it alone, in real time and without memory:
 * - successors become ends that say which of them was taken;
 * - `Retry` and `Catch`, waits and timeouts are removed: they use the simulated clock and must survive restarts;
 * - paths into the context object are moved, because the library overwrites the execution's input and start time.
 *
 * @throws Error naming the state and the field when the state uses what the library lacks
 */
export function toLibraryState(name: string, definition: JsonObject): LibraryState {
  const inner: InnerState[] = [];
  const state = rewrite(name, definition, OUTER_CONTEXT, inner);
  const { Retry: _retry, Catch: _catch, Next: _next, ...withoutSuccessor } = state;
  const type = String(definition.Type);
  const isChoice = type === 'Choice';
  const ends = isChoice ? Object.fromEntries(successorsOf(definition).map(successorEnd)) : {};
  const isTerminal = isChoice || type === 'Succeed' || type === 'Fail';
  return {
    name,
    type,
    definition,
    states: { [name]: isTerminal ? withoutSuccessor : { ...withoutSuccessor, End: true }, ...ends },
    inner,
  };
}

function successorsOf({ Choices: choices, Default: otherwise }: JsonObject): readonly string[] {
  const list: readonly JsonValue[] = Array.isArray(choices) ? choices : [];
  const names = list.filter(isJsonObject).map(({ Next: next }) => String(next));
  return [...new Set(typeof otherwise === 'string' ? [...names, otherwise] : names)];
}

function successorEnd(successor: string): [string, JsonObject] {
  return [successor, { Type: 'Pass', Parameters: { next: successor, 'output.$': '$' }, End: true }];
}

function rewrite(name: string, definition: JsonObject, contextKey: string, inner: InnerState[]): JsonObject {
  rejectUnsupported(name, definition);
  const { ResultPath: resultPath, ...rest } = rewritePaths(definition, contextKey);
  // The library takes "$" for a member of that name; leaving it out means the same.
  const state = resultPath === undefined || resultPath === '$' ? rest : { ...rest, ResultPath: resultPath };
  const rewriter = REWRITERS[String(definition.Type)];
  return rewriter ? rewriter(name, state, definition, inner) : state;
}

type Rewriter = (name: string, state: JsonObject, definition: JsonObject, inner: InnerState[]) => JsonObject;

const REWRITERS: Readonly<Record<string, Rewriter>> = {
  Task: (_name, { TimeoutSecondsPath: _p, HeartbeatSeconds: _h, HeartbeatSecondsPath: _hp, ...state }) => ({
    ...state,
    TimeoutSeconds: NO_TIMEOUT_SECONDS,
  }),
  // A Wait state passes its input on. Inside a Map or Parallel state, the library calls its handler, as for a task.
  Wait: (_name, { InputPath, OutputPath, Next, End }) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::gateloop:wait',
    TimeoutSeconds: NO_TIMEOUT_SECONDS,
    ...withoutUndefined({ InputPath, OutputPath, Next, End }),
  }),
  // The library takes a Result of false, 0, "" or null for none. A selector that is no object stands for itself.
  Pass: (_name, { Result: result, ...state }) => {
    if (result === undefined) return state;
    return result ? { ...state, Result: result } : { ...state, ResultSelector: result };
  },
  Map: (name, state, _definition, inner) => {
    const { ItemProcessor: processor, Iterator: iterator, ...rest } = state;
    return { ...rest, ItemProcessor: rewriteInner(name, processor ?? iterator ?? {}, inner) };
  },
  Parallel: (name, state, _definition, inner) => {
    const branches: readonly JsonValue[] = Array.isArray(state.Branches) ? state.Branches : [];
    return { ...state, Branches: branches.map((branch) => rewriteInner(name, branch, inner)) };
  },
};

function rewriteInner(name: string, machine: JsonValue, inner: InnerState[]): JsonObject {
  if (!isJsonObject(machine) || !isJsonObject(machine.States))
    throw new Error(`state ${name} holds no states`);
  const { ProcessorConfig: configuration, ...rest } = machine;
  if (isJsonObject(configuration) && configuration.Mode === 'DISTRIBUTED') {
    throw new Error(`state ${name} is a distributed map, which does not run locally`);
  }
  const states = Object.entries(machine.States).map(([innerName, definition]): [string, JsonObject] => {
    if (!isJsonObject(definition)) throw new Error(`state ${innerName} is not an object`);
    const contextKey = `Inner${inner.length}`;
    inner.push({ name: innerName, definition, contextKey });
    return [innerName, rewriteInnerState(innerName, definition, contextKey, inner)];
  });
  return { ...rest, States: Object.fromEntries(states) };
}

/** Tasks inside are retried where they are called, on the clock; maps inside maps are left to the library. */
function rewriteInnerState(
  name: string,
  definition: JsonObject,
  contextKey: string,
  inner: InnerState[],
): JsonObject {
  if (definition.TimeoutSecondsPath !== undefined || definition.HeartbeatSecondsPath !== undefined) {
    throw new Error(
      `state ${name} takes a timeout from a path inside a Map or Parallel state, which does not run locally`,
    );
  }
  const state = rewrite(name, definition, contextKey, inner);
  if (definition.Type !== 'Task') return state;
  const { Retry: _retry, ...withoutRetry } = state;
  return withoutRetry;
}

function rejectUnsupported(name: string, state: JsonObject): void {
  if (state.QueryLanguage === 'JSONata')
    throw new Error(`state ${name} uses JSONata, which does not run locally`);
  const field = UNSUPPORTED.find((unsupported) => unsupported in state);
  if (field) throw new Error(`state ${name} uses ${field}, which does not run locally`);
}

/** `$$.Map` stays where the library puts it; the rest stands under the key of the state that reads it. */
function rewritePaths(state: JsonObject, contextKey: string): JsonObject {
  const rewritten = Object.entries(state).map(([field, value]): [string, JsonValue] => {
    if (LITERAL.has(field)) return [field, value];
    const isPath = TEMPLATES.has(field) ? isPathOfTemplate : isPathOfState;
    return [field, rewritePath(field, value, contextKey, isPath)];
  });
  return Object.fromEntries(rewritten);
}

/** Fields that hold data, and inner states, which are rewritten with their own key. */
const LITERAL = new Set(['Result', 'Branches', 'Iterator', 'ItemProcessor', 'Comment', 'Retry']);
const TEMPLATES = new Set(['Parameters', 'ItemSelector', 'ResultSelector']);
const isPathOfTemplate = (key: string) => key.endsWith('.$');
const isPathOfState = (key: string) => key.endsWith('Path') || key === 'Variable';

/** Moves the paths into the context object that stand in a path or an intrinsic function. */
export function moveContextPaths(text: string, contextKey: string): string {
  return text.replace(/\$\$(?!\.Map\b)(?=[.[,)\s]|$)/g, `$$$$.${contextKey}`);
}

function rewritePath(
  key: string,
  value: JsonValue,
  contextKey: string,
  isPath: (key: string) => boolean,
): JsonValue {
  if (typeof value === 'string' && isPath(key)) {
    return moveContextPaths(value, contextKey);
  }
  if (Array.isArray(value)) {
    return value.map((entry: JsonValue) => rewritePath('', entry, contextKey, isPath));
  }
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([inner, entry]) => [inner, rewritePath(inner, entry, contextKey, isPath)]),
  );
}

function withoutUndefined(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  const entries = Object.entries(members).filter(
    (entry): entry is [string, JsonValue] => entry[1] !== undefined,
  );
  return Object.fromEntries(entries);
}
