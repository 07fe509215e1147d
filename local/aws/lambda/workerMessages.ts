/** The payload of an Invoke response with `FunctionError`. */
export interface FunctionFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface WorkerData {
  readonly handlerFile: string;
  /** The directory that keeps the compiled code of handlers from one worker thread to the next. */
  readonly compileCache: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
  readonly logStream: string;
}

export interface InvokeMessage {
  readonly requestId: string;
  readonly payload: string;
  /** Real milliseconds since the epoch. */
  readonly deadline: number;
}

export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'result'; readonly requestId: string; readonly payload: string }
  | { readonly kind: 'failure'; readonly requestId: string | undefined; readonly failure: FunctionFailure }
  | {
      readonly kind: 'log';
      readonly requestId: string | undefined;
      readonly stream: 'stdout' | 'stderr';
      readonly text: string;
    };
