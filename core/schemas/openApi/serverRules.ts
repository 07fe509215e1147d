import { hostReach } from '../../hostReach.ts';
import { asText, isJsonObject, type JsonObject } from '../../json.ts';
import { listMember, member, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { Located } from '../references.ts';
import type { Finding, Rule } from '../rule.ts';
import { type OpenApiDocument, placeholders } from './operations.ts';

const source =
  'AgentCore developer guide, OpenAPI targets: the server attribute needs a valid URL of the actual endpoint';
const expected = 'an https URL such as https://api.example.com/v1';

export const serverRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-servers',
    severity: 'error',
    source,
    *check(document) {
      const { root, operations } = document;
      const without = operations.find(({ value, item }) =>
        [root, item.value, value].every((owner) => listMember(owner, 'servers').length === 0),
      );
      if (without === undefined) return;
      const message = `${without.method.toUpperCase()} ${without.path} has no server. Add "servers" at the top level.`;
      yield { pointer: '', message, expected };
    },
  },
  {
    id: 'openapi-server-url',
    severity: 'error',
    source,
    *check(document) {
      for (const server of serversOf(document)) {
        const problem = server.isCalled ? urlProblem(server, document) : undefined;
        if (problem !== undefined) yield urlFinding(server, `The server URL ${problem}`);
      }
    },
  },
  {
    id: 'openapi-server-unused',
    severity: 'warning',
    source: `${source}; AWS's samples have a second server on localhost`,
    *check(document) {
      for (const server of serversOf(document)) {
        const problem = server.isCalled ? undefined : urlProblem(server, document);
        if (problem === undefined) continue;
        yield urlFinding(server, `A gateway does not call this server, whose URL ${problem}`);
      }
    },
  },
  {
    id: 'openapi-server-http',
    severity: 'warning',
    source: `${source}; whether the service refuses http is not documented`,
    *check(document) {
      for (const server of serversOf(document)) {
        if (!server.isCalled || parsedUrl(server)?.protocol !== 'http:') continue;
        const message =
          'The server URL begins with "http:", so requests and credentials are sent unencrypted.';
        yield urlFinding(server, message);
      }
    },
  },
  {
    id: 'openapi-server-private',
    severity: 'warning',
    source: 'AgentCore developer guide, private connectivity of gateways',
    *check(document) {
      for (const server of document.privateEndpoint ? serversOf(document) : []) {
        if (!server.isCalled || reachOf(server) !== 'private') continue;
        const message =
          'The server URL has a private address, which a gateway reaches only through the private endpoint.';
        yield { pointer: urlPointer(server), message };
      }
    },
  },
  {
    id: 'openapi-server-open-host',
    severity: 'warning',
    source:
      'AgentCore developer guide, OpenAPI targets: avoid unrestricted placeholders in the host of a server URL',
    *check(document) {
      for (const server of serversOf(document)) {
        const host = /^https?:\/\/([^/]*)/.exec(stringMember(server.value, 'url') ?? '')?.[1] ?? '';
        for (const name of server.isCalled ? placeholders(host) : []) {
          if (listMember(variableOf(server, name), 'enum').length > 0) continue;
          const message = `{${name}} in the host allows any value. List the allowed values in its "enum", or write a fixed host.`;
          yield { pointer: urlPointer(server), message };
        }
      }
    },
  },
];

/** A server of the document, of a path or of an operation. */
export interface Server extends Located<JsonObject> {
  /** Whether a gateway calls it: it is the first of the list that applies to some operation. */
  readonly isCalled: boolean;
}

export function serversOf({ root, operations }: OpenApiDocument): readonly Server[] {
  const owners = new Map<string, JsonObject>([['', root]]);
  const called = new Set<string>();
  for (const { item, value, pointer } of operations) {
    owners.set(item.pointer, item.value);
    owners.set(pointer, value);
    const applying = [{ value, pointer }, item, { value: root, pointer: '' }].find(
      (owner) => listMember(owner.value, 'servers').length > 0,
    );
    if (applying !== undefined) called.add(applying.pointer);
  }
  return [...owners].flatMap(([owner, object]) =>
    listMember(object, 'servers').flatMap((value, index) =>
      isJsonObject(value)
        ? [
            {
              value,
              pointer: appendPointer(owner, 'servers', index),
              isCalled: index === 0 && called.has(owner),
            },
          ]
        : [],
    ),
  );
}

export function urlPointer({ pointer }: Server): string {
  return appendPointer(pointer, 'url');
}

function urlFinding(server: Server, message: string): Finding {
  return { pointer: urlPointer(server), message, expected };
}

export function variableOf({ value }: Server, name: string): JsonObject {
  return objectMember(objectMember(value, 'variables'), name);
}

/** @returns the default of a variable; the structure rule reports one that is not text */
function defaultOf(server: Server, name: string): string | undefined {
  const value = member(variableOf(server, name), 'default');
  return value === undefined ? undefined : asText(value);
}

/** @returns the URL with the defaults of its variables, or undefined if it is not an absolute URL */
function parsedUrl(server: Server): URL | undefined {
  let text = stringMember(server.value, 'url') ?? '';
  for (const name of placeholders(text)) text = text.replaceAll(`{${name}}`, defaultOf(server, name) ?? '');
  return URL.canParse(text) ? new URL(text) : undefined;
}

function reachOf(server: Server) {
  return hostReach(parsedUrl(server)?.hostname ?? '');
}

/** @returns what prevents a gateway from calling the server, as the rest of a sentence about the URL */
function urlProblem(server: Server, { privateEndpoint }: OpenApiDocument): string | undefined {
  const template = stringMember(server.value, 'url');
  if (template === undefined) return undefined;
  const open = [...placeholders(template)].find((name) => defaultOf(server, name) === undefined);
  if (open !== undefined)
    return `contains {${open}}, which has no default. Add one in "variables", or write a fixed URL.`;
  const url = parsedUrl(server);
  if (url === undefined) return 'is not an absolute URL.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return `begins with "${url.protocol.slice(0, 20)}". A gateway calls only https URLs.`;
  if (url.username !== '' || url.password !== '')
    return 'contains credentials. Move them to credentialProviderConfigurations.';
  const reach = hostReach(url.hostname);
  if (reach === 'local') return 'has a host that a gateway cannot reach.';
  if (reach === 'private' && !privateEndpoint)
    return 'has a host in a private network, which a gateway cannot reach without a private endpoint.';
  return undefined;
}
