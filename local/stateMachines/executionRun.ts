import type { JsonValue } from '../../core/manifest/json.ts';
import { type Clock, sleep } from '../clock.ts';
import { contextOf } from './context.ts';
import { catcherOf, nextRetry, retriersOf } from './errorMatching.ts';
import { type Execution, MOST_HISTORY_EVENTS, type NewHistoryEvent, type Step } from './execution.ts';
import {
  type BadEnd,
  executionEnded,
  executionSucceeded,
  innerState,
  stateEntered,
  stateExited,
} from './executionHistory.ts';
import type { ExecutionStore } from './executionStore.ts';
import type { IntegrationPorts } from './integrations.ts';
import { evaluatePath, type InnerEvent, type Interpreted, interpret, placeResult } from './interpreter.ts';
import type { Machine } from './machine.ts';
import { OUTER_CONTEXT, type RunnableState } from './runnable.ts';
import { StateActs } from './stateActs.ts';
import { checkDataLimit, type Failure, TaskFailure } from './taskFailure.ts';
import type { TaskTokens } from './taskTokens.ts';
import { waitEnd } from './waitEnd.ts';

/** What all runs share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly executions: ExecutionStore;
  readonly tokens: TaskTokens;
  readonly ports: IntegrationPorts;
  readonly random: () => number;
  readonly onState: (activity: StateActivity) => void;
}

export interface StateActivity {
  readonly machine: string;
  readonly execution: string;
  readonly state: string;
  readonly phase: 'entered' | 'exited' | 'retried' | 'caught' | 'failed';
}

/** Thrown through a run that the system leaves as it stands on disk, for the next start to take up. */
class Abandoned extends Error {}

/** Takes one execution from state to state until it ends. Each step is on disk before it begins. */
export class ExecutionRun {
  readonly #machine: Machine;
  readonly #surroundings: Surroundings;
  readonly #abort = new AbortController();
  #execution: Execution;
  #acts: StateActs | undefined;
  #isAbandoned = false;

  constructor(machine: Machine, execution: Execution, surroundings: Surroundings) {
    this.#machine = machine;
    this.#execution = execution;
    this.#surroundings = surroundings;
  }

  get execution(): Execution {
    return this.#execution;
  }

  /** Whether nothing is left to do until somebody answers a task token. */
  get isWaitingForToken(): boolean {
    return this.#acts?.isAwaitingToken ?? false;
  }

  /** Runs to the end, from wherever the execution stands. Never throws. */
  async run(): Promise<Execution> {
    const timeout = this.#armTimeout();
    try {
      while (this.#execution.status === 'RUNNING') await this.#advance();
    } catch (error) {
      if (!this.#isAbandoned && this.#execution.status === 'RUNNING')
        this.#end('FAILED', this.#failureOf(asFailure(error)));
    } finally {
      timeout?.cancel();
    }
    return this.#execution;
  }

  /** Ends the execution from outside. */
  stop(status: 'ABORTED' | 'TIMED_OUT', failure: Failure): void {
    if (this.#execution.status !== 'RUNNING') return;
    this.#end(status, failure);
    this.#abort.abort(new Abandoned());
  }

  /** Lets go of the execution without ending it, as a crash would. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#abort.abort(new Abandoned());
  }

  #armTimeout() {
    const { timeoutSeconds } = this.#machine;
    if (timeoutSeconds === undefined) return undefined;
    const { clock } = this.#surroundings;
    const rest = this.#execution.startedAt + timeoutSeconds * 1000 - clock.now();
    return clock.after(rest, () => this.stop('TIMED_OUT', { error: 'States.Timeout' }));
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
    const { next, output } = await this.#perform(state);
    checkDataLimit(output, step.state);
    const exited = stateExited(state.type, state.name, output);
    this.#report(state, 'exited');
    if (next !== undefined) this.#enter(next, output, [exited]);
    else this.#succeed(output, exited);
  }

  /** Runs the state until a try succeeds, a catcher takes the failure, or it fails for good. */
  async #perform(state: RunnableState): Promise<Interpreted> {
    for (;;) {
      await this.#resume(state);
      try {
        return await this.#attempt(state);
      } catch (error) {
        this.#throwIfOver();
        const failure = asFailure(error);
        if (this.#retry(state, failure)) continue;
        return await this.#catch(state, failure);
      }
    }
  }

  async #attempt(state: RunnableState): Promise<Interpreted> {
    const acts = new StateActs({
      ...this.#surroundings,
      machine: this.#machine,
      state,
      execution: () => this.#execution,
      save: (change, happened) => this.#saveStep(change, happened),
      signal: this.#abort.signal,
    });
    this.#acts = acts;
    try {
      return await interpret(state, this.#step.input, {
        context: acts.context,
        acts: acts.byState,
        signal: this.#abort.signal,
        ...(state.inner.length > 0 ? { onInnerEvent: (event) => this.#countInner(event) } : {}),
      });
    } finally {
      this.#acts = undefined;
      if (!this.#isAbandoned) acts.close();
    }
  }

  /** Waits as long as the state says, or until its next try. */
  async #resume(state: RunnableState): Promise<void> {
    const { clock } = this.#surroundings;
    if (state.type === 'Wait' && this.#step.resumeAt === undefined) {
      const context = contextOf(this.#machine, this.#execution, state);
      const { input } = this.#step;
      const resumeAt = await waitEnd(state.definition, clock.now(), (path) =>
        evaluatePath(path, input, context, OUTER_CONTEXT, state.definition.InputPath),
      );
      this.#saveStep({ resumeAt }, []);
    }
    const { resumeAt } = this.#step;
    if (resumeAt === undefined || resumeAt <= clock.now()) return;
    await sleep(clock, resumeAt - clock.now(), this.#abort.signal);
  }

  #retry(state: RunnableState, failure: TaskFailure): boolean {
    const { retries, retryCount } = this.#step;
    const retry = nextRetry(state.definition, retries, failure.name, this.#surroundings.random);
    if (!retry) return false;
    const { token: _token, triedAt: _triedAt, ...step } = this.#step;
    const resumeAt = this.#surroundings.clock.now() + retry.pauseMs;
    this.#save({
      step: { ...step, retries: retry.retries, retryCount: retryCount + 1, resumeAt },
      transitions: this.#execution.transitions + 1,
    });
    this.#report(state, 'retried');
    return true;
  }

  async #catch(state: RunnableState, failure: TaskFailure): Promise<Interpreted> {
    const catcher = catcherOf(state.definition, failure.name);
    if (!catcher) {
      this.#report(state, 'failed');
      throw failure;
    }
    const error = { Error: failure.name, Cause: failure.message };
    this.#report(state, 'caught');
    return { next: catcher.Next, output: await placeResult(error, catcher.ResultPath, this.#step.input) };
  }

  #enter(name: string, input: JsonValue, happened: readonly NewHistoryEvent[]): void {
    const state = this.#machine.states.get(name);
    if (!state) throw new TaskFailure('States.Runtime', `The state machine has no state ${name}.`);
    if (this.#execution.events + happened.length + 2 > MOST_HISTORY_EVENTS) {
      throw new TaskFailure(
        'States.Runtime',
        `The execution reached the maximum number of history events (${MOST_HISTORY_EVENTS}).`,
      );
    }
    const step: Step = {
      state: name,
      input,
      enteredAt: this.#surroundings.clock.now(),
      visit: this.#execution.events + happened.length + 1,
      retries: retriersOf(state.definition).map(() => 0),
      retryCount: 0,
    };
    this.#save({ step, transitions: this.#execution.transitions + 1 }, [
      ...happened,
      stateEntered(state.type, name, input),
    ]);
    this.#report(state, 'entered');
  }

  #succeed(output: JsonValue, exited: NewHistoryEvent): void {
    const stoppedAt = this.#surroundings.clock.now();
    const { step: _step, ...execution } = this.#execution;
    this.#execution = execution;
    this.#save({ status: 'SUCCEEDED', output, stoppedAt }, [exited, executionSucceeded(output)]);
  }

  #end(status: BadEnd, failure: Failure): void {
    const stoppedAt = this.#surroundings.clock.now();
    this.#save({ status, stoppedAt, ...failure }, [executionEnded(status, failure)]);
  }

  /** What a Fail state does not say, the library says for it. */
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

  #countInner(event: InnerEvent): void {
    if (this.#isOver()) return;
    const isEntry = event.type === 'StateEntered';
    this.#save({ transitions: this.#execution.transitions + (isEntry ? 1 : 0) }, [innerState(event)]);
    const { machine, name: execution } = this.#execution;
    const phase = isEntry ? 'entered' : 'exited';
    this.#surroundings.onState({ machine, execution, state: event.state.name, phase });
  }

  get #step(): Step {
    const { step } = this.#execution;
    if (!step) throw new Error(`execution ${this.#execution.name} stands in no state`);
    return step;
  }

  #saveStep(change: Partial<Step>, happened: readonly NewHistoryEvent[]): void {
    this.#save({ step: { ...this.#step, ...change } }, happened);
  }

  #save(change: Partial<Execution>, happened: readonly NewHistoryEvent[] = []): void {
    this.#throwIfOver();
    this.#execution = this.#surroundings.executions.save({ ...this.#execution, ...change }, happened);
  }

  #isOver(): boolean {
    return this.#isAbandoned || this.#execution.status !== 'RUNNING';
  }

  #throwIfOver(): void {
    if (this.#isOver()) throw new Abandoned();
  }

  #report(state: RunnableState, phase: StateActivity['phase']): void {
    const { machine, name: execution } = this.#execution;
    this.#surroundings.onState({ machine, execution, state: state.name, phase });
  }
}

/** What nobody foresaw fails the execution as the service does, rather than the system. */
function asFailure(error: unknown): TaskFailure {
  if (error instanceof TaskFailure) return error;
  return new TaskFailure('States.Runtime', error instanceof Error ? error.message : String(error));
}
