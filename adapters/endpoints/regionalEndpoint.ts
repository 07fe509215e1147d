import { GateloopError } from '../../core/errors.ts';

/** A partition of AWS, as far as it tells the endpoints in its Regions. */
export interface Partition {
  /** Such as `aws-cn`. */
  readonly name: string;
  /** What the names of its Regions look like. */
  readonly regions: RegExp;
  /** What the names of its hosts end in, such as `amazonaws.com.cn`. */
  readonly suffix: string;
}

/** What a client of the SDK knows when it asks where to send a request, by the names of the service's rules. */
export type EndpointParameters = Readonly<Record<string, unknown>>;

/** Where to send a request, in the SDK's form. */
export interface Endpoint {
  readonly url: URL;
  /** How to sign it, where the client would not know by itself; among others. */
  readonly properties: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, readonly string[]>>;
}

/** @throws GateloopError `EndpointLeftOut` instead of an endpoint that the SDK's own rules would not give */
export type EndpointResolver = (parameters: EndpointParameters) => Endpoint;

/**
 * Resolves as the SDK's rules do for a service with an endpoint in every Region: to the endpoint that was set, or to
 * the Region's.
 *
 * @param prefix the first part of the service's host names
 */
export function regionalEndpoint(prefix: string, partitions: readonly Partition[]): EndpointResolver {
  return (parameters) => {
    refuseOthers(parameters);
    const { Endpoint: endpoint, Region: region } = parameters;
    if (typeof endpoint === 'string') return endpointAt(endpoint);
    return endpointAt(`https://${prefix}.${region}.${partitionOf(region, partitions).suffix}`);
  };
}

/** @param url of a host; its path is where the service begins */
export function endpointAt(url: string, properties: Endpoint['properties'] = {}): Endpoint {
  return { url: new URL(url), properties, headers: {} };
}

/**
 * The names of global pseudo-Regions, such as `aws-global`, look like none.
 *
 * @throws GateloopError where no partition has such Regions
 */
export function partitionOf(region: unknown, partitions: readonly Partition[]): Partition {
  const found = partitions.find(({ regions }) => typeof region === 'string' && regions.test(region));
  return found ?? refuse('Region', `is ${region}, which no partition of AWS has`);
}

/** Of every service; in lower case stands what clients add that choose how to sign by the endpoint. */
const TAKEN: readonly string[] = ['Endpoint', 'Region', 'operation', 'region'];

/**
 * Other kinds of endpoints are asked for by a parameter of their own, such as `UseFIPS` or `UseDualStack`.
 *
 * @throws GateloopError where one is set that is neither of every service nor taken
 */
export function refuseOthers(parameters: EndpointParameters, taken: readonly string[] = []): void {
  for (const [name, value] of Object.entries(parameters)) {
    const isSet = value !== undefined && value !== null && value !== false;
    if (isSet && !TAKEN.includes(name) && !taken.includes(name)) refuse(name, 'is set');
  }
}

/** @throws GateloopError that names the parameter and says what to do */
export function refuse(parameter: string, what: string): never {
  const message = `No endpoint for this request: ${parameter} ${what}, and the endpoints of AWS for that are left out of the bundles of functions. Set it otherwise, or name the endpoint itself in AWS_ENDPOINT_URL_<service>; see functions/bundling/leftOutEndpoints.ts.`;
  throw new GateloopError('EndpointLeftOut', message, false, { details: { parameter } });
}
