import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Where the system dies, once it is armed. */
export type CrashPoint =
  /** A message has gone out, and nobody has noted it. */
  | 'told'
  /** The service has begun the operation that gives a fresh link, and the loop has not heard of it. */
  | 'operationBegun'
  /** The browser came back, and the consent is being handed over. */
  | 'beforeCompletion'
  /** The service has taken the consent, and its answer has not arrived. */
  | 'afterCompletion'
  /** The ledger knows the outcome, and neither the bus nor the waiting task does. */
  | 'ended';

/** A browser's request and its answer, as they go from one process to another. */
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

/** What is left of everything that was written. */
export interface Report {
  /** Ids of requests that people were told of. */
  readonly links: readonly string[];
  readonly requests: readonly string[];
  /** Requests that still hold a task's token. */
  readonly tokens: number;
  readonly closedOutcomes: readonly string[];
  /** Of the requests' own workflows. */
  readonly executions: readonly string[];
  /** Sessions that the service holds a consent of. */
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

/** One life of a system on a data directory. */
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

  /** As far as time can have come. What its last call took is not known. */
  get now(): number {
    return this.#now + 30_000;
  }

  /** Asks for something that the system dies of. @returns the signal; SIGTERM where it goes on living */
  async runUntilCrash(action: () => Promise<unknown>): Promise<string | null> {
    await Promise.race([action().catch(() => {}), this.exitSignal]);
    // What was begun may come to its moment only as time passes.
    await Promise.race([this.send({ do: 'pass', ms: 15 * 60_000 }).catch(() => {}), this.exitSignal]);
    this.#child.kill('SIGTERM');
    return this.exitSignal;
  }

  /** The pages, for a browser that outlives every system. */
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
