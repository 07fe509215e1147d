import type { JsonObject } from '../json.ts';

/** An MCP endpoint whose tools are listed. */
export type ToolListEndpoint =
  /** A gateway's own endpoint. `token`: a JSON web token for a gateway with CUSTOM_JWT; never in a log or message. */
  | { readonly kind: 'gateway'; readonly url: string; readonly signs: boolean; readonly token?: string }
  /** A server without credentials, at an address that a manifest names. */
  | { readonly kind: 'server'; readonly url: string };

/**
 * Why a list was not read:
 * - `notPublic`: the name of the server leads to an address that is not public
 * - `unreachable`: no connection, a redirect, or an HTTP error
 * - `denied`: the endpoint demands other credentials
 * - `tooLarge`: more bytes, pages or tools than are read
 * - `tooSlow`: no complete list in time
 * - `malformed`: no list of tools as the Model Context Protocol has it
 */
export type ToolListFailure = 'notPublic' | 'unreachable' | 'denied' | 'tooLarge' | 'tooSlow' | 'malformed';

/** The tools of an endpoint as it describes them, in its order. */
export type ToolListing = { readonly tools: readonly ListedTool[] } | { readonly failure: ToolListFailure };

/** A tool's definition: text of strangers. */
export interface ListedTool extends JsonObject {
  readonly name: string;
}

/** The lists of tools that MCP endpoints give out. No tool is called. */
export interface ToolLists {
  /** Never throws for what an endpoint does. */
  list(endpoint: ToolListEndpoint): Promise<ToolListing>;
}
