import type { Service } from './service.ts';
import { PLANES } from './service.ts';
import { ServiceError } from './serviceError.ts';
import type { FaultRule } from './settings/faults.ts';
import { asServiceError, errorResponse, type WireResponse } from './wire/errorResponse.ts';
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
export type DispatchResult = WireResponse | 'cut' | 'silence';

/** A request that changes something, as the log shows it. */
export interface WriteLogEntry {
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
const MAX_LOG_ENTRIES = 200_000;
const READS = /^(Get|List)/;

/** Takes requests from the wire to the operations and their answers back. */
export class Dispatcher {
  readonly #service: Service;
  readonly #router = new Router(PLANES);
  readonly #listResponses = new Map<string, Record<string, unknown>>();
  #calls = new Map<string, number>();
  #writes: WriteLogEntry[] = [];
  #requests = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  /** Requests by operation since the start or the last reset, refused ones included. */
  calls(): Record<string, number> {
    return Object.fromEntries([...this.#calls].sort());
  }

  get writes(): readonly WriteLogEntry[] {
    return this.#writes;
  }

  clear(): void {
    this.#calls = new Map();
    this.#writes = [];
    this.#listResponses.clear();
  }

  handle(request: IncomingRequest): DispatchResult {
    const requestId = this.#requestId();
    try {
      const route = this.#route(request);
      const { name } = route.operation;
      this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
      return this.#handleOperation(route, request, requestId);
    } catch (error) {
      return errorResponse(asServiceError(error), requestId, PLANES);
    }
  }

  #handleOperation(route: Route, request: IncomingRequest, requestId: string): DispatchResult {
    const { name } = route.operation;
    let resource = '';
    try {
      // Throttling comes first, as a front end has it: a refused request costs its rate nothing more.
      this.#service.rateLimiter.consume(name);
      const input = readInput(route.operation.input, { ...request, labels: route.labels });
      resource = resourceOf(input);
      const faultBefore = this.#service.context.faults.match(['throttle', 'error', 'cut', 'timeout'], {
        operation: name,
        resource,
      });
      if (faultBefore) return this.#inject(faultBefore, name, resource, requestId);
      const staleResponse = READS.test(name) ? this.#staleListResponse(name, input, resource) : undefined;
      const answer = staleResponse ?? this.#execute(route, input);
      this.#logWrite(name, resource, route.operation.status);
      const faultAfter = this.#service.context.faults.match(
        ['error', 'cut', 'timeout'],
        { operation: name, resource },
        'after',
      );
      if (faultAfter) return this.#inject(faultAfter, name, resource, requestId);
      return successResponse(route.operation.status, answer, requestId);
    } catch (error) {
      const serviceError = asServiceError(error);
      const answer = errorResponse(serviceError, requestId, PLANES);
      this.#logWrite(name, resource, answer.status, serviceError.code);
      return answer;
    }
  }

  /** All writes of an operation, its client token included, are on disk together before the answer goes out. */
  #execute({ operation, shapes }: Route, input: Record<string, unknown>): Record<string, unknown> {
    validateInput(shapes, operation.input.name, input);
    const run = this.#service.operations[operation.name];
    if (!run) throw notEmulated(operation.name);
    return this.#service.context.store.transaction(() => {
      const first = this.#service.clientTokens.findResponse(operation.name, input);
      if (first) return first;
      // validateInput has just proved that the input is what this operation declares.
      const answer = writeOutput(operation.output, run(input as never));
      this.#service.clientTokens.saveResponse(operation.name, input, answer);
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
  #staleListResponse(
    operation: string,
    input: Record<string, unknown>,
    resource: string,
  ): Record<string, unknown> | undefined {
    const { faults } = this.#service.context;
    if (!operation.startsWith('List') || !faults.rules.some(({ fault }) => fault === 'staleList'))
      return undefined;
    const key = `${operation} ${JSON.stringify(input)}`;
    const before = this.#listResponses.get(key);
    if (before && faults.match(['staleList'], { operation, resource })) return before;
    const route = PLANES.map((plane) => plane.operation(operation)).find((shape) => shape !== undefined);
    if (!route) return undefined;
    const fresh = this.#execute({ operation: route, shapes: PLANES[0], labels: {} }, input);
    this.#listResponses.set(key, fresh);
    return fresh;
  }

  #inject(fault: FaultRule, operation: string, resource: string, requestId: string): DispatchResult {
    if (fault.fault === 'cut') return 'cut';
    if (fault.fault === 'timeout') return 'silence';
    const throttle = fault.fault === 'throttle';
    const code = fault.error ?? (throttle ? 'ThrottlingException' : 'InternalServerException');
    const message = fault.message ?? (throttle ? 'Rate exceeded' : 'An internal error occurred. Try again.');
    const answer = errorResponse(new ServiceError(code, message), requestId, PLANES);
    this.#logWrite(operation, resource, answer.status, code);
    return answer;
  }

  #logWrite(operation: string, resource: string, status: number, error?: string): void {
    if (READS.test(operation)) return;
    this.#writes.push({
      at: this.#service.context.clock.now(),
      operation,
      resource,
      status,
      ...(error && { error }),
    });
    if (this.#writes.length > MAX_LOG_ENTRIES) this.#writes.shift();
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

function successResponse(status: number, answer: Record<string, unknown>, requestId: string): WireResponse {
  const headers = { 'x-amzn-requestid': requestId };
  if (status === 204) return { status, headers, body: '' };
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(answer),
  };
}
