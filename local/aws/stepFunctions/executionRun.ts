import type { JsonValue } from '../../../core/json.ts';
import { type Clock, sleep } from '../../simulation/clock.ts';
import { contextOf } from './contextObject.ts';
import { catcherOf, nextRetry, retriersOf } from './errorMatching.ts';
import { type Execution, MAX_HISTORY_EVENTS, type NewHistoryEvent, type Step } from './execution.ts';
import {
  executionEnded,
  executionSucceeded,
  innerStateChanged,
  stateEntered,
  stateExited,
  type UnsuccessfulStatus,
} from './executionHistory.ts';
import type { ExecutionStore } from './executionStore.ts';
import type { IntegrationPorts } from './integrations.ts';
import { evaluatePath, type InnerEvent, interpret, placeResult, type StateResult } from './interpreter.ts';
import { type LibraryState, OUTER_CONTEXT } from './libraryDefinition.ts';
import type { Machine } from './machine.ts';
import { StateTasks } from './stateTasks.ts';
import { checkDataLimit, type Failure, TaskFailure } from './taskFailure.ts';
import type { TaskTokens } from './taskTokens.ts';
import { waitEndTime } from './waitEnd.ts';

/** The services that all runs share. */
export interface RunContext {
  readonly clock: Clock;
  readonly executions: ExecutionStore;
  readonly tokens: TaskTokens;
  readonly ports: IntegrationPorts;
  readonly random: () => number;
  /** What a transition takes besides the work of its state, in simulated ms. */
  readonly transitionMs: number;
  readonly onState: (activity: StateActivity) => void;
}

export interface StateActivity {
  readonly machine: string;
  readonly execution: string;
  readonly state: string;
  readonly phase: 'entered' | 'exited' | 'retried' | 'caught' | 'failed';
}

/** Ends a run without ending its execution, which the next start resumes from disk. */
class RunSuspended extends Error {}

/** Runs one execution from state to state until it ends. Each step is on disk before it starts. */
export class ExecutionRun {
  readonly #machine: Machine;
  readonly #context: RunContext;
  readonly #abort = new AbortController();
  #execution: Execution;
  #tasks: StateTasks | undefined;
  #isSuspended = false;

  constructor(machine: Machine, execution: Execution, context: RunContext) {
    this.#machine = machine;
    this.#execution = execution;
    this.#context = context;
  }

  get execution(): Execution {
    return this.#execution;
  }

  /** Whether the run waits only for the result of a task token. */
  get isWaitingForToken(): boolean {
    return this.#tasks?.isAwaitingToken ?? false;
  }

  /** Runs the execution from its current state to the end. Never throws. */
  async run(): Promise<Execution> {
    const timeout = this.#armTimeout();
    try {
      while (this.#execution.status === 'RUNNING') await this.#advance();
    } catch (error) {
      if (!this.#isSuspended && this.#execution.status === 'RUNNING')
        this.#end('FAILED', this.#failureOf(toTaskFailure(error)));
    } finally {
      timeout?.cancel();
    }
    return this.#execution;
  }

  /** Ends the execution from outside. */
  stop(status: 'ABORTED' | 'TIMED_OUT', failure: Failure): void {
    if (this.#execution.status !== 'RUNNING') return;
    this.#end(status, failure);
    this.#abort.abort(new RunSuspended());
  }

  /** Stops the run without ending the execution, as a crash would. */
  suspend(): void {
    this.#isSuspended = true;
    this.#abort.abort(new RunSuspended());
  }

  #armTimeout() {
    const { timeoutSeconds } = this.#machine;
    if (timeoutSeconds === undefined) return undefined;
    const { clock } = this.#context;
    const remaining = this.#execution.startedAt + timeoutSeconds * 1000 - clock.now();
    return clock.after(remaining, () => this.stop('TIMED_OUT', { error: 'States.Timeout' }));
  }

  async #advance(): Promise<void> {
    const step = this.#execution.step;
    if (!step) {
      this.#enter(this.#machine.startAt, this.#execution.input, []);
      return;
    }
    const state = this.#machine.states.get(step.state);
    // A definition may have changed between two starts of the system.
    if (!state) throw new TaskFailure('States.Runtime', `The state machine has no state ${step.state}.`);
    const { clock, transitionMs } = this.#context;
    if (transitionMs > 0) await sleep(clock, transitionMs, this.#abort.signal);
    const { next, output } = await this.#runState(state);
    checkDataLimit(output, step.state);
    const exitedEvent = stateExited(state.type, state.name, output);
    this.#report(state, 'exited');
    if (next !== undefined) this.#enter(next, output, [exitedEvent]);
    else this.#succeed(output, exitedEvent);
  }

  /** Runs the state until an attempt succeeds, a catcher takes the failure, or no retry is left. */
  async #runState(state: LibraryState): Promise<StateResult> {
    for (;;) {
      await this.#waitUntilDue(state);
      try {
        return await this.#attempt(state);
      } catch (error) {
        this.#throwIfEnded();
        const failure = toTaskFailure(error);
        if (this.#retry(state, failure)) continue;
        return await this.#catch(state, failure);
      }
    }
  }

  async #attempt(state: LibraryState): Promise<StateResult> {
    const tasks = new StateTasks({
      ...this.#context,
      machine: this.#machine,
      state,
      execution: () => this.#execution,
      save: (change, happened) => this.#saveStep(change, happened),
      signal: this.#abort.signal,
    });
    this.#tasks = tasks;
    try {
      return await interpret(state, this.#step.input, {
        context: tasks.context,
        handlers: tasks.handlers,
        signal: this.#abort.signal,
        ...(state.inner.length > 0 ? { onInnerEvent: (event) => this.#recordInner(event) } : {}),
      });
    } finally {
      this.#tasks = undefined;
      if (!this.#isSuspended) tasks.close();
    }
  }

  /** Waits until a Wait state ends or the next attempt is due. */
  async #waitUntilDue(state: LibraryState): Promise<void> {
    const { clock } = this.#context;
    if (state.type === 'Wait' && this.#step.resumeAt === undefined) {
      const context = contextOf(this.#machine, this.#execution, state);
      const { input } = this.#step;
      const resumeAt = await waitEndTime(state.definition, clock.now(), (path) =>
        evaluatePath(path, input, context, OUTER_CONTEXT, state.definition.InputPath),
      );
      this.#saveStep({ resumeAt }, []);
    }
    const { resumeAt } = this.#step;
    if (resumeAt === undefined || resumeAt <= clock.now()) return;
    await sleep(clock, resumeAt - clock.now(), this.#abort.signal);
  }

  #retry(state: LibraryState, failure: TaskFailure): boolean {
    const { retries, retryCount } = this.#step;
    const retry = nextRetry(state.definition, retries, failure.name, this.#context.random);
    if (!retry) return false;
    const { token: _token, triedAt: _triedAt, ...step } = this.#step;
    const resumeAt = this.#context.clock.now() + retry.pauseMs;
    this.#save({
      step: { ...step, retries: retry.retries, retryCount: retryCount + 1, resumeAt },
      transitions: this.#execution.transitions + 1,
    });
    this.#report(state, 'retried');
    return true;
  }

  async #catch(state: LibraryState, failure: TaskFailure): Promise<StateResult> {
    const catcher = catcherOf(state.definition, failure.name);
    if (!catcher) {
      this.#report(state, 'failed');
      throw failure;
    }
    const error = { Error: failure.name, Cause: failure.message };
    this.#report(state, 'caught');
    return { next: catcher.Next, output: await placeResult(error, catcher.ResultPath, this.#step.input) };
  }

  #enter(name: string, input: JsonValue, events: readonly NewHistoryEvent[]): void {
    const state = this.#machine.states.get(name);
    if (!state) throw new TaskFailure('States.Runtime', `The state machine has no state ${name}.`);
    if (this.#execution.events + events.length + 2 > MAX_HISTORY_EVENTS) {
      throw new TaskFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MAX_HISTORY_EVENTS}).`,
      );
    }
    const step: Step = {
      state: name,
      input,
      enteredAt: this.#context.clock.now(),
      visit: this.#execution.events + events.length + 1,
      retries: retriersOf(state.definition).map(() => 0),
      retryCount: 0,
    };
    this.#save({ step, transitions: this.#execution.transitions + 1 }, [
      ...events,
      stateEntered(state.type, name, input),
    ]);
    this.#report(state, 'entered');
  }

  #succeed(output: JsonValue, exited: NewHistoryEvent): void {
    const stoppedAt = this.#context.clock.now();
    const { step: _step, ...execution } = this.#execution;
    this.#execution = execution;
    this.#save({ status: 'SUCCEEDED', output, stoppedAt }, [exited, executionSucceeded(output)]);
  }

  #end(status: UnsuccessfulStatus, failure: Failure): void {
    const stoppedAt = this.#context.clock.now();
    this.#save({ status, stoppedAt, ...failure }, [executionEnded(status, failure)]);
  }

  /** Omits the error and cause that the library adds for a Fail state without them. */
  #failureOf({ name, message }: TaskFailure): Failure {
    const { step } = this.#execution;
    const definition = step && this.#machine.states.get(step.state)?.definition;
    if (definition?.Type !== 'Fail') return { error: name, cause: message };
    const { Error: error, ErrorPath: errorPath, Cause: cause, CausePath: causePath } = definition;
    const isFailing = name !== 'States.Runtime';
    return {
      ...(isFailing && error === undefined && errorPath === undefined ? {} : { error: name }),
      ...(isFailing && cause === undefined && causePath === undefined ? {} : { cause: message }),
    };
  }

  #recordInner(event: InnerEvent): void {
    if (this.#isEnded()) return;
    const isEntry = event.type === 'StateEntered';
    this.#save({ transitions: this.#execution.transitions + (isEntry ? 1 : 0) }, [innerStateChanged(event)]);
    const { machine, name: execution } = this.#execution;
    const phase = isEntry ? 'entered' : 'exited';
    this.#context.onState({ machine, execution, state: event.state.name, phase });
  }

  get #step(): Step {
    const { step } = this.#execution;
    if (!step) throw new Error(`execution ${this.#execution.name} stands in no state`);
    return step;
  }

  #saveStep(change: Partial<Step>, events: readonly NewHistoryEvent[]): void {
    this.#save({ step: { ...this.#step, ...change } }, events);
  }

  #save(change: Partial<Execution>, events: readonly NewHistoryEvent[] = []): void {
    this.#throwIfEnded();
    this.#execution = this.#context.executions.save({ ...this.#execution, ...change }, events);
  }

  #isEnded(): boolean {
    return this.#isSuspended || this.#execution.status !== 'RUNNING';
  }

  #throwIfEnded(): void {
    if (this.#isEnded()) throw new RunSuspended();
  }

  #report(state: LibraryState, phase: StateActivity['phase']): void {
    const { machine, name: execution } = this.#execution;
    this.#context.onState({ machine, execution, state: state.name, phase });
  }
}

/** An unexpected error fails the execution, as on the service, and not the system. */
function toTaskFailure(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  return new TaskFailure('States.Runtime', error instanceof Error ? error.message : String(error));
}
