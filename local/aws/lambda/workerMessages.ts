/** The payload of an Invoke response with `FunctionError`. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What a function's context object says of it. */
export interface FunctionDescription {
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface WorkerData extends FunctionDescription {
  readonly handlerFile: string;
  /** The directory that keeps the compiled code of handlers from one worker thread to the next. */
  readonly compileCache: string;
}

export interface InvokeMessage {
  readonly requestId: string;
  /** JSON. */
  readonly payload: string;
  /** Real milliseconds since the epoch. */
  readonly deadline: number;
  /** Simulated milliseconds since the epoch: what the clock of the sandbox shows. */
  readonly now: number;
}

/** The handler's sleep is over. */
export interface WakeMessage {
  readonly wake: number;
  /** Simulated milliseconds since the epoch. */
  readonly now: number;
}

/** The result of one invocation. */
export type InvocationResult =
  | { readonly kind: 'result'; readonly payload: string }
  | { readonly kind: 'failure'; readonly failure: FunctionFailure };

export type WorkerMessage =
  | { readonly kind: 'ready' }
  /** The handler sleeps for simulated time. `sleep` numbers the sleeps of the thread. */
  | { readonly kind: 'sleep'; readonly sleep: number; readonly ms: number }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failure'; readonly requestId: string | undefined; readonly failure: FunctionFailure }
  | {
      readonly kind: 'log';
      readonly requestId: string | undefined;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    };
