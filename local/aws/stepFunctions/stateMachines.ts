import { randomUUID } from 'node:crypto';
import type { JsonValue } from '../../../core/json.ts';
import type { Clock } from '../../simulation/clock.ts';
import type { Store } from '../../simulation/store.ts';
import { executionArn, nameFromArn, stateMachineArn } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import type { Execution, HistoryEvent } from './execution.ts';
import { executionRedriven, executionStarted } from './executionHistory.ts';
import { ExecutionRun, type RunContext, type StateActivity } from './executionRun.ts';
import { ExecutionStore } from './executionStore.ts';
import type { IntegrationPorts } from './integrations.ts';
import { createMachine, type Machine, type StateMachineDefinition } from './machine.ts';
import type { Failure } from './taskFailure.ts';
import { TaskTokens } from './taskTokens.ts';

const MAX_INPUT_BYTES = 256 * 1024;

export interface StateMachinesOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly definitions: readonly StateMachineDefinition[];
  /** The services that tasks call, except for executions. */
  readonly ports: Omit<IntegrationPorts, 'startExecution' | 'executionEnd'>;
  readonly random?: () => number;
  /** What a transition takes besides the work of its state, in simulated ms. None by default. */
  readonly transitionMs?: number;
  readonly onState?: (activity: StateActivity) => void;
  readonly onExecution?: (execution: Execution) => void;
}

/** State machines with the semantics of Standard workflows. Executions resume after a crash in their current state. */
export class StateMachines {
  readonly #clock: Clock;
  readonly #executions: ExecutionStore;
  readonly #machines: ReadonlyMap<string, Machine>;
  readonly #runContext: RunContext;
  readonly #runs = new Map<string, ExecutionRun>();
  readonly #endListeners = new Map<string, ((execution: Execution) => void)[]>();
  readonly #onExecution: (execution: Execution) => void;
  readonly tokens: TaskTokens;
  #transitions = 0;
  #isClosed = false;

  /** @throws GateloopError `InvalidStateMachine` when a definition is not valid, or needs what does not run locally */
  constructor({
    store,
    clock,
    definitions,
    ports,
    random = Math.random,
    transitionMs = 0,
    ...listeners
  }: StateMachinesOptions) {
    this.#clock = clock;
    this.#executions = new ExecutionStore(store, clock);
    this.#machines = new Map(definitions.map((definition) => [definition.name, createMachine(definition)]));
    this.tokens = new TaskTokens(store, clock);
    this.#onExecution = listeners.onExecution ?? (() => {});
    this.#runContext = {
      clock,
      random,
      transitionMs,
      executions: this.#executions,
      tokens: this.tokens,
      onState: (activity) => {
        if (activity.phase === 'entered' || activity.phase === 'retried') this.#transitions += 1;
        listeners.onState?.(activity);
      },
      ports: {
        ...ports,
        startExecution: ({ stateMachine, name, input }) => this.start(stateMachine, input, name),
        executionEnd: (arn, signal) => this.executionEnd(arn, signal),
      },
    };
  }

  /** Resumes the executions that an earlier process left running. */
  resume(): void {
    this.#executions.collectAll();
    for (const execution of this.#executions.running()) {
      const machine = this.#machines.get(execution.machine);
      // The executions of a machine that is no longer defined wait until it is defined again.
      if (machine) this.#run(machine, execution);
    }
  }

  get machines(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  /** States entered plus retries since the start. */
  get transitions(): number {
    return this.#transitions;
  }

  get runningCount(): number {
    return this.#runs.size;
  }

  /** Whether every running execution waits for the result of a task token. */
  get isAwaitingTokensOnly(): boolean {
    return [...this.#runs.values()].every((run) => run.isWaitingForToken);
  }

  /**
   * Starts an execution, or returns the running one of the same name and input.
   *
   * @param nameOrArn of the state machine
   * @throws AwsError `StateMachineDoesNotExist`, `InvalidName`, `InvalidExecutionInput`, `ExecutionAlreadyExists`
   */
  start(nameOrArn: string, input: JsonValue, name: string = randomUUID()): Execution {
    if (this.#isClosed) throw new AwsError('ServiceUnavailable', 'The system is stopping.', 503);
    const machine = this.machine(nameOrArn);
    checkName(name);
    checkInput(input);
    const arn = executionArn(machine.name, name);
    const existing = this.#executions.get(arn);
    if (existing?.status === 'RUNNING' && JSON.stringify(existing.input) === JSON.stringify(input))
      return existing;
    if (existing) this.#releaseName(existing);
    const execution: Execution = {
      arn,
      machine: machine.name,
      name,
      status: 'RUNNING',
      input,
      startedAt: this.#clock.now(),
      events: 0,
      transitions: 0,
      redrives: 0,
    };
    const started = this.#executions.save(execution, [executionStarted(input, machine.roleArn)]);
    this.#run(machine, started);
    return started;
  }

  /** @throws AwsError `ExecutionDoesNotExist` */
  describe(arn: string): Execution {
    const execution = this.#runs.get(arn)?.execution ?? this.#executions.get(arn);
    if (!execution) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    return execution;
  }

  /** Executions, newest first. */
  list(nameOrArn?: string): readonly Execution[] {
    const machine = nameOrArn === undefined ? undefined : this.machine(nameOrArn).name;
    return [...this.#executions.list(machine)].sort((one, other) => other.startedAt - one.startedAt);
  }

  history(arn: string): readonly HistoryEvent[] {
    this.describe(arn);
    return this.#executions.history(arn);
  }

  /** Stops an execution if it is running. */
  stop(arn: string, failure: Failure): Execution {
    this.describe(arn);
    this.#runs.get(arn)?.stop('ABORTED', failure);
    return this.describe(arn);
  }

  /** Resumes a failed execution from the state that failed. @throws AwsError `ExecutionNotRedrivable` */
  redrive(arn: string): Execution {
    const execution = this.describe(arn);
    const { output: _output, error: _error, cause: _cause, stoppedAt: _stoppedAt, ...rest } = execution;
    const machine = this.machine(execution.machine);
    if (!['FAILED', 'TIMED_OUT', 'ABORTED'].includes(execution.status) || this.#runs.has(arn)) {
      throw new AwsError(
        'ExecutionNotRedrivable',
        `Execution is ${execution.status} and cannot be redriven.`,
      );
    }
    const redrives = execution.redrives + 1;
    const { step } = execution;
    const redriven = this.#executions.save(
      {
        ...rest,
        status: 'RUNNING',
        redrives,
        ...(step ? { step: restartStep(step, this.#clock.now(), execution.events + 1) } : {}),
      },
      [executionRedriven(redrives)],
    );
    this.#run(machine, redriven);
    return redriven;
  }

  /** Resolves when an execution is over. */
  executionEnd(arn: string, signal?: AbortSignal): Promise<Execution> {
    const execution = this.describe(arn);
    if (execution.status !== 'RUNNING') return Promise.resolve(execution);
    return new Promise((resolve, reject) => {
      const waiting = this.#endListeners.get(arn) ?? [];
      this.#endListeners.set(arn, [...waiting, resolve]);
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
  }

  /** @throws AwsError `StateMachineDoesNotExist` */
  machine(nameOrArn: string): Machine {
    const machine = this.#machines.get(nameFromArn(nameOrArn));
    if (machine) return machine;
    const arn = stateMachineArn(nameFromArn(nameOrArn));
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** Suspends all runs; the next start resumes their executions from disk. */
  close(): void {
    this.#isClosed = true;
    for (const run of this.#runs.values()) run.suspend();
    this.#runs.clear();
  }

  #run(machine: Machine, execution: Execution): void {
    const run = new ExecutionRun(machine, execution, this.#runContext);
    this.#runs.set(execution.arn, run);
    this.#onExecution(execution);
    void run.run().then((ended) => {
      if (this.#isClosed) return;
      this.#runs.delete(execution.arn);
      this.#onExecution(ended);
      for (const resolve of this.#endListeners.get(execution.arn) ?? []) resolve(ended);
      this.#endListeners.delete(execution.arn);
    });
  }

  #releaseName(execution: Execution): void {
    if (!this.#executions.isPastRetention(execution)) {
      throw new AwsError('ExecutionAlreadyExists', `Execution Already Exists: '${execution.arn}'`);
    }
    this.#executions.delete(execution.arn);
  }
}

function restartStep(step: NonNullable<Execution['step']>, enteredAt: number, visit: number) {
  const { state, input, retries } = step;
  return { state, input, enteredAt, visit, retries: retries.map(() => 0), retryCount: 0 };
}

function checkName(name: string): void {
  if (name.length >= 1 && name.length <= 80 && !/[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u.test(name)) return;
  throw new AwsError('InvalidName', `Invalid Name: '${name}'`);
}

function checkInput(input: JsonValue): void {
  if (Buffer.byteLength(JSON.stringify(input)) <= MAX_INPUT_BYTES) return;
  throw new AwsError('InvalidExecutionInput', `The input is larger than ${MAX_INPUT_BYTES} bytes.`);
}
