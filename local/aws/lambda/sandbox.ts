import { Worker } from 'node:worker_threads';
import type { Pause } from '../../simulation/clock.ts';
import { describeFunction, toFunctionFailure } from './runHandler.ts';
import type {
  FunctionFailure,
  InvocationResult,
  InvokeMessage,
  WakeMessage,
  WorkerData,
  WorkerMessage,
} from './workerMessages.ts';

export interface ThreadSettings {
  readonly name: string;
  readonly workerFile: string;
  readonly handlerFile: string;
  readonly compileCache: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  /** Simulated milliseconds since the epoch. */
  readonly now: () => number;
}

/** Lambda's limit for the init phase. */
const INIT_TIMEOUT_MS = 10_000;
/** The runtime's own part of the heap; without it, a function of 128 MB could not load the SDK. */
const RUNTIME_HEAP_MB = 64;

/** Receives what a function writes. */
export type Output = (text: string, stream: 'stdout' | 'stderr', requestId: string | undefined) => void;

/** Keeps one function loaded and runs one invocation at a time. */
export interface Sandbox {
  /** Whether the sandbox can run another invocation. */
  readonly isUsable: boolean;
  /** @param pause lets simulated time pass while the handler sleeps */
  invoke(requestId: string, payload: string, pause: Pause): Promise<InvocationResult>;
  terminate(): Promise<unknown>;
}

/** A worker thread that keeps one function loaded and runs one invocation at a time. */
export class ThreadSandbox implements Sandbox {
  readonly #settings: ThreadSettings;
  readonly #worker: Worker;
  readonly #onOutput: Output;
  readonly #loaded: Promise<FunctionFailure | undefined>;
  #settle: ((answer: InvocationResult) => void) | undefined;
  #requestId: string | undefined;
  #pause: Pause | undefined;
  #isDead = false;

  constructor(settings: ThreadSettings, onOutput: Output) {
    this.#settings = settings;
    this.#onOutput = onOutput;
    const data: WorkerData = {
      handlerFile: settings.handlerFile,
      compileCache: settings.compileCache,
      ...describeFunction(settings.name, settings.memoryMb),
    };
    this.#worker = new Worker(settings.workerFile, {
      workerData: data,
      env: { ...settings.environment },
      resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb + RUNTIME_HEAP_MB },
      // The host's flags, such as a test runner's, must not apply to functions.
      execArgv: [],
      name: settings.name,
    });
    // An idle function must not keep the process alive.
    this.#worker.unref();
    this.#loaded = this.#load();
  }

  get isUsable(): boolean {
    return !this.#isDead;
  }

  async invoke(requestId: string, payload: string, pause: Pause): Promise<InvocationResult> {
    this.#worker.ref();
    this.#requestId = requestId;
    this.#pause = pause;
    const failure = await this.#loaded;
    if (failure) {
      this.terminate();
      return { kind: 'failure', failure };
    }
    const deadline = Date.now() + this.#settings.timeoutSeconds * 1000;
    const message: InvokeMessage = { requestId, payload, deadline, now: this.#settings.now() };
    const result = await new Promise<InvocationResult>((resolve) => {
      const timer = setTimeout(
        () => this.#fail(timeoutFailure(requestId, this.#settings.timeoutSeconds)),
        deadline - Date.now(),
      );
      this.#settle = (settled) => {
        clearTimeout(timer);
        this.#settle = undefined;
        resolve(settled);
      };
      if (this.#isDead) this.#fail(this.#exitFailure('exit status unknown'));
      else this.#worker.postMessage(message);
    });
    if (!this.#isDead) this.#worker.unref();
    return result;
  }

  terminate(): Promise<number> {
    this.#isDead = true;
    return this.#worker.terminate();
  }

  /** Resolves when the handler is loaded, or to the failure to load it. */
  #load(): Promise<FunctionFailure | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve({
          errorType: 'Sandbox.Timedout',
          errorMessage: `The function did not load in ${INIT_TIMEOUT_MS} ms.`,
        });
      }, INIT_TIMEOUT_MS);
      const loaded = (failure?: FunctionFailure) => {
        clearTimeout(timer);
        resolve(failure);
      };
      this.#worker.on('message', (message: WorkerMessage) => this.#receive(message, loaded));
      this.#worker.on('error', (error) => {
        const failure = isOutOfMemory(error) ? this.#exitFailure('signal: killed') : toFunctionFailure(error);
        loaded(failure);
        this.#fail(failure);
      });
      this.#worker.on('exit', (code) => {
        const failure = this.#exitFailure(`exit status ${code}`);
        loaded(failure);
        this.#fail(failure);
      });
    });
  }

  #receive(message: WorkerMessage, loaded: (failure?: FunctionFailure) => void): void {
    switch (message.kind) {
      case 'ready':
        loaded();
        break;
      case 'log':
        this.#onOutput(message.text, message.stream, message.requestId);
        break;
      case 'sleep':
        void this.#sleep(message.sleep, message.ms);
        break;
      case 'result':
        this.#settle?.({ kind: 'result', payload: message.payload });
        break;
      case 'failure':
        if (message.requestId === undefined) loaded(message.failure);
        else this.#settle?.({ kind: 'failure', failure: message.failure });
    }
  }

  async #sleep(sleep: number, ms: number): Promise<void> {
    await this.#pause?.(ms);
    const message: WakeMessage = { wake: sleep, now: this.#settings.now() };
    this.#worker.postMessage(message);
  }

  #exitFailure(status: string): FunctionFailure {
    const request = this.#requestId === undefined ? '' : `RequestId: ${this.#requestId} `;
    return {
      errorType: 'Runtime.ExitError',
      errorMessage: `${request}Error: Runtime exited with error: ${status}`,
    };
  }

  /** Ends the sandbox, and fails the invocation in it. */
  #fail(failure: FunctionFailure): void {
    this.#isDead = true;
    this.#settle?.({ kind: 'failure', failure });
    void this.#worker.terminate();
  }
}

function timeoutFailure(requestId: string, seconds: number): FunctionFailure {
  const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage };
}

/** On Lambda, a process out of memory is killed. */
function isOutOfMemory(error: Error): boolean {
  return 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
