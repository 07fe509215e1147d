import { hostReach } from '../hostReach.ts';
import type { JsonObject } from '../json.ts';
import type { Contact, Owner } from '../manifest/owners.ts';
import { matchesHost } from '../manifest/registrySources.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import type { SchemaServer } from '../schemas/schemaTypes.ts';
import { GUARDRAILS_KEY } from '../storage/keys.ts';
import { guardedValues, hostOf, type ListGuardrail } from './guardedValues.ts';
import type { Allowed, OwnerChannels, WorkspaceGuardrails } from './guardrails.ts';
import { allowsPrincipal, policyPrincipals } from './policyPrincipals.ts';

/** A use that the guardrails of the workspace do not allow. */
export interface Violation {
  /** Within the configuration; empty for the resource as a whole. */
  readonly path: Path;
  readonly message: string;
  /** What is allowed, and what operators add to allow this. */
  readonly expected: string;
}

/** @returns what is wrong with taking over the resources of another workspace; undefined where it is allowed */
export function checkMovedFrom(
  movedFrom: string | undefined,
  workspace: string,
  guardrails: WorkspaceGuardrails,
): Violation | undefined {
  if (movedFrom === undefined || isListed(movedFrom, guardrails.movedFrom)) return undefined;
  return violation([], `The workspace ${movedFrom}`, 'movedFrom', movedFrom, { workspace, guardrails });
}

/** The workspaces with which the gateway at `sharedWith` may not be shared. */
export function checkSharedWith(
  sharedWith: readonly string[] = [],
  workspace: string,
  guardrails: WorkspaceGuardrails,
): Violation[] {
  return sharedWith
    .filter((guest) => !isListed(guest, guardrails.sharedWith))
    .map((guest) =>
      violation(['sharedWith'], `The workspace ${guest}`, 'sharedWith', guest, { workspace, guardrails }),
    );
}

/** What is checked of a resource. */
export interface GuardedResource {
  readonly kind: KindName;
  /** With its references still in it. */
  readonly config: JsonObject;
  /** The URI of the schema that Gateloop has read and stored; a schema at any other place can be replaced unnoticed. */
  readonly schemaUri?: string;
}

/** Checks what a resource uses against the guardrails of its workspace. Owners and schemas have checks of their own. */
export function checkResource(
  { kind, config, schemaUri }: GuardedResource,
  workspace: string,
  guardrails: WorkspaceGuardrails,
): Violation[] {
  const place = { workspace, guardrails };
  if (!isListed(kind, guardrails.kinds))
    return [violation([], `Resources of kind ${kind}`, 'kinds', kind, place)];
  return [...guardedValues(config), ...policyPrincipals(kind, config)].flatMap(
    ({ guardrail, value, path }) => {
      if (schemaUri !== undefined && value === `arn:aws:s3:::${schemaUri.replace(/^s3:\/\//, '')}`) return [];
      if (matchers[guardrail](value, guardrails[guardrail])) return [];
      return [violation(path, `The ${nouns[guardrail]} ${value.slice(0, 300)}`, guardrail, value, place)];
    },
  );
}

interface Place {
  readonly workspace: string;
  readonly guardrails: WorkspaceGuardrails;
}

type Matcher = (value: string, allowed: Allowed) => boolean;

const isListed: Matcher = (value, allowed) => allowed === 'any' || allowed.includes(value);

/** An entry that ends in `:*` stands for the function, and for each of its versions and aliases. */
const matchesLambda: Matcher = (value, allowed) =>
  isListed(value, allowed) ||
  (allowed !== 'any' &&
    allowed.some((entry) => {
      if (!entry.endsWith(':*')) return false;
      const name = entry.slice(0, -2);
      return value === name || (value.startsWith(`${name}:`) && !value.slice(name.length + 1).includes(':'));
    }));

/** The Region of a REST API is the gateway's, which a manifest does not name: any Region's host of the API allows it. */
const REST_API_HOST = /^[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com(\.cn)?$/;

/** @returns whether a list allows a host in lower case, or a REST API as `<id>.execute-api` */
export const allowsHost: Matcher = (host, allowed) =>
  allowed === 'any' ||
  allowed.some((pattern) => matchesHost(host, pattern)) ||
  (host.endsWith('.execute-api') &&
    allowed.some((pattern) => REST_API_HOST.test(pattern) && pattern.startsWith(`${host}.`)));

/** A registry can be named by its id alone, which the ARN in the list ends in. */
const matchesResource: Matcher = (value, allowed) =>
  isListed(value, allowed) ||
  (allowed !== 'any' && isId(value) && allowed.some((entry) => entry.endsWith(`:registry/${value}`)));

function isId(value: string): boolean {
  return /^[\w-]+$/.test(value);
}

const matchers: Readonly<Record<ListGuardrail, Matcher>> = {
  roles: isListed,
  credentialProviders: isListed,
  lambdas: matchesLambda,
  resources: matchesResource,
  principals: (value, allowed) => allowed === 'any' || allowsPrincipal(value, allowed),
  hosts: allowsHost,
  authorizerTypes: isListed,
  returnUrls: isListed,
};

const nouns: Readonly<Record<ListGuardrail, string>> = {
  roles: 'role',
  credentialProviders: 'credential provider',
  lambdas: 'function',
  resources: 'resource',
  principals: 'principal',
  hosts: 'host',
  authorizerTypes: 'authorizer type',
  returnUrls: 'return URL',
};

/** What a team can do without the operators. */
const alternatives: Readonly<Partial<Record<keyof WorkspaceGuardrails, string>>> = {
  returnUrls: 'leave it out, so that the browser returns to Gateloop’s own page; ',
};

/** Lists are not short: the first entries show what they hold. */
const MAX_SHOWN = 5;

function violation(
  path: Path,
  subject: string,
  guardrail: keyof WorkspaceGuardrails,
  value: string,
  { workspace, guardrails }: Place,
): Violation {
  const allowed = guardrails[guardrail];
  const entries = Array.isArray(allowed) ? allowed : [];
  const otherwise = alternatives[guardrail] ?? '';
  const entry = guardrail === 'resources' && isId(value) ? `the ARN of ${value}` : JSON.stringify(value);
  const shown = entries.slice(0, MAX_SHOWN).join(', ') + (entries.length > MAX_SHOWN ? ', …' : '');
  return {
    path,
    message: `${subject} is not among "${guardrail}" of the guardrails for ${workspace}.`,
    expected: `${entries.length === 0 ? 'none: the list is empty' : `one of ${shown}`}; ${otherwise}or ask the operators to add ${entry} to workspaces.${workspace}.${guardrail} in ${GUARDRAILS_KEY}`,
  };
}

/** @returns a violation for every resource of a kind beyond the count of its kind, in the order of the manifest */
export function checkCounts<Resource extends { readonly kind: KindName }>(
  resources: readonly Resource[],
  workspace: string,
  { counts }: WorkspaceGuardrails,
): ReadonlyMap<Resource, Violation> {
  const seen = new Map<KindName, number>();
  const violations = new Map<Resource, Violation>();
  for (const resource of resources) {
    const { kind } = resource;
    const number = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, number);
    const greatest = counts[kind];
    if (greatest === undefined || number <= greatest) continue;
    violations.set(resource, {
      path: [],
      message: `This is number ${number} of the ${resourceKinds[kind].section} of ${workspace}, and its guardrails allow ${greatest}.`,
      expected: `at most ${greatest}; or ask the operators to raise workspaces.${workspace}.counts.${kind} in ${GUARDRAILS_KEY}`,
    });
  }
  return violations;
}

/**
 * @returns the servers of a schema that the guardrails do not allow, one for each host; no gateway reaches a server on its
 *   own machine
 */
export function checkServers(
  servers: readonly SchemaServer[],
  workspace: string,
  guardrails: WorkspaceGuardrails,
): ReadonlyMap<SchemaServer, Violation> {
  const place = { workspace, guardrails };
  const byHost = new Map(servers.map((server) => [hostOf(server.url), server] as const).toReversed());
  return new Map(
    [...byHost].toReversed().flatMap(([host, server]): [SchemaServer, Violation][] => {
      if (hostReach(host) === 'local' || allowsHost(host, guardrails.hosts)) return [];
      return [[server, violation([], `The host ${host.slice(0, 300)}`, 'hosts', host, place)]];
    }),
  );
}

/** @returns what is wrong with a schema that Gateloop has not read: it may name any server, now or later */
export function checkUnreadSchema(workspace: string, { hosts }: WorkspaceGuardrails): Violation | undefined {
  if (hosts === 'any') return undefined;
  return {
    path: [],
    message: `The guardrails for ${workspace} list its "hosts", and Gateloop cannot know the hosts of a schema that it does not read.`,
    expected: 'file: and a schema of the workspace',
  };
}

/** @returns the contacts of an owner that the guardrails allow; undefined where none is left */
export function allowedOwner(owner: Owner | undefined, channels: OwnerChannels): Owner | undefined {
  const contacts = owner?.contacts.filter((contact) => allowsContact(contact, channels)) ?? [];
  return contacts.length > 0 ? { contacts } : undefined;
}

/** @returns the contacts of an owner that the guardrails do not allow, as violations without an address of a person */
export function checkOwner(
  owner: Owner | undefined,
  workspace: string,
  { ownerChannels }: WorkspaceGuardrails,
): Violation[] {
  const forbidden = owner?.contacts.filter((contact) => !allowsContact(contact, ownerChannels)) ?? [];
  return forbidden.map((contact) => {
    const { channel } = contact;
    const entry = channelEntry(contact);
    const allowed = ownerChannels[channel];
    const entries = allowed === 'any' ? [] : allowed;
    return {
      path: [],
      message: `The ${channelNouns[channel]} ${entry.slice(0, 300)} is not among "ownerChannels.${channel}" of the guardrails for ${workspace}.`,
      expected: `${entries.length === 0 ? 'none: the list is empty' : `one of ${entries.slice(0, MAX_SHOWN).join(', ')}`}; or ask the operators to add ${JSON.stringify(entry)} to workspaces.${workspace}.ownerChannels.${channel} in ${GUARDRAILS_KEY}`,
    };
  });
}

const channelNouns: Readonly<Record<Contact['channel'], string>> = {
  email: 'mail domain',
  slack: 'Slack channel',
  webhook: 'webhook host',
};

function allowsContact(contact: Contact, channels: OwnerChannels): boolean {
  return isListed(channelEntry(contact), channels[contact.channel]);
}

/** What the list of the channel must hold: a mail domain, a channel, a host, or the name of a secret. */
function channelEntry({ channel, address }: Contact): string {
  if (typeof address !== 'string') return `secret:${address.secretsManager}`;
  if (channel === 'email') return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  return channel === 'webhook' ? new URL(address).hostname.toLowerCase() : address;
}
