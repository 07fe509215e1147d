import type { JsonObject, JsonValue } from '../../../core/json.ts';
import { type Clock, sleep } from '../../simulation/clock.ts';
import { contextOf, type StateContext } from './contextObject.ts';
import { nextRetry } from './errorMatching.ts';
import type { Execution, NewHistoryEvent, Step } from './execution.ts';
import { type TaskHistory, taskHistory } from './executionHistory.ts';
import { type IntegrationPorts, parseTaskResource, type TaskResource } from './integrations.ts';
import { evaluatePath, type TaskHandler } from './interpreter.ts';
import { type InnerState, type LibraryState, OUTER_CONTEXT } from './libraryDefinition.ts';
import type { Machine } from './machine.ts';
import { checkDataLimit, TaskFailure } from './taskFailure.ts';
import { TaskTokens } from './taskTokens.ts';
import { waitEndTime } from './waitEnd.ts';

/** Longest delay that `setTimeout` takes. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1;

export interface StateTasksOptions {
  readonly clock: Clock;
  readonly tokens: TaskTokens;
  readonly ports: IntegrationPorts;
  readonly random: () => number;
  readonly machine: Pick<Machine, 'arn' | 'name' | 'roleArn'>;
  readonly state: LibraryState;
  readonly execution: () => Execution;
  /** Saves a change before anything depends on it. */
  readonly save: (change: Partial<Step>, happened: readonly NewHistoryEvent[]) => void;
  readonly signal: AbortSignal;
}

/** One call of a task, of the running state or of a state inside it. */
interface TaskAttempt {
  readonly definition: JsonObject;
  readonly parameters: JsonValue;
  readonly resource: TaskResource;
  readonly history: TaskHistory;
  readonly token: string | undefined;
  /** Whether an earlier process has made the call, so that only its result is awaited. */
  readonly isSubmitted: boolean;
  readonly onSubmitted: (happened: readonly NewHistoryEvent[]) => void;
  readonly timeoutSeconds: number | undefined;
  readonly heartbeatSeconds: number | undefined;
  readonly startedAt: number;
  readonly key: string;
}

/** The side effects of one attempt of a state: its tasks, and the tasks and waits of the states inside it. */
export class StateTasks {
  readonly #options: StateTasksOptions;
  readonly #tokensByContext = new Map<string, string>();
  readonly #openTokens = new Set<string>();
  readonly context: Readonly<Record<string, StateContext>>;
  readonly handlers: Readonly<Record<string, TaskHandler>>;
  #busyCalls = 0;
  #awaitedTokens = 0;
  #innerCalls = 0;

  constructor(options: StateTasksOptions) {
    this.#options = options;
    const { state, machine } = options;
    if (state.type === 'Task') this.#prepareToken(state.definition);
    this.context = contextOf(machine, options.execution(), state, (contextKey) => ({
      enteredAt: () => options.clock.now(),
      token: () => this.#createToken(contextKey),
    }));
    this.handlers = Object.fromEntries([
      [state.name, this.#outerHandler(state)],
      ...state.inner.map((inner): [string, TaskHandler] => [inner.name, this.#innerHandler(inner)]),
    ]);
  }

  /** Whether the attempt waits only for the result of a token. */
  get isAwaitingToken(): boolean {
    return this.#awaitedTokens > 0 && this.#busyCalls === 0;
  }

  /** Rejects late results for the tasks of this attempt. */
  close(): void {
    for (const token of this.#openTokens) this.#options.tokens.close(token);
  }

  /** Saves a token before the task receives it. */
  #prepareToken({ Resource: resource }: JsonObject): void {
    const { execution, save, tokens, clock } = this.#options;
    if (!String(resource).endsWith('.waitForTaskToken')) return;
    const value = execution().step?.token?.value ?? TaskTokens.generate();
    if (!execution().step?.token) save({ token: { value, submitted: false }, triedAt: clock.now() }, []);
    tokens.open(value, execution().arn, this.#options.state.name);
    this.#openTokens.add(value);
  }

  /** The library evaluates a task's parameters and calls it without a pause, so the last token generated belongs to it. */
  #createToken(contextKey: string): string {
    const token = TaskTokens.generate();
    this.#tokensByContext.set(contextKey, token);
    return token;
  }

  #outerHandler({ name, type, definition }: LibraryState): TaskHandler {
    // A Wait state has waited before the library runs it.
    if (type !== 'Task') return async (input) => input;
    return async (parameters) => {
      const { execution, save, clock, state } = this.#options;
      const resource = parseTaskResource(String(definition.Resource));
      const { step } = execution();
      const seconds = (field: string) => this.#secondsOf(field, definition, step?.input ?? null, state);
      const timeoutSeconds = await seconds('TimeoutSeconds');
      const heartbeatSeconds = await seconds('HeartbeatSeconds');
      return this.#attempt({
        definition,
        parameters,
        resource,
        history: taskHistory(resource),
        token: step?.token?.value,
        isSubmitted: step?.token?.submitted ?? false,
        onSubmitted: (happened) =>
          save(step?.token ? { token: { value: step.token.value, submitted: true } } : {}, happened),
        timeoutSeconds,
        heartbeatSeconds,
        startedAt: step?.triedAt ?? clock.now(),
        key: attemptKey(execution(), `${step?.visit ?? 0}-${step?.retryCount ?? 0}`),
      }).catch((error) => {
        throw error instanceof TaskFailure ? error : toTaskFailure(error, name);
      });
    };
  }

  #innerHandler({ name, definition, contextKey }: InnerState): TaskHandler {
    if (definition.Type === 'Wait') return (input) => this.#innerWait(definition, contextKey, input);
    return async (parameters) => {
      const token = this.#tokensByContext.get(contextKey);
      this.#tokensByContext.delete(contextKey);
      for (let retries: readonly number[] = []; ; ) {
        try {
          return await this.#innerCall(name, definition, parameters, token);
        } catch (error) {
          const failure = toTaskFailure(error, name);
          const retry = nextRetry(definition, retries, failure.name, this.#options.random);
          if (!retry) throw failure;
          retries = retry.retries;
          await this.#countBusy(() => sleep(this.#options.clock, retry.pauseMs, this.#options.signal));
        }
      }
    };
  }

  #innerCall(name: string, definition: JsonObject, parameters: JsonValue, createdToken: string | undefined) {
    const { execution, save, tokens, clock } = this.#options;
    const resource = parseTaskResource(String(definition.Resource));
    const token =
      resource.pattern === 'waitForTaskToken' ? (createdToken ?? TaskTokens.generate()) : undefined;
    if (token) {
      tokens.reopen(token, execution().arn, name);
      this.#openTokens.add(token);
    }
    this.#innerCalls += 1;
    return this.#attempt({
      definition,
      parameters,
      resource,
      history: taskHistory(resource),
      token,
      isSubmitted: false,
      onSubmitted: (happened) => save({}, happened),
      timeoutSeconds: numberOf(definition.TimeoutSeconds),
      heartbeatSeconds: numberOf(definition.HeartbeatSeconds),
      startedAt: clock.now(),
      key: attemptKey(execution(), `${execution().step?.visit ?? 0}-${this.#innerCalls}`),
    });
  }

  async #innerWait(definition: JsonObject, contextKey: string, input: JsonValue): Promise<JsonValue> {
    const { clock, signal } = this.#options;
    const end = await waitEndTime(definition, clock.now(), (path) =>
      evaluatePath(path, input, this.context, contextKey),
    );
    await this.#countBusy(() => sleep(clock, end - clock.now(), signal));
    return input;
  }

  async #attempt(attempt: TaskAttempt): Promise<JsonValue> {
    const { save } = this.#options;
    try {
      const result = await this.#resultOf(attempt);
      checkDataLimit(result, this.#options.state.name);
      save({}, attempt.history.succeeded(result));
      return result;
    } catch (error) {
      if (error instanceof TaskFailure) save({}, attempt.history.failed(error));
      throw error;
    }
  }

  async #resultOf(attempt: TaskAttempt): Promise<JsonValue> {
    const { parameters, resource, token, history, key } = attempt;
    const { ports, signal, save, tokens } = this.#options;
    if (!attempt.isSubmitted) {
      checkDataLimit(parameters, this.#options.state.name);
      save({ triedAt: attempt.startedAt }, history.started(parameters));
      const work = () => resource.call({ parameters, key, ports, signal });
      const response = await this.#countBusy(() => this.#withTimeout(attempt, work));
      if (resource.pattern !== 'requestResponse') attempt.onSubmitted(history.submitted(response));
      if (!token) return response;
      tokens.restartHeartbeat(token);
    }
    if (!token) throw new TaskFailure('States.Runtime', 'A task that was submitted has no token.');
    const { timeoutSeconds, heartbeatSeconds } = attempt;
    this.#awaitedTokens += 1;
    try {
      return await tokens.waitForResult(
        token,
        {
          ...(timeoutSeconds === undefined ? {} : { timeoutAt: attempt.startedAt + timeoutSeconds * 1000 }),
          ...(heartbeatSeconds === undefined ? {} : { heartbeatMs: heartbeatSeconds * 1000 }),
        },
        signal,
      );
    } finally {
      this.#awaitedTokens -= 1;
    }
  }

  /** Limits tasks that run code in real seconds, and tasks that wait for an execution in simulated seconds. */
  #withTimeout(attempt: TaskAttempt, work: () => Promise<JsonValue>): Promise<JsonValue> {
    const { timeoutSeconds, resource, token } = attempt;
    if (timeoutSeconds === undefined || token) return work();
    if (!resource.pattern.startsWith('sync')) return withRealTimeout(timeoutSeconds, work);
    const { clock } = this.#options;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = clock.after(timeoutSeconds * 1000, () => reject(new TaskFailure('States.Timeout', '')));
    return Promise.race([work(), promise]).finally(() => timer.cancel());
  }

  async #countBusy<T>(work: () => Promise<T>): Promise<T> {
    this.#busyCalls += 1;
    try {
      return await work();
    } finally {
      this.#busyCalls -= 1;
    }
  }

  async #secondsOf(field: string, definition: JsonObject, input: JsonValue, state: LibraryState) {
    const path = definition[`${field}Path`];
    if (typeof path !== 'string') return numberOf(definition[field]);
    const context = contextOf(this.#options.machine, this.#options.execution(), state);
    return numberOf(await evaluatePath(path, input, context, OUTER_CONTEXT, definition.InputPath));
  }
}

function numberOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** Derives a name for what a call starts from the visit, so that a repetition after a crash starts nothing twice. */
function attemptKey({ name }: Execution, visit: string): string {
  return `${name.slice(0, 80 - visit.length - 1)}-${visit}`;
}

function toTaskFailure(error: unknown, state: string): TaskFailure {
  if (error instanceof TaskFailure) return error;
  return new TaskFailure(
    'States.Runtime',
    `State ${state}: ${error instanceof Error ? error.message : String(error)}`,
  );
}

/** @throws TaskFailure `States.Timeout` when `work` takes longer */
async function withRealTimeout<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new TaskFailure('States.Timeout', '')),
    Math.min(seconds * 1000, MAX_TIMEOUT_MS),
  );
  try {
    return await Promise.race([work(), promise]);
  } finally {
    clearTimeout(timer);
  }
}
