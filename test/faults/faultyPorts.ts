import { AsyncLocalStorage } from 'node:async_hooks';
import { type CallLimits, callLimits, longestCall } from '../../adapters/clientSettings.ts';
import { toolListBounds } from '../../adapters/mcpToolLists.ts';
import type { Owner } from '../../core/manifest/owners.ts';
import { contactName } from '../../core/ports/notifier.ts';
import type { FunctionName } from '../../functions/functionCatalog.ts';
import type { Handler } from '../../local/aws/lambda/runHandler.ts';
import { whileBusy } from '../../local/simulation/clock.ts';
import type { Ports } from '../../local/testing/createHandlers.ts';
import type { FaultClock } from './faultClock.ts';
import { type Fault, type PortFault, type PortName, portNames } from './scenario.ts';

/** One call of a function to a port. */
export interface PortCall {
  readonly function: FunctionName;
  readonly port: PortName;
  readonly method: string;
}

/** Methods that read. All others change something. */
const READS =
  /^(get|list|read|find|summaries|tags|currentVersion|holdsLease|resolveAlias|workspacesOf|appliedUri)/;

/** Methods that return a value, not a promise. */
const SYNCHRONOUS = new Set(['appliedUri']);

/** One invocation of a function. Once it has exited, nothing that it awaits ever comes. */
class Invocation {
  readonly exit: Promise<never>;
  hasExited = false;
  #reject: (error: Error) => void = () => {};

  constructor() {
    this.exit = new Promise<never>((_, reject) => {
      this.#reject = reject;
    });
    this.exit.catch(() => {});
  }

  /** Fails the invocation as Lambda does whose process ended. */
  crash(): void {
    this.hasExited = true;
    const error = new Error('RequestId: crashed Error: Runtime exited with error: signal: killed');
    error.name = 'Runtime.ExitError';
    this.#reject(error);
  }
}

const invocations = new AsyncLocalStorage<Invocation>();

/** What a function waits for that has exited. */
const never = () => new Promise<never>(() => {});

/** How long the adapter of a port waits. */
const limitsOf: Readonly<Record<PortName, CallLimits>> = {
  ledger: callLimits.dynamoDb,
  specBucket: callLimits.s3,
  documents: callLimits.s3,
  toolLists: { requestTimeout: toolListBounds.timeout, maxAttempts: 1 },
  controlPlane: callLimits.agentCoreControl,
  secrets: callLimits.secretsManager,
  records: callLimits.registryRecords,
  events: callLimits.eventBridge,
  starter: callLimits.stepFunctions,
  taskCallbacks: callLimits.stepFunctions,
  authorizationSessions: callLimits.agentCore,
  notifier: callLimits.sns,
};

/** Strikes the calls of functions to their ports, and counts them. */
export class FaultyPorts {
  readonly calls: PortCall[] = [];
  readonly injected: { readonly fault: PortFault; readonly call: PortCall }[] = [];
  readonly #clock: FaultClock;
  #faults: { readonly fault: PortFault; matched: number }[];

  constructor(faults: readonly Fault[], clock: FaultClock) {
    this.#clock = clock;
    this.#faults = faults
      .filter((fault): fault is PortFault => fault.edge === 'port')
      .map((fault) => ({ fault, matched: 0 }));
  }

  /** How many calls were made before `end`. */
  callsUnderFaults = 0;

  /** From now on every call is carried out. */
  end(): void {
    this.callsUnderFaults = this.calls.length;
    this.#faults = [];
  }

  /** A handler whose invocations can exit between two calls, and then start again without anything in memory. */
  handler(create: () => Handler): Handler {
    let handler = create();
    return (event, context, callback) => {
      const invocation = new Invocation();
      void invocation.exit.catch(() => {
        handler = create();
      });
      return invocations.run(invocation, () =>
        Promise.race([Promise.resolve(handler(event, context, callback)), invocation.exit]),
      );
    };
  }

  /** The ports of a function with faults. */
  wrap(name: FunctionName, ports: Ports): Ports {
    const wrapped = portNames.map((port) => [port, this.#wrapPort(name, port, ports[port])]);
    return { ...ports, ...Object.fromEntries(wrapped) };
  }

  #wrapPort<Port extends object>(functionName: FunctionName, port: PortName, real: Port): Port {
    return new Proxy(real, {
      get: (target, method) => {
        const member: unknown = Reflect.get(target, method, target);
        if (typeof member !== 'function' || typeof method !== 'string' || SYNCHRONOUS.has(method))
          return member;
        return (...parameters: unknown[]) =>
          this.#call({ function: functionName, port, method }, parameters, async () =>
            Reflect.apply(member, target, parameters),
          );
      },
    });
  }

  async #call(
    call: PortCall,
    parameters: readonly unknown[],
    carryOut: () => Promise<unknown>,
  ): Promise<unknown> {
    const invocation = invocations.getStore();
    if (invocation?.hasExited) return never();
    this.calls.push(call);
    const fault = this.#match(call);
    if (fault) this.injected.push({ fault, call });
    if (fault?.kind === 'crashBefore') {
      invocation?.crash();
      return never();
    }
    if (fault?.kind === 'throttled') return rejected(call, parameters, 'ThrottlingException', 429);
    if (fault?.kind === 'late') return this.#callLate(call, parameters, fault, carryOut);
    const result = await carryOut();
    if (fault?.kind === 'crashAfter') invocation?.crash();
    if (invocation?.hasExited) return never();
    return fault?.kind === 'answerLost' ? rejected(call, parameters, 'TimeoutError') : result;
  }

  /** Carries a call out after its time. A caller that has given up by then never hears of it. */
  async #callLate(
    call: PortCall,
    parameters: readonly unknown[],
    { seconds = 0 }: PortFault,
    carryOut: () => Promise<unknown>,
  ): Promise<unknown> {
    const timeout = longestCall(limitsOf[call.port]);
    if (seconds * 1000 <= timeout) {
      await this.#clock.hang(seconds * 1000);
      return carryOut();
    }
    this.#clock.after(seconds * 1000, () => {
      void whileBusy(this.#clock, carryOut).catch(() => {});
    });
    await this.#clock.hang(timeout);
    return rejected(call, parameters, 'TimeoutError');
  }

  #match(call: PortCall): PortFault | undefined {
    let found: PortFault | undefined;
    for (const entry of this.#faults) {
      const { fault } = entry;
      if (!matches(fault, call)) continue;
      entry.matched += 1;
      if (entry.matched > fault.skip && entry.matched <= fault.skip + fault.times) found ??= fault;
    }
    return found;
  }
}

function matches(fault: PortFault, call: PortCall): boolean {
  if (fault.port !== undefined && fault.port !== call.port) return false;
  if (fault.function !== undefined && fault.function !== call.function) return false;
  return !(fault.writesOnly && READS.test(call.method));
}

/** What the adapter of the port gives its caller when the service does not answer, or rejects the call. */
function rejected(
  { port, method }: PortCall,
  [first]: readonly unknown[],
  code: string,
  httpStatusCode?: number,
): unknown {
  if (port === 'notifier') return { failed: contactsOf(first).map((contact) => ({ contact, reason: code })) };
  if (port === 'toolLists') return { failure: code === 'TimeoutError' ? 'tooSlow' : 'unreachable' };
  const message = `${port}.${method} was struck by a fault.`;
  const isResult =
    (port === 'controlPlane' && !READS.test(method)) ||
    port === 'authorizationSessions' ||
    (port === 'records' && method === 'updateStatus');
  if (isResult) return { kind: 'rejected', code, message, transient: true };
  const error = Object.assign(new Error(message), { $metadata: { httpStatusCode } });
  error.name = code;
  throw error;
}

/** The names of the contacts of an owner, the first parameter of `Notifier.notify`. */
function contactsOf(owner: unknown): string[] {
  const contacts = (owner as Owner | undefined)?.contacts ?? [];
  return contacts.length > 0 ? contacts.map(contactName) : [contactName(undefined)];
}
