import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the system kills itself once it is armed. */
export type CrashPoint =
  /** A message has gone out and is not recorded yet. */
  | 'messageSent'
  /** The service has started the operation that issues a fresh link, and its response has not arrived. */
  | 'operationStarted'
  /** The callback has arrived, and the completion is on its way to the service. */
  | 'beforeCompletion'
  /** The service has completed the session, and its response has not arrived. */
  | 'afterCompletion'
  /** The outcome is in the ledger, and not yet on the bus or in the waiting task. */
  | 'outcomeStored';

/** A browser's request and its response, as one process sends them to another. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: [string, string][];
  readonly body?: string;
}
export interface SentResponse {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: string;
}

export type Command =
  | { readonly do: 'arm'; readonly moment: CrashPoint }
  | { readonly do: 'upload' | 'settle' }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'page'; readonly request: SentRequest }
  | { readonly do: 'consent'; readonly url: string }
  | { readonly do: 'report'; readonly sessions: readonly string[] };

/** What the system has stored and published. */
export interface Report {
  /** Ids of the requests in messages. */
  readonly links: readonly string[];
  readonly requests: readonly string[];
  /** How many requests still hold a task token. */
  readonly tokens: number;
  readonly closedOutcomes: readonly string[];
  /** The statuses of the executions of the requests' workflow. */
  readonly executions: readonly string[];
  /** How many sessions the service has completed. */
  readonly completed: number;
}

const PROGRAM = fileURLToPath(new URL('./crashableProcess.ts', import.meta.url));

interface Reply {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: string;
  readonly now?: number;
}

interface PendingReply {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** A process that runs a system on a data directory. */
export class CrashableSystem {
  readonly #child: ChildProcess;
  readonly #pendingReplies = new Map<number, PendingReply>();
  /** Resolves to the signal that ended it. */
  readonly exitSignal: Promise<string | null>;
  #lastId = 0;
  #now: number;

  /** @param now simulated time at the beginning, in ms since the epoch */
  constructor(dataDirectory: string, now: number) {
    this.#now = now;
    this.#child = fork(PROGRAM, [dataDirectory, String(now)], {
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    this.#child.on('message', ({ id, answer, error, now }: Reply) => {
      if (now !== undefined) this.#now = now;
      const waiting = this.#pendingReplies.get(id);
      this.#pendingReplies.delete(id);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(error));
    });
    this.exitSignal = new Promise((resolve) => {
      this.#child.once('exit', (_code, signal) => {
        for (const { reject } of this.#pendingReplies.values()) reject(new Error('the system was killed'));
        resolve(signal);
      });
    });
  }

  send(ask: Extract<Command, { do: 'page' }>): Promise<SentResponse>;
  send(ask: Extract<Command, { do: 'consent' }>): Promise<string>;
  send(ask: Extract<Command, { do: 'report' }>): Promise<Report>;
  send(ask: Exclude<Command, { do: 'page' | 'consent' | 'report' }>): Promise<null>;
  send(ask: Command): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) return reject(new Error('the system was killed'));
      this.#pendingReplies.set(id, { resolve, reject });
      this.#child.send({ id, ask }, (error) => error && reject(error));
    });
  }

  /** The latest simulated time that the process can have reached; how long its last call took is unknown. */
  get now(): number {
    return this.#now + 30_000;
  }

  /** Runs an action during which the system kills itself. @returns the signal; SIGTERM if it did not */
  async runUntilCrash(action: () => Promise<unknown>): Promise<string | null> {
    await Promise.race([action().catch(() => {}), this.exitSignal]);
    // The crash point may be reached only as simulated time passes.
    await Promise.race([this.send({ do: 'pass', ms: 15 * 60_000 }).catch(() => {}), this.exitSignal]);
    this.#child.kill('SIGTERM');
    return this.exitSignal;
  }

  /** Hands a browser's request to the pages of this process. */
  async handleRequest(request: Request): Promise<Response> {
    const text = await request.text();
    const { method, url, headers } = request;
    const sent = { method, url, headers: [...headers], ...(text !== '' && { body: text }) };
    const { status, headers: given, body } = await this.send({ do: 'page', request: sent });
    return new Response(body, {
      status,
      headers: given.map(([name, value]): [string, string] => [name, value]),
    });
  }

  kill(): Promise<string | null> {
    this.#child.kill('SIGKILL');
    return this.exitSignal;
  }
}
