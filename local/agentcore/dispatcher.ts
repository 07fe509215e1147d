import { defined } from '../../core/objects.ts';
import type { Caller } from './operation.ts';
import { PLANES } from './planes.ts';
import type { Service } from './service.ts';
import { accessDenied, errorNameOf, ServiceError } from './serviceError.ts';
import type { FaultRule } from './settings/faults.ts';
import { asServiceError, errorResponse, type WireResponse } from './wire/errorResponse.ts';
import { readInput, validateInput } from './wire/readInput.ts';
import { decodePercent, type Route, Router } from './wire/router.ts';
import { signingNameOf } from './wire/signature.ts';
import { writeOutput } from './wire/writeOutput.ts';

/** An HTTP request as received. */
export interface IncomingRequest {
  readonly method: string;
  /** Percent-encoded, without the query. */
  readonly path: string;
  /** Percent-encoded, with or without the leading `?`. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: string;
}

/** How the server ends a request: with a response, by closing the connection, or by sending nothing. */
export type DispatchResult = WireResponse | 'disconnect' | 'noResponse';

/** A mutating request in the log. */
export interface WriteLogEntry {
  /** Milliseconds since the epoch, simulated time. */
  readonly at: number;
  readonly operation: string;
  /** The name or id of the resource in the request. */
  readonly resource: string;
  /** The HTTP status of the response. */
  readonly status: number;
  /** The name of the error in the API. */
  readonly error?: string;
}

/** The log drops its oldest entries beyond this number. */
const MAX_LOG_ENTRIES = 200_000;
const READ_OPERATIONS = /^([A-Za-z]+\.)?(Get|List)/;

/** Reading the routes of all planes takes 10 ms, and no emulator changes them. */
const router = new Router(PLANES);

/** Routes requests to operations, applies request faults and rate limits, and serializes the responses. */
export class Dispatcher {
  readonly #service: Service;
  readonly #listResponses = new Map<string, Record<string, unknown>>();
  #calls = new Map<string, number>();
  #writes: WriteLogEntry[] = [];
  #requests = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  /** The number of requests by operation since the start or the last reset, rejected ones included. */
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
      const { name } = route;
      this.#calls.set(name, (this.#calls.get(name) ?? 0) + 1);
      return this.#handleOperation(route, request, requestId);
    } catch (error) {
      return errorResponse(asServiceError(error), requestId, PLANES);
    }
  }

  #handleOperation(route: Route, request: IncomingRequest, requestId: string): DispatchResult {
    const { name } = route;
    let resource = '';
    try {
      // Rate limiting comes first, as in a front end: a rejected request uses up no other quota.
      this.#service.rateLimiter.consume(name);
      const query = parseQuery(request.query);
      const input = readInput(route.operation.input, { ...request, query, labels: route.labels });
      resource = resourceOf(input);
      const faultBefore = this.#service.context.faults.match(['throttle', 'error', 'disconnect', 'timeout'], {
        operation: name,
        resource,
      });
      if (faultBefore) return this.#inject(faultBefore, name, resource, requestId);
      const caller = { accessKeyId: accessKeyOf(request.headers) };
      const staleResponse = READ_OPERATIONS.test(name)
        ? this.#staleListResponse(route, input, resource, caller)
        : undefined;
      const denial = this.#service.authorize(caller.accessKeyId, name);
      if (denial !== undefined) throw accessDenied(denial);
      const response = staleResponse ?? this.#execute(route, input, caller, requestId);
      this.#logWrite(name, resource, route.operation.status);
      const faultAfter = this.#service.context.faults.match(
        ['error', 'disconnect', 'timeout'],
        { operation: name, resource },
        'after',
      );
      if (faultAfter) return this.#inject(faultAfter, name, resource, requestId);
      return successResponse(route.operation.status, response, requestId);
    } catch (error) {
      const serviceError = asServiceError(error);
      const response = errorResponse(serviceError, requestId, PLANES);
      this.#logWrite(name, resource, response.status, serviceError.code);
      return response;
    }
  }

  /** Commits all writes of an operation, its client token included, in one transaction before the response goes out. */
  #execute(
    { operation, name, plane }: Route,
    input: Record<string, unknown>,
    caller: Caller,
    requestId?: string,
  ): Record<string, unknown> {
    validateInput(plane.shapes, operation.input.name, input);
    const run = this.#service.operations[name];
    if (!run) throw notEmulated(name);
    return this.#service.context.store.transaction(() => {
      const saved = this.#service.clientTokens.findResponse(name, input);
      if (saved) return saved;
      // validateInput has just checked the input against the shape of this operation.
      const response = writeOutput(operation.output, run(input as never, caller));
      this.#service.clientTokens.saveResponse(name, input, response);
      if (requestId !== undefined && plane.trail)
        this.#service.managementEvents?.enqueue({
          ...plane.trail,
          ...caller,
          requestId,
          operation: operation.name,
          input,
          output: response,
        });
      return response;
    });
  }

  #route(request: IncomingRequest): Route {
    const authorization = request.headers.get('authorization');
    const signingName = signingNameOf(authorization);
    const isKnown = PLANES.some((plane) => plane.signingName === signingName);
    const route = router.find(request.method, request.path, isKnown ? signingName : undefined);
    if (!route) {
      throw new ServiceError(
        'OperationNotEmulatedException',
        `This version of the emulator does not know an operation ${request.method} ${request.path}${isKnown ? ` of ${signingName}` : ''}. Its routes come from the installed AWS SDK; a newer SDK may have more.`,
      );
    }
    if (!this.#service.operations[route.name]) throw notEmulated(route.name);
    if (!isKnown) throw unsigned(authorization);
    return route;
  }

  /** The earlier response to the same List request, if a `staleList` fault matches. */
  #staleListResponse(
    route: Route,
    input: Record<string, unknown>,
    resource: string,
    caller: Caller,
  ): Record<string, unknown> | undefined {
    const { faults } = this.#service.context;
    const { name: operation } = route;
    if (!route.operation.name.startsWith('List') || !faults.rules.some(({ fault }) => fault === 'staleList'))
      return undefined;
    const key = `${operation} ${JSON.stringify(input)}`;
    const earlier = this.#listResponses.get(key);
    if (earlier && faults.match(['staleList'], { operation, resource })) return earlier;
    const current = this.#execute(route, input, caller);
    this.#listResponses.set(key, current);
    return current;
  }

  #inject(fault: FaultRule, operation: string, resource: string, requestId: string): DispatchResult {
    if (fault.fault === 'disconnect') return 'disconnect';
    if (fault.fault === 'timeout') return 'noResponse';
    const throttle = fault.fault === 'throttle';
    const kind = throttle ? 'ThrottlingException' : 'InternalServerException';
    const code = fault.error ?? errorNameOf(kind, operation);
    const message = fault.message ?? (throttle ? 'Rate exceeded' : 'An internal error occurred. Try again.');
    const response = errorResponse(new ServiceError(code, message), requestId, PLANES);
    this.#logWrite(operation, resource, response.status, code);
    return response;
  }

  #logWrite(operation: string, resource: string, status: number, error?: string): void {
    if (READ_OPERATIONS.test(operation)) return;
    const at = this.#service.context.clock.now();
    this.#writes.push(defined({ at, operation, resource, status, error }));
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
    `The operation ${operation} is not emulated. docs/emulator.md lists the emulated ones.`,
  );
}

/** @throws ServiceError SerializationException for a malformed percent encoding, which URLSearchParams would keep as it is */
function parseQuery(query: string): URLSearchParams {
  decodePercent(query, 'query');
  return new URLSearchParams(query);
}

/** The error for a request that is not signed for a service of the emulator. The signature itself is not verified. */
function unsigned(authorization: string | null): ServiceError {
  if (authorization === null) {
    return new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const names = [...new Set(PLANES.map(({ signingName }) => signingName))].join(' or ');
  return new ServiceError(
    'IncompleteSignatureException',
    `The Authorization header is not a Signature Version 4 header for the service ${names}.`,
  );
}

/** @returns the access key of a signed request */
function accessKeyOf(headers: Headers): string {
  return /Credential=([^/]+)\//.exec(headers.get('authorization') ?? '')?.[1] ?? '';
}

/** The name or id of the resource in a request, for the log and for matching fault rules. */
function resourceOf(input: Readonly<Record<string, unknown>>): string {
  const targetIds = Array.isArray(input.targetIdList) ? input.targetIdList : [];
  const candidates = [
    input.name,
    input.endpointName,
    input.agentRuntimeName,
    input.harnessName,
    input.evaluatorName,
    input.onlineEvaluationConfigName,
    input.recordId,
    input.targetId,
    input.policyId,
    input.ruleId,
    input.rateLimitId,
    input.browserId,
    input.profileId,
    input.codeInterpreterId,
    input.evaluatorId,
    input.onlineEvaluationConfigId,
    input.memoryId,
    targetIds[0],
    input.registryId,
    input.agentRuntimeId,
    input.harnessId,
    input.policyEngineId,
    input.gatewayIdentifier,
    input.resourceArn,
  ];
  return String(candidates.find((candidate) => typeof candidate === 'string') ?? '');
}

function successResponse(status: number, output: Record<string, unknown>, requestId: string): WireResponse {
  const headers = { 'x-amzn-requestid': requestId };
  if (status === 204) return { status, headers, body: '' };
  return {
    status,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(output),
  };
}
