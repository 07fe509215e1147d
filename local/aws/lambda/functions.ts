import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Clock, type Pause, whileBusyWithPauses } from '../../simulation/clock.ts';
import { functionArn, nameFromArn, REGION } from '../account.ts';
import { AwsError } from '../http/awsError.ts';
import { type Bundles, bundleFunctions } from './bundleFunctions.ts';
import type { FunctionLog } from './functionLog.ts';
import { InProcessSandbox } from './inProcessSandbox.ts';
import type { Handler } from './runHandler.ts';
import { type Output, type Sandbox, ThreadSandbox } from './sandbox.ts';
import type { InvocationResult } from './workerMessages.ts';

/** A Lambda function as the embedded AWS runs it. */
export interface FunctionDefinition {
  readonly name: string;
  /** The TypeScript file that exports `handler`; relative to the working directory unless absolute. */
  readonly entry: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Real seconds at any speed of the clock, because they limit running code. Lambda's default is 3. */
  readonly timeoutSeconds?: number;
  /** The name of its log group. Lambda's default is `/aws/lambda/<name>`. */
  readonly logGroup?: string;
  /** Bounds the JavaScript heap. Lambda's default is 128. */
  readonly memoryMb?: number;
  /**
   * Makes the handler from the environment variables of the function, which then runs in this process instead of a thread
   * of its own.
   */
  readonly createHandler?: (environment: Readonly<Record<string, string>>) => Handler;
}

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MB = 128;

/** The result of an invocation, of a function that succeeded or failed. */
export interface Invocation {
  readonly requestId: string;
  /** JSON: what the function returned, or `{ errorType, errorMessage, trace }`. */
  readonly payload: string;
  readonly failed: boolean;
  /** Real milliseconds. */
  readonly milliseconds: number;
}

export interface InvocationActivity {
  readonly function: string;
  readonly requestId: string;
  readonly phase: 'started' | 'succeeded' | 'failed';
}

/** Credentials without a meaning. A function gets none of the host's environment variables. */
const DUMMY_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'embedded', AWS_SECRET_ACCESS_KEY: 'embedded' };
/**
 * More threads would only compete for the machine's cores; further invocations wait. Each thread loads the function:
 * on two cores, a start with the example workspaces takes 4.0 s of processor time with four threads, 4.8 s with eight.
 */
const MAX_SANDBOXES_PER_FUNCTION = Math.min(8, Math.max(4, availableParallelism()));
/** A thread takes some 30 MB: an idle one is terminated after this real time. */
const IDLE_TIMEOUT_MS = 60_000;
/** Lambda's limit for a synchronous request. */
const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

interface IdleSandbox {
  readonly sandbox: Sandbox;
  readonly timer: NodeJS.Timeout;
}

interface Pool {
  readonly idle: IdleSandbox[];
  readonly waiting: ((sandbox: Sandbox) => void)[];
  count: number;
  /** The invocations whose handler sleeps. */
  readonly sleeping: Set<string>;
}

/** Runs Lambda functions, by default in worker threads: warm ones are reused, with one invocation at a time in each. */
export class Functions {
  readonly #clock: Clock;
  readonly #log: FunctionLog;
  readonly #definitions: ReadonlyMap<string, FunctionDefinition>;
  readonly #environment: () => Readonly<Record<string, string>>;
  readonly #onActivity: (activity: InvocationActivity) => void;
  readonly #bundles: Bundles;
  readonly #pools = new Map<string, Pool>();
  readonly #sandboxes = new Set<Sandbox>();
  readonly #counts = new Map<string, number>();
  readonly #responsesToDrop = new Map<string, number>();
  #inFlight = 0;
  #isClosed = false;

  private constructor(options: FunctionsOptions, bundles: Bundles) {
    this.#clock = options.clock;
    this.#log = options.log;
    this.#definitions = new Map(options.definitions.map((definition) => [definition.name, definition]));
    this.#environment = options.environment;
    this.#onActivity = options.onActivity ?? (() => {});
    this.#bundles = bundles;
  }

  /** @throws Error of esbuild when an entry does not build */
  static async start(options: FunctionsOptions): Promise<Functions> {
    const threads = options.definitions.filter(({ createHandler }) => !createHandler);
    return new Functions(options, await bundleFunctions(threads.map(({ entry }) => entry)));
  }

  get log(): FunctionLog {
    return this.#log;
  }

  /** The number of invocations in flight. */
  get inFlight(): number {
    return this.#inFlight;
  }

  /** How often each function was invoked since the start. */
  get invocations(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  /**
   * Lets the next invocations of a function do their work and then fail, as one does that exceeds its timeout or memory
   * after its last call.
   */
  dropResponses(name: string, times = 1): void {
    this.#responsesToDrop.set(name, times);
  }

  /** @throws AwsError `ResourceNotFoundException` */
  find(nameOrArn: string): FunctionDefinition {
    const name = nameFromArn(nameOrArn);
    const definition = this.#definitions.get(name);
    if (definition) return definition;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${functionArn(name)}`, 404);
  }

  /**
   * @param nameOrArn of the function
   * @param payload JSON
   * @throws AwsError `ResourceNotFoundException`, `RequestTooLargeException`; retryable `ServiceException` when the
   *   system stops during the invocation
   */
  async invoke(nameOrArn: string, payload: string): Promise<Invocation> {
    const definition = this.find(nameOrArn);
    if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES) {
      throw new AwsError(
        'RequestTooLargeException',
        `The payload is larger than ${MAX_PAYLOAD_BYTES} bytes.`,
        413,
      );
    }
    this.#inFlight += 1;
    try {
      return await whileBusyWithPauses(this.#clock, (pause) => this.#run(definition, payload, pause));
    } finally {
      this.#inFlight -= 1;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const { idle } of this.#pools.values()) for (const { timer } of idle) clearTimeout(timer);
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.terminate()));
  }

  async #run(definition: FunctionDefinition, payload: string, pause: Pause): Promise<Invocation> {
    const { name } = definition;
    const requestId = randomUUID();
    const startedAt = performance.now();
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.#onActivity({ function: name, requestId, phase: 'started' });
    const sandbox = await this.#acquire(definition);
    const response = await sandbox.invoke(requestId, payload, this.#pauseOf(name, requestId, pause));
    this.#poolOf(name).sleeping.delete(requestId);
    const result = this.#shouldDropResponse(name) ? droppedResponse(requestId) : response;
    this.#release(definition, sandbox);
    if (this.#isClosed)
      throw new AwsError('ServiceException', 'The system stopped during the invocation.', 500);
    const failed = result.kind === 'failure';
    if (failed) this.#logFailure(name, requestId, result);
    this.#onActivity({ function: name, requestId, phase: failed ? 'failed' : 'succeeded' });
    return {
      requestId,
      payload: failed ? JSON.stringify(result.failure) : result.payload,
      failed,
      milliseconds: performance.now() - startedAt,
    };
  }

  /**
   * The pause of an invocation. A function that sleeps takes no processor time: meanwhile another invocation may start a
   * sandbox beyond the limit, as simulated time would stand still while it waited for one.
   */
  #pauseOf(name: string, requestId: string, pause: Pause): Pause {
    const pool = this.#poolOf(name);
    return async (ms) => {
      pool.sleeping.add(requestId);
      const next = pool.waiting.shift();
      if (next) next(this.#startSandbox(this.find(name), pool));
      await pause(ms);
      pool.sleeping.delete(requestId);
    };
  }

  #shouldDropResponse(name: string): boolean {
    const remaining = this.#responsesToDrop.get(name) ?? 0;
    this.#responsesToDrop.set(name, Math.max(0, remaining - 1));
    return remaining > 0;
  }

  #logFailure(name: string, requestId: string, result: InvocationResult & { kind: 'failure' }): void {
    this.#log.add({ function: name, requestId, stream: 'runtime', text: JSON.stringify(result.failure) });
  }

  #poolOf(name: string): Pool {
    const pool = this.#pools.get(name) ?? { idle: [], waiting: [], count: 0, sleeping: new Set<string>() };
    this.#pools.set(name, pool);
    return pool;
  }

  async #acquire(definition: FunctionDefinition): Promise<Sandbox> {
    if (this.#isClosed) throw new AwsError('ServiceException', 'The system is stopping.', 500);
    const pool = this.#poolOf(definition.name);
    for (let idle = pool.idle.pop(); idle; idle = pool.idle.pop()) {
      clearTimeout(idle.timer);
      if (idle.sandbox.isUsable) return idle.sandbox;
      this.#removeSandbox(pool, idle.sandbox);
    }
    if (pool.count - pool.sleeping.size < MAX_SANDBOXES_PER_FUNCTION)
      return this.#startSandbox(definition, pool);
    return new Promise((resolve) => pool.waiting.push(resolve));
  }

  #release(definition: FunctionDefinition, sandbox: Sandbox): void {
    const pool = this.#poolOf(definition.name);
    if (!sandbox.isUsable) this.#removeSandbox(pool, sandbox);
    const next = pool.waiting.shift();
    if (next) next(sandbox.isUsable ? sandbox : this.#startSandbox(definition, pool));
    else if (sandbox.isUsable) this.#returnToPool(pool, sandbox);
  }

  #returnToPool(pool: Pool, sandbox: Sandbox): void {
    const timer = setTimeout(() => {
      pool.idle.splice(
        pool.idle.findIndex((idle) => idle.sandbox === sandbox),
        1,
      );
      this.#removeSandbox(pool, sandbox);
      void sandbox.terminate();
    }, IDLE_TIMEOUT_MS);
    timer.unref();
    pool.idle.push({ sandbox, timer });
  }

  #removeSandbox(pool: Pool, sandbox: Sandbox): void {
    pool.count -= 1;
    this.#sandboxes.delete(sandbox);
  }

  #startSandbox(definition: FunctionDefinition, pool: Pool): Sandbox {
    const { name, entry, createHandler } = definition;
    const { timeoutSeconds = DEFAULT_TIMEOUT_SECONDS, memoryMb = DEFAULT_MEMORY_MB } = definition;
    const environment = this.#environmentOf(definition);
    const settings = { name, timeoutSeconds, memoryMb };
    const onOutput: Output = (text, stream, requestId) =>
      this.#log.add({ function: name, requestId, stream, text });
    const sandbox = createHandler
      ? new InProcessSandbox(settings, createHandler(environment), onOutput)
      : new ThreadSandbox(
          {
            ...settings,
            workerFile: this.#bundles.worker,
            handlerFile: this.#bundles.handlers.get(entry) ?? entry,
            compileCache: this.#bundles.compileCache,
            environment,
            now: () => this.#clock.now(),
          },
          onOutput,
        );
    pool.count += 1;
    this.#sandboxes.add(sandbox);
    return sandbox;
  }

  #environmentOf({ name, environment, memoryMb = DEFAULT_MEMORY_MB }: FunctionDefinition) {
    return {
      ...DUMMY_CREDENTIALS,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      LAMBDA_TASK_ROOT: '/var/task',
      POWERTOOLS_SERVICE_NAME: name,
      TZ: ':UTC',
      ...this.#environment(),
      ...environment,
    };
  }
}

export interface FunctionsOptions {
  readonly clock: Clock;
  readonly log: FunctionLog;
  readonly definitions: readonly FunctionDefinition[];
  /** Environment variables of every function, read when a sandbox starts. */
  readonly environment: () => Readonly<Record<string, string>>;
  readonly onActivity?: (activity: InvocationActivity) => void;
}

function droppedResponse(requestId: string): InvocationResult & { kind: 'failure' } {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
  return { kind: 'failure', failure: { errorType: 'Runtime.ExitError', errorMessage } };
}
