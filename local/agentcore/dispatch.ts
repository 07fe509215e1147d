import type { Service } from './service.ts';
import { PLANES } from './service.ts';
import { ServiceError } from './serviceError.ts';
import type { FaultRule } from './settings/faults.ts';
import { asServiceError, errorAnswer, type WireAnswer } from './wire/errorAnswer.ts';
import { readInput } from './wire/readInput.ts';
import { type Route, Router } from './wire/router.ts';
import { validateInput } from './wire/validateInput.ts';
import { writeOutput } from './wire/writeOutput.ts';

/** A request as it came in. */
export interface IncomingRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  readonly body: string;
}

/** What becomes of a request: an answer, a cut connection, or silence. */
export type Outcome = WireAnswer | 'cut' | 'silence';

/** A request that changes something, as the log shows it. */
export interface Write {
  /** Simulated time. */
  readonly at: number;
  readonly operation: string;
  /** The name or id that the request is about. */
  readonly resource: string;
  /** 2xx, or the error's. */
  readonly status: number;
  readonly error?: string;
}

/** How many writes the log keeps; beyond it, the oldest go. */
const LOG_LENGTH = 200_000;
const READS = /^(Get|List)/;

/** Takes requests from the wire to the operations and their answers back. */
export class Dispatch {
  readonly #service: Service;
  readonly #router = new Router(PLANES);
  readonly #answers = new Map<string, Record<string, unknown>>();
  #calls = new Map<string, number>();
  #writes: Write[] = [];
  #requests = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Requests by operation since the start or the last reset, refused ones included. */
  calls(): Record<string, number> {
    return Object.fromEntries([...this.#calls].sort());
  }

  get writes(): readonly Write[] {
    return this.#writes;
  }

  clear(): void {
    this.#calls = new Map();
    this.#writes = [];
    this.#answers.clear();
  }

  answer(request: IncomingRequest): Outcome {
    const requestId = this.#requestId();
    try {
      const route = this.#route(request);
      const { name } = route.operation;
      this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
      return this.#answerOperation(route, request, requestId);
    } catch (error) {
      return errorAnswer(asServiceError(error), requestId, PLANES);
    }
  }

  #answerOperation(route: Route, request: IncomingRequest, requestId: string): Outcome {
    const { name } = route.operation;
    let resource = '';
    try {
      // Throttling comes first, as a front end has it: a refused request costs its rate nothing more.
      this.#service.rates.take(name);
      const input = readInput(route.operation.input, { ...request, labels: route.labels });
      resource = resourceOf(input);
      const before = this.#service.world.faults.strike(['throttle', 'error', 'cut', 'timeout'], {
        operation: name,
        resource,
      });
      if (before) return this.#inject(before, name, resource, requestId);
      const stale = READS.test(name) ? this.#stale(name, input, resource) : undefined;
      const answer = stale ?? this.#perform(route, input);
      this.#logWrite(name, resource, route.operation.status);
      const after = this.#service.world.faults.strike(
        ['error', 'cut', 'timeout'],
        { operation: name, resource },
        'after',
      );
      if (after) return this.#inject(after, name, resource, requestId);
      return success(route.operation.status, answer, requestId);
    } catch (error) {
      const refusal = asServiceError(error);
      const answer = errorAnswer(refusal, requestId, PLANES);
      this.#logWrite(name, resource, answer.status, refusal.code);
      return answer;
    }
  }

  /** All writes of an operation, its client token included, are on disk together before the answer goes out. */
  #perform({ operation, shapes }: Route, input: Record<string, unknown>): Record<string, unknown> {
    validateInput(shapes, operation.input.name, input);
    const run = this.#service.operations[operation.name];
    if (!run) throw notEmulated(operation.name);
    return this.#service.world.store.transaction(() => {
      const first = this.#service.tokens.recall(operation.name, input);
      if (first) return first;
      // validateInput has just proved that the input is what this operation declares.
      const answer = writeOutput(operation.output, run(input as never));
      this.#service.tokens.remember(operation.name, input, answer);
      return answer;
    });
  }

  #route(request: IncomingRequest): Route {
    const route = this.#router.find(request.method, request.path);
    if (!route) {
      throw new ServiceError(
        'UnknownOperationException',
        `${request.method} ${request.path} is no operation of Amazon Bedrock AgentCore.`,
      );
    }
    if (!this.#service.operations[route.operation.name]) throw notEmulated(route.operation.name);
    checkSignature(request.headers);
    return route;
  }

  /** The answer that the same List got before, where a fault asks for it. */
  #stale(
    operation: string,
    input: Record<string, unknown>,
    resource: string,
  ): Record<string, unknown> | undefined {
    const { faults } = this.#service.world;
    if (!operation.startsWith('List') || !faults.rules.some(({ fault }) => fault === 'staleList'))
      return undefined;
    const key = `${operation} ${JSON.stringify(input)}`;
    const before = this.#answers.get(key);
    if (before && faults.strike(['staleList'], { operation, resource })) return before;
    const route = PLANES.map((plane) => plane.operation(operation)).find((shape) => shape !== undefined);
    if (!route) return undefined;
    const fresh = this.#perform({ operation: route, shapes: PLANES[0], labels: {} }, input);
    this.#answers.set(key, fresh);
    return fresh;
  }

  #inject(fault: FaultRule, operation: string, resource: string, requestId: string): Outcome {
    if (fault.fault === 'cut') return 'cut';
    if (fault.fault === 'timeout') return 'silence';
    const throttle = fault.fault === 'throttle';
    const code = fault.error ?? (throttle ? 'ThrottlingException' : 'InternalServerException');
    const message = fault.message ?? (throttle ? 'Rate exceeded' : 'An internal error occurred. Try again.');
    const answer = errorAnswer(new ServiceError(code, message), requestId, PLANES);
    this.#logWrite(operation, resource, answer.status, code);
    return answer;
  }

  #logWrite(operation: string, resource: string, status: number, error?: string): void {
    if (READS.test(operation)) return;
    this.#writes.push({
      at: this.#service.world.clock.now(),
      operation,
      resource,
      status,
      ...(error && { error }),
    });
    if (this.#writes.length > LOG_LENGTH) this.#writes.shift();
  }

  #requestId(): string {
    this.#requests += 1;
    return `00000000-0000-4000-8000-${this.#requests.toString(16).padStart(12, '0')}`;
  }
}

function notEmulated(operation: string): ServiceError {
  return new ServiceError(
    'OperationNotEmulatedException',
    `The operation ${operation} is not emulated. See docs/emulator.md for those that are.`,
  );
}

/** Signatures are not verified, but a client that would be refused on AWS for having none is refused here too. */
function checkSignature(headers: Headers): void {
  const authorization = headers.get('authorization');
  if (authorization === null) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  if (!/^AWS4-[A-Z0-9-]+ .*Credential=[^/]+\/.*bedrock-agentcore\/aws4_request/.test(authorization)) {
    throw new ServiceError(
      'IncompleteSignatureException',
      'The Authorization header is no Signature Version 4 for the service bedrock-agentcore.',
    );
  }
}

/** What a request is about, for logs and for the rules of faults. */
function resourceOf(input: Readonly<Record<string, unknown>>): string {
  const list = Array.isArray(input.targetIdList) ? input.targetIdList : [];
  const candidates = [
    input.name,
    input.agentRuntimeName,
    input.harnessName,
    input.recordId,
    input.targetId,
    list[0],
    input.registryId,
    input.agentRuntimeId,
    input.harnessId,
    input.gatewayIdentifier,
    input.resourceArn,
  ];
  return String(candidates.find((candidate) => typeof candidate === 'string') ?? '');
}

function success(status: number, answer: Record<string, unknown>, requestId: string): WireAnswer {
  const headers = { 'x-amzn-requestid': requestId };
  if (status === 204) return { status, headers, body: '' };
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(answer),
  };
}
