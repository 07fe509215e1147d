import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { functionArn } from '../account.ts';
import type {
  FunctionDescription,
  FunctionFailure,
  InvocationResult,
  InvokeMessage,
} from './workerMessages.ts';

export type Handler = (event: unknown, context: Context, callback: Callback) => unknown;
type Callback = (error?: Error | string | null, result?: unknown) => void;

/** What a handler needs of an invocation: its clock is the business of the sandbox. */
type Invocation = Omit<InvokeMessage, 'now'>;

/** Before a worker thread replaces it. */
const realTime = Date.now;

/** Lambda's limit for a synchronous response. */
const MAX_RESPONSE_BYTES = 6 * 1024 * 1024;

/** Describes a new sandbox of a function. */
export function describeFunction(name: string, memoryMb: number): FunctionDescription {
  return {
    functionName: name,
    functionArn: functionArn(name),
    memoryMb,
    logGroup: `/aws/lambda/${name}`,
    logStream: randomUUID(),
  };
}

/** Runs one invocation as Lambda's runtime for Node does. */
export async function runHandler(
  handler: Handler,
  request: Invocation,
  description: FunctionDescription,
): Promise<InvocationResult> {
  try {
    return { kind: 'result', payload: serialize(await call(handler, request, description)) };
  } catch (error) {
    return { kind: 'failure', failure: toFunctionFailure(error) };
  }
}

function call(handler: Handler, request: Invocation, description: FunctionDescription): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const callback: Callback = (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(error);
    const result = handler(JSON.parse(request.payload), contextOf(request, description, callback), callback);
    // A handler that takes the callback and returns nothing will call it; any other responds by returning.
    if (result instanceof Promise || handler.length < 3 || result !== undefined) resolve(result);
  });
}

function serialize(result: unknown): string {
  let payload: string | undefined;
  try {
    payload = JSON.stringify(result);
  } catch (cause) {
    const error = new Error('Unable to stringify response body', { cause });
    error.name = 'Runtime.MarshalError';
    throw error;
  }
  if (payload !== undefined && Buffer.byteLength(payload) > MAX_RESPONSE_BYTES) {
    const error = new Error(
      `Response payload size exceeded maximum allowed size (${MAX_RESPONSE_BYTES} bytes).`,
    );
    error.name = 'Function.ResponseSizeTooLarge';
    throw error;
  }
  return payload ?? 'null';
}

function contextOf(
  { requestId, deadline }: Invocation,
  description: FunctionDescription,
  callback: Callback,
): Context {
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: false,
    functionName: description.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: description.functionArn,
    memoryLimitInMB: String(description.memoryMb),
    logGroupName: description.logGroup,
    logStreamName: description.logStream,
    getRemainingTimeInMillis: () => Math.max(0, deadline - realTime()),
    done: (error, result) => callback(error, result),
    fail: (error) => callback(error),
    succeed: (result: unknown) => callback(null, result),
  };
}

/** An uncaught error is reported under its name. */
export function toFunctionFailure(error: unknown): FunctionFailure {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
