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
      const message = `Nothing says where ${without.method.toUpperCase()} ${without.path} can be reached. Add "servers" at the top.`;
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
          const message = `Anything may stand for {${name}} in the host. List the allowed values in its "enum", or write the host out.`;
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
        message: `The server's {${name}} has no default. Give it one in "variables", or write the URL out.`,
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

/** Hosts that mean the caller's own machine or network neighbours: from a gateway they lead nowhere, or to its metadata. */
const unreachableHosts =
  /^(localhost|.*\.localhost|127(\.\d+){3}|0\.0\.0\.0|169\.254(\.\d+){2}|\[::1?\]|\[fe[89ab].*)$/;

function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return 'is not a complete URL.';
  const url = new URL(text);
  if (url.protocol !== 'https:')
    return `begins with "${url.protocol.slice(0, 20)}". A gateway calls https only.`;
  if (url.username !== '' || url.password !== '')
    return 'carries credentials. They belong in credentialProviderConfigurations.';
  if (unreachableHosts.test(url.hostname)) return 'names a host that a gateway cannot reach.';
  return undefined;
}
