import type {
  ListedTool,
  ToolListEndpoint,
  ToolListFailure,
  ToolListing,
  ToolLists,
} from '../../core/ports/toolLists.ts';

interface InMemoryEndpoint {
  readonly tools: readonly ListedTool[];
  /** Absent where everyone may list the tools. */
  readonly demands?: 'signature' | { readonly token: string };
}

/** Lists of tools for tests. */
export class InMemoryToolLists implements ToolLists {
  readonly #endpoints = new Map<string, InMemoryEndpoint>();
  readonly #failures = new Map<string, ToolListFailure>();
  /** The endpoints that were read, oldest first. */
  readonly reads: ToolListEndpoint[] = [];

  /** Makes an endpoint, or replaces its tools. */
  put(url: string, endpoint: InMemoryEndpoint): void {
    this.#endpoints.set(url, endpoint);
    this.#failures.delete(url);
  }

  fail(url: string, failure: ToolListFailure): void {
    this.#failures.set(url, failure);
  }

  async list(endpoint: ToolListEndpoint): Promise<ToolListing> {
    this.reads.push(endpoint);
    const found = this.#endpoints.get(endpoint.url);
    const failure = this.#failures.get(endpoint.url) ?? (found ? undefined : 'unreachable');
    if (failure !== undefined) return { failure };
    return isAllowed(endpoint, found?.demands) ? { tools: found?.tools ?? [] } : { failure: 'denied' };
  }
}

function isAllowed(endpoint: ToolListEndpoint, demands: InMemoryEndpoint['demands']): boolean {
  if (demands === undefined) return true;
  if (endpoint.kind === 'server') return false;
  return demands === 'signature' ? endpoint.signs : endpoint.token === demands.token;
}
