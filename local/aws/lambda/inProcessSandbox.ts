import { AsyncLocalStorage } from 'node:async_hooks';
import type { Pause } from '../../simulation/clock.ts';
import { describeFunction, type Handler, runHandler } from './runHandler.ts';
import type { Output, Sandbox } from './sandbox.ts';
import type { InvocationResult } from './workerMessages.ts';

interface RunningInvocation {
  readonly requestId: string;
  readonly onOutput: Output;
  readonly pause: Pause;
}

const running = new AsyncLocalStorage<RunningInvocation>();
let isOutputCaptured = false;

/**
 * Runs a handler in this process: nothing has to be loaded, so that a start of the whole system takes a third of the
 * processor time. The handler shares memory, environment and crashes with its host, and its timeout is not enforced.
 */
export class InProcessSandbox implements Sandbox {
  readonly isUsable = true;
  readonly #handler: Handler;
  readonly #timeoutSeconds: number;
  readonly #description;
  readonly #onOutput: Output;

  constructor(
    { name, memoryMb, timeoutSeconds }: { name: string; memoryMb: number; timeoutSeconds: number },
    handler: Handler,
    onOutput: Output,
  ) {
    this.#handler = handler;
    this.#timeoutSeconds = timeoutSeconds;
    this.#description = describeFunction(name, memoryMb);
    this.#onOutput = onOutput;
    captureOutputOnce();
  }

  invoke(requestId: string, payload: string, pause: Pause): Promise<InvocationResult> {
    const deadline = Date.now() + this.#timeoutSeconds * 1000;
    return running.run({ requestId, onOutput: this.#onOutput, pause }, () =>
      runHandler(this.#handler, { requestId, payload, deadline }, this.#description),
    );
  }

  async terminate(): Promise<void> {}
}

/**
 * Sleeps in a handler that runs in this process: simulated time passes meanwhile.
 *
 * @throws RangeError outside of a handler
 */
export function sleepInHandler(ms: number): Promise<void> {
  const invocation = running.getStore();
  if (!invocation) throw new RangeError('Only a handler can sleep: call this while a function is invoked.');
  return invocation.pause(ms);
}

/** Gives the function log what handlers write; the output of everything else passes. */
function captureOutputOnce(): void {
  if (isOutputCaptured) return;
  isOutputCaptured = true;
  for (const stream of ['stdout', 'stderr'] as const) captureOutput(stream);
}

function captureOutput(stream: 'stdout' | 'stderr'): void {
  const write = process[stream].write.bind(process[stream]);
  process[stream].write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
    const invocation = running.getStore();
    if (!invocation) return write(chunk, ...rest);
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
    invocation.onOutput(text, stream, invocation.requestId);
    for (const argument of rest as readonly unknown[]) if (typeof argument === 'function') argument();
    return true;
  };
}
