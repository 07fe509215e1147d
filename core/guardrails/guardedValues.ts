import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { referencesIn } from '../manifest/reference.ts';
import { isSecretReference } from '../manifest/secrets.ts';
import type { Path } from '../problem.ts';
import type { valueRules } from './guardrailValues.ts';

/** The guardrails that are lists of texts. */
export type ListGuardrail = keyof typeof valueRules;

/** A value of a configuration that a guardrail must allow. */
export interface GuardedValue {
  readonly guardrail: ListGuardrail;
  /** In the form that the list holds: an ARN, a host name in lower case, a URL without query. */
  readonly value: string;
  /** Where it stands in the configuration. */
  readonly path: Path;
}

/**
 * Finds what a configuration uses of the account and of the network: by the content of its texts, so that a member that a
 * newer SDK adds is guarded as well. References to outputs of the workspace's own resources are not found: the service makes
 * these values, and the guardrails hold for the resource itself.
 *
 * @param config with its references still in it
 */
export function guardedValues(config: JsonObject): GuardedValue[] {
  return valuesIn(config, []);
}

/** Texts for people, and texts that only the code of a runtime reads. */
const FREE_TEXT = new Set([
  'description',
  'name',
  'tags',
  'environmentVariables',
  'instructions',
  'systemPrompt',
  'inlinePayload',
]);

/**
 * Members with ARNs of which no guardrail decides: the principals whose requests a gateway's rule routes. The condition lets
 * nobody in whom the gateway's authorizer keeps out. `roles` would, since what it lists may be used, too.
 */
const CONDITIONS = new Set(['matchPrincipals']);

function valuesIn(value: JsonValue, path: Path): GuardedValue[] {
  if (typeof value === 'string') return valuesOfText(value.trim(), path);
  if (Array.isArray(value))
    return value.flatMap((item: JsonValue, index) => valuesIn(item, [...path, index]));
  if (!isJsonObject(value) || isSecretReference(value)) return [];
  const place: GuardedValue[] =
    typeof value.bucket === 'string' ? [{ guardrail: 'resources', value: objectsOf(value), path }] : [];
  const inMembers = Object.entries(value).flatMap(([key, member]) =>
    FREE_TEXT.has(key) || CONDITIONS.has(key) ? [] : valuesIn(member, [...path, key]),
  );
  return [...place, ...inMembers];
}

/** @returns the ARN of what a place in S3 names by its members: a bucket and the beginning of keys */
function objectsOf({ bucket, prefix = '' }: JsonObject): string {
  return `arn:aws:s3:::${String(bucket)}/${String(prefix)}`;
}

/** Members that name a host, with a scheme or without. */
const HOST_MEMBERS = new Set([
  'endpoint',
  'url',
  'apiBase',
  'discoveryUrl',
  'issuer',
  'tokenEndpoint',
  'authorizationEndpoint',
  'domain',
  'routingDomain',
]);

/** Members that take an id as well as an ARN: the id is guarded as the ARN is. */
const ID_MEMBERS = new Set(['registryId']);

function valuesOfText(text: string, path: Path): GuardedValue[] {
  const member = String(path.findLast((step) => typeof step === 'string') ?? '');
  const found = (guardrail: ListGuardrail, value: string): GuardedValue[] => [{ guardrail, value, path }];
  // The list holds literal types only: no reference and no unknown word is among them.
  if (member === 'authorizerType') return found('authorizerTypes', text);
  // A person's browser takes its session there: no resource of the workspace may stand for Gateloop's own page.
  if (member === 'defaultReturnUrl' || member === 'returnUrl')
    return found('returnUrls', text.replace(/[?#].*$/s, ''));
  if (isOwnOutput(text)) return [];
  // A bucket alone, in which a memory leaves what its strategies are made of.
  if (member === 'payloadDeliveryBucketName') return found('resources', `arn:aws:s3:::${text}/`);
  if (member === 'restApiId') return found('hosts', `${text.toLowerCase()}.${REST_API}`);
  if (/^arn:/i.test(text)) return isOfService(text) ? [] : found(guardrailOfArn(text), text);
  if (/^s3:\/\//i.test(text)) return found('resources', `arn:aws:s3:::${text.slice('s3://'.length)}`);
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text) || HOST_MEMBERS.has(member))
    return urlValues(text).map(([guardrail, value]) => ({ guardrail, value, path }));
  return /(^|[a-z])(Arn|arn)$/.test(member) || ID_MEMBERS.has(member) ? found('resources', text) : [];
}

/** The host of a REST API, without its Region, which a manifest does not name. */
const REST_API = 'execute-api';

/** @returns whether a text is exactly one reference, which the manifest's parser has checked */
function isOwnOutput(text: string): boolean {
  const [only] = referencesIn(text);
  return only?.text === text && only.kind !== undefined && only.complete;
}

/** Resources that AWS offers to every account, such as its browser: their account is `aws`. */
function isOfService(arn: string): boolean {
  return /^arn:[^:]*:[^:]*:[^:]*:aws:/.test(arn);
}

function guardrailOfArn(arn: string): ListGuardrail {
  const [, , service, , , resource = ''] = arn.toLowerCase().split(':');
  if (service === 'iam' && resource.startsWith('role/')) return 'roles';
  if (service === 'lambda' && resource === 'function') return 'lambdas';
  return service === 'bedrock-agentcore' && resource.startsWith('token-vault/')
    ? 'credentialProviders'
    : 'resources';
}

/** Stands for a reference in the path of a URL. */
const PLACEHOLDER = 'reference';

/** @returns the host that a URL leads to, and the runtimes that it calls there */
function urlValues(text: string): [ListGuardrail, string][] {
  const [, start, rest = ''] = /^(\$\{[^${}\n]*\})(.*)$/s.exec(text) ?? [];
  // A URL that begins with the URL of an own gateway has that one's host, where the next character ends a host.
  if (start !== undefined && isOwnOutput(start) && start.endsWith('Url}') && /^[/?#]/.test(rest)) return [];
  const host = hostOf(text);
  const runtimes = host.includes('bedrock-agentcore') ? runtimesIn(text) : [];
  return [['hosts', host], ...runtimes.map((arn): [ListGuardrail, string] => ['resources', arn])];
}

/**
 * @returns the host of a URL as the URL standard reads it, so that a user name or a look-alike is none; a text that parsers
 *   may read differently is returned as it is, and no list holds it
 */
export function hostOf(text: string): string {
  const rest = text.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
  const [authority = ''] = rest.split(/[/?#]/);
  if (authority === '' || /[\\@\s\p{C}$%]/u.test(authority)) return text;
  const url = `https://${rest.replaceAll(/\$\{[^${}\n]*\}/g, PLACEHOLDER)}`;
  return URL.canParse(url) ? new URL(url).hostname.replace(/\.$/, '') : text;
}

/** @returns the runtimes that a URL of the data plane calls: the host alone would stand for every runtime of the account */
function runtimesIn(text: string): string[] {
  return [...text.matchAll(/\/runtimes\/([^/?#]+)/g)].flatMap(([, segment = '']) => {
    const name = decoded(segment);
    return isOwnOutput(name) ? [] : [name];
  });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
