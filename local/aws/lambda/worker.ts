import nodeModule from 'node:module';
import { scheduler } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { type Handler, runHandler, toFunctionFailure } from './runHandler.ts';
import type { InvokeMessage, WakeMessage, WorkerData, WorkerMessage } from './workerMessages.ts';

/**
 * The program of a function's worker thread, in the place of Lambda's runtime. It loads the handler once and then runs
 * one invocation after another.
 */

// The parent thread always sets both, which the types do not say.
const port = parentPort as NonNullable<typeof parentPort>;
const settings: WorkerData = workerData;
/** What `Date.now` returns to the handler. A simulated clock stands still while a function runs, except while it sleeps. */
let simulatedTime = Date.now();
let currentRequestId: string | undefined;
let isCompileCacheFlushed = false;
/** What continues when a sleep is over, by its number. */
const sleepers = new Map<number, () => void>();
let sleepCount = 0;

for (const stream of ['stdout', 'stderr'] as const) captureOutput(stream);
exitOnSelfKill();
Date.now = () => simulatedTime;
scheduler.wait = sleepSimulated;
// Node has it since 22.1, and the function that saves it since 22.10.
const { enableCompileCache, flushCompileCache }: Partial<typeof nodeModule> = nodeModule;
enableCompileCache?.(settings.compileCache);
await start();

async function start(): Promise<void> {
  let handler: Handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    post({ kind: 'failure', requestId: undefined, failure: toFunctionFailure(error) });
    return;
  }
  port.on('message', (message: InvokeMessage | WakeMessage) => {
    if ('wake' in message) wake(message);
    else void handleInvocation(handler, message);
  });
  post({ kind: 'ready' });
}

async function loadHandler(): Promise<Handler> {
  const module = await import(pathToFileURL(settings.handlerFile).href);
  if (typeof module.handler === 'function') return module.handler;
  const error = new Error(`index.handler is undefined or not exported`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
}

async function handleInvocation(handler: Handler, message: InvokeMessage): Promise<void> {
  const { requestId } = message;
  currentRequestId = requestId;
  simulatedTime = message.now;
  const result = await runHandler(handler, message, settings);
  currentRequestId = undefined;
  post({ requestId, ...result });
  if (result.kind === 'result') flushCompileCacheOnce();
}

/** Sleeps for simulated time, which passes meanwhile. Everything else in the thread goes on in real time. */
function sleepSimulated(ms = 0): Promise<void> {
  const sleep = sleepCount++;
  post({ kind: 'sleep', sleep, ms });
  return new Promise((resolve) => sleepers.set(sleep, resolve));
}

function wake({ wake: sleep, now }: WakeMessage): void {
  simulatedTime = now;
  sleepers.get(sleep)?.();
  sleepers.delete(sleep);
}

/**
 * Saves the compiled code of the handler, with the functions that its first invocation compiled. Compiling took a
 * third of the processor time of cold starts: the first reconcile of two targets takes 1.3 s of processor time with the
 * saved code and 1.9 s without.
 */
function flushCompileCacheOnce(): void {
  if (isCompileCacheFlushed) return;
  isCompileCacheFlushed = true;
  flushCompileCache?.();
}

function post(message: WorkerMessage): void {
  port.postMessage(message);
}

/** Sends output as messages, in order with the response and with its request id; a stream would arrive later. */
function captureOutput(stream: 'stdout' | 'stderr'): void {
  process[stream].write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    post({ kind: 'log', requestId: currentRequestId, stream, text });
    for (const argument of rest) if (typeof argument === 'function') argument();
    return true;
  };
}

/** On Lambda, a function that kills its process ends only itself; here it would end the whole system. */
function exitOnSelfKill(): void {
  const kill = process.kill.bind(process);
  process.kill = (pid, signal) =>
    pid === process.pid && signal !== 0 ? process.exit(137) : kill(pid, signal);
}
