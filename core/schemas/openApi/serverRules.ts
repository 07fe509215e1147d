import { isJsonObject, type JsonObject } from '../../json.ts';
import { listMember, objectMember, stringMember } from '../member.ts';
import { appendPointer } from '../pointer.ts';
import type { Located } from '../references.ts';
import type { Finding, Rule } from '../rule.ts';
import type { OpenApiDocument } from './operations.ts';

const source =
  'AgentCore developer guide, OpenAPI targets: the server attribute needs a valid URL of the actual endpoint';
const expected = 'an https URL such as https://api.example.com/v1';

export const serverRules: readonly Rule<OpenApiDocument>[] = [
  {
    id: 'openapi-servers',
    severity: 'error',
    source,
    *check({ root, operations }) {
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
      for (const server of serversOf(document)) yield* checkServer(server);
    },
  },
  {
    id: 'openapi-server-open-host',
    severity: 'warning',
    source:
      'AgentCore developer guide, OpenAPI targets: avoid unrestricted placeholders in the host of a server URL',
    *check(document) {
      for (const { value, pointer } of serversOf(document)) {
        const host = /^https:\/\/([^/]*)/.exec(stringMember(value, 'url') ?? '')?.[1] ?? '';
        for (const name of placeholders(host)) {
          if (listMember(objectMember(objectMember(value, 'variables'), name), 'enum').length > 0) continue;
          const message = `{${name}} in the host allows any value. List the allowed values in its "enum", or write a fixed host.`;
          yield { pointer: appendPointer(pointer, 'url'), message };
        }
      }
    },
  },
];

function serversOf({ root, operations }: OpenApiDocument): readonly Located<JsonObject>[] {
  const owners = new Map<string, JsonObject>([['', root]]);
  for (const operation of operations) {
    owners.set(operation.item.pointer, operation.item.value);
    owners.set(operation.pointer, operation.value);
  }
  return [...owners].flatMap(([pointer, owner]) =>
    listMember(owner, 'servers').flatMap((value, index) =>
      isJsonObject(value) ? [{ value, pointer: appendPointer(pointer, 'servers', index) }] : [],
    ),
  );
}

function* checkServer({ value: server, pointer }: Located<JsonObject>): Iterable<Finding> {
  const template = stringMember(server, 'url');
  if (template === undefined) return;
  const urlPointer = appendPointer(pointer, 'url');
  const variables = objectMember(server, 'variables');
  let url = template;
  for (const name of placeholders(template)) {
    const value = stringMember(objectMember(variables, name), 'default');
    if (value === undefined) {
      yield {
        pointer: urlPointer,
        message: `{${name}} in the server URL has no default. Add one in "variables", or write a fixed URL.`,
        expected,
      };
      return;
    }
    url = url.replaceAll(`{${name}}`, value);
  }
  const problem = urlProblem(url);
  if (problem !== undefined) yield { pointer: urlPointer, message: `The server URL ${problem}`, expected };
}

function placeholders(template: string): ReadonlySet<string> {
  return new Set([...template.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? ''));
}

/** Loopback and link-local hosts: from a gateway they are unreachable, or lead to its metadata service. */
const unreachableHosts =
  /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|169\.254(\.\d+){2}|\[::1?\]|\[fe[89ab].*)$/;

function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is not an absolute URL.';
  const url = new URL(text);
  if (url.protocol !== 'https:')
    return `begins with "${url.protocol.slice(0, 20)}". A gateway calls only https URLs.`;
  if (url.username !== '' || url.password !== '')
    return 'contains credentials. Move them to credentialProviderConfigurations.';
  if (unreachableHosts.test(url.hostname)) return 'has a host that a gateway cannot reach.';
  return undefined;
}
