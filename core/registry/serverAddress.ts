import { hostReach } from '../hostReach.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memberAt } from '../manifest/memberAt.ts';
import { detectCredential } from '../manifest/secrets.ts';
import { contentAt } from './descriptorContent.ts';

/** The URL of a record's MCP server, or why no gateway can reach it, with the remedy. */
export type ServerAddress =
  | { readonly endpoint: string; readonly host: string }
  | { readonly reason: string; readonly remedy: string };

/** The API's own limit on the address of an MCP server. */
const MAX_ADDRESS_LENGTH = 2048;
const EXAMPLE = '"remotes": [{ "type": "streamable-http", "url": "https://mcp.example.com/mcp" }]';

/**
 * Finds the address in the server definition of a record's MCP descriptor, which has the form of the MCP registry's
 * `server.json`; of a record without one, the address is that of the server that the registry reads. Both are untrusted, so
 * that only a plain public https address is accepted.
 *
 * @param descriptors as the API returns them
 * @returns the first accepted address as a normalized URL; else why the first address was rejected
 */
export function serverAddress(descriptors: JsonObject): ServerAddress {
  const server = contentAt(descriptors, ['mcpServer']);
  const source = memberAt(descriptors, ['mcpServer', 'source', 'fromUrl', 'url']);
  if (memberAt(descriptors, ['mcpServer', 'data']) === undefined && typeof source === 'string')
    return checkAddress(source);
  if (!isJsonObject(server)) {
    return {
      reason: 'has no server definition that can be read as JSON',
      remedy: `Give it one, with ${EXAMPLE}.`,
    };
  }
  const remotes = listOf(server.remotes).filter(isJsonObject);
  const addresses = remotes
    .filter(({ type }) => type === 'streamable-http')
    .map(({ url }) => checkAddress(url));
  return addresses.find((address) => 'endpoint' in address) ?? addresses[0] ?? missingRemote(remotes);
}

function missingRemote(remotes: readonly JsonObject[]): ServerAddress {
  return remotes.some(({ type }) => type === 'sse')
    ? {
        reason: 'offers server-sent events (SSE) only, which gateways do not support',
        remedy: `Add its Streamable HTTP address: ${EXAMPLE}.`,
      }
    : {
        reason: 'names no remote server, only packages to install locally',
        remedy: `Add the address of a remote server: ${EXAMPLE}.`,
      };
}

/** The rules for an address; the first one that matches is reported. */
const rejections: readonly { readonly reason: string; readonly is: (url: URL, text: string) => boolean }[] = [
  // This also keeps `${…}` from being read as a reference.
  { reason: 'has an address with a placeholder', is: (_, text) => /[{}]/.test(text) },
  { reason: 'has an address that is not https', is: ({ protocol }) => protocol !== 'https:' },
  {
    reason: 'has a user or password in its address',
    is: ({ username, password }) => username !== '' || password !== '',
  },
  { reason: 'has a credential in its address', is: (_, text) => detectCredential(text) !== undefined },
  { reason: 'has an address with a fragment', is: ({ hash }) => hash !== '' },
  { reason: 'has an address without a public host name', is: ({ hostname }) => !isPublicHostName(hostname) },
];

function checkAddress(address: JsonValue | undefined): ServerAddress {
  const remedy = 'Give it a plain public https address, and submit it again.';
  if (typeof address !== 'string' || address.length > MAX_ADDRESS_LENGTH || !URL.canParse(address))
    return { reason: 'has an address that is not a URL', remedy };
  const url = new URL(address);
  const found = rejections.find(({ is }) => is(url, address));
  if (found) return { reason: found.reason, remedy };
  return { endpoint: url.href, host: url.hostname };
}

/**
 * A public server has a name, and not only an address. The host name of a URL is in lower-case ASCII: a name that only looks
 * like another one reads `xn--…`.
 */
function isPublicHostName(hostname: string): boolean {
  return /^([a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(hostname) && hostReach(hostname) === 'public';
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
