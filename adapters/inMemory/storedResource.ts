import { type Address, parseAddress } from '../../core/address.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../core/json.ts';
import { omit } from '../../core/objects.ts';
import type { ResourceKind } from '../../core/resources/resourceKind.ts';
import { nameInput, resourceKinds } from '../../core/resources/resourceKinds.ts';
import type { Status } from '../../core/status.ts';

export type Operation = 'create' | 'update' | 'delete' | 'synchronize';

/** A resource in the service. Times in ms since the epoch. */
export interface StoredResource {
  readonly address: Address;
  readonly id: string;
  /** The id of a target's gateway. */
  readonly parentId?: string;
  readonly status: Status;
  /** The input of the last accepted Create or Update, without name, tags and client token. */
  readonly config: JsonObject;
  /** How many Creates and Updates were accepted: the number of the latest version, where the kind has versions. */
  readonly revision: number;
  readonly tags: Readonly<Record<string, string>>;
  /** Further members of responses, such as `statusReasons`, `lastSynchronizedAt` or `authorizationData`. */
  readonly members: JsonObject;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The operation that is in progress in each status, or waits for a person's consent. */
const OPERATIONS: Readonly<Partial<Record<Status, Operation>>> = {
  CREATING: 'create',
  CREATE_PENDING_AUTH: 'create',
  UPDATING: 'update',
  UPDATE_PENDING_AUTH: 'update',
  SYNCHRONIZING: 'synchronize',
  SYNCHRONIZE_PENDING_AUTH: 'synchronize',
  DELETING: 'delete',
};

/** @returns the operation in progress, or undefined */
export function operationOf({ status }: StoredResource): Operation | undefined {
  return OPERATIONS[status];
}

/** The members of a list item besides the configuration. */
const LISTED_MEMBERS = ['lastSynchronizedAt', 'authorizationData'];

export const ARN = 'arn:aws:bedrock-agentcore:us-east-1:123456789012:';
export const REGISTRY_ARN = 'arn:aws:agent-registry:us-east-1:123456789012:';

export function rowOf({ address }: StoredResource): ResourceKind {
  return resourceKinds[parseAddress(address).kind];
}

export function arnOf({ address, id, parentId }: StoredResource): string {
  const { kind } = parseAddress(address);
  if (kind === 'registryRecord' || resourceKinds[kind].isOnly) return id;
  if (kind === 'registry') return `${REGISTRY_ARN}registry/${id}`;
  if (kind === 'gatewayTarget') return `${ARN}gateway/${parentId}`;
  return parentId === undefined ? `${ARN}${kind}/${id}` : `${ARN}${kind}/${parentId}/${id}`;
}

/** @returns the response of Get */
export function getResponse(resource: StoredResource): JsonObject {
  const row = rowOf(resource);
  const vendorsMember = row.externalSecret?.within ?? '';
  const config = omit(resource.config, vendorsMember, 'apiKey');
  const vendors = resource.config[vendorsMember];
  const outputs = row.outputs.map((member) => [
    member,
    member.endsWith('Url') ? `https://${resource.id}.example.com/${member}` : String(resource.revision),
  ]);
  const shown = structuredClone({
    ...config,
    ...(isJsonObject(vendors) && {
      [row.outputMembers?.[vendorsMember] ?? vendorsMember]: withoutSecrets(vendors),
    }),
    ...Object.fromEntries(outputs),
    ...servedVersion(resource),
    ...identity(resource),
    [row.arnMember]: arnOf(resource),
    ...(hasStatus(resource, 'Get') && { status: resource.status }),
    ...resource.members,
  });
  return row.responseMember === undefined ? shown : { [row.responseMember]: shown };
}

/** The version that an endpoint is to serve, and the one that it serves: that of the last operation which succeeded. */
function servedVersion(resource: StoredResource): JsonObject {
  const { version } = rowOf(resource);
  const target = version && resource.config[version.member];
  const live = version && resource.members[version.live];
  return {
    ...(version && target !== undefined && { [version.target]: target }),
    ...(version && live !== undefined && { [version.live]: live }),
  };
}

const SECRETS = ['clientSecret', 'apiKeySecret', 'walletSecret', 'appSecret', 'authorizationPrivateKey'];

/** Get shows the configuration of each vendor without its secrets. */
function withoutSecrets(provider: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(provider).map(([vendor, config]) => [
      vendor,
      isJsonObject(config) ? omit(config, ...SECRETS) : config,
    ]),
  );
}

/** List items of gateways and targets have no ARN. Source: service model. */
export function listItem(resource: StoredResource): JsonObject {
  const { kind } = parseAddress(resource.address);
  // What has no name shows itself in full.
  if (rowOf(resource).nameMember === undefined) return getResponse(resource);
  const { description } = resource.config;
  const listed = Object.entries(resource.members).filter(([member]) => LISTED_MEMBERS.includes(member));
  const row = rowOf(resource);
  const hiddenName = row.nameInId && row.nameMember !== undefined ? [row.nameMember] : [];
  return structuredClone({
    ...omit(identity(resource), ...hiddenName),
    ...(kind !== 'gateway' && kind !== 'gatewayTarget' && { [rowOf(resource).arnMember]: arnOf(resource) }),
    ...(hasStatus(resource, 'List') && { status: resource.status }),
    ...servedVersion(resource),
    ...(typeof description === 'string' && { description }),
    ...Object.fromEntries(listed),
  });
}

/** API key and payment credential providers have no status, and List shows none of an OAuth2 one. Source: service model. */
function hasStatus({ address }: StoredResource, response: 'Get' | 'List'): boolean {
  const { kind } = parseAddress(address);
  if (kind === 'apiKeyCredentialProvider' || kind === 'paymentCredentialProvider') return false;
  return response === 'Get' || kind !== 'oauth2CredentialProvider';
}

function identity(resource: StoredResource): JsonObject {
  const row = rowOf(resource);
  const { name } = parseAddress(resource.address);
  return {
    [row.idMember]: resource.id,
    ...nameInput(row, name.slice(name.indexOf('/') + 1)),
    [row.updatedAtMember]: resource.updatedAt,
    [row.updatedAtMember === 'lastUpdatedTime' ? 'createdTime' : 'createdAt']: resource.createdAt,
  };
}

/** Applies a PATCH: `{ optionalValue }` replaces a member, `{}` clears it, and omitted members stay. */
export function patched(before: JsonObject, given: JsonObject): JsonObject {
  const cleared = Object.keys(given).filter((name) => isEmptyWrapper(given[name]));
  return Object.fromEntries(
    Object.entries({ ...before, ...given })
      .filter(([name]) => !cleared.includes(name))
      .map(([name, value]) => [name, unwrapped(value)]),
  );
}

function isEmptyWrapper(value: JsonValue | undefined): boolean {
  return isJsonObject(value) && Object.keys(value).length === 0;
}

function unwrapped(value: JsonValue): JsonValue {
  if (!isJsonObject(value)) return value;
  const { optionalValue, ...others } = value;
  if (optionalValue !== undefined && Object.keys(others).length === 0) return unwrapped(optionalValue);
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, unwrapped(member)]));
}
