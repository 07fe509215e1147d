import type { Json, RecordedCall, RecordedRequest } from './recorder.ts';

/** What identifies the account and the run, all of which is replaced. */
export interface RunIdentity {
  /** The prefix of all resource names of the row. */
  readonly name: string;
  readonly roleArn: string;
  readonly region: string;
  /** The address of the service, such as `http://127.0.0.1:4700`; absent for AWS's own. */
  readonly endpoint?: string;
}

/** The identity in recordings, and of the emulator that replays them. */
export const RECORDED_IDENTITY = {
  name: 'contract',
  roleArn: 'arn:aws:iam::123456789012:role/contract',
  region: 'us-east-1',
} as const;
const RECORDED_ACCOUNT = '123456789012';
/** Stands for an item of a list that another program created. */
export const FOREIGN_ITEM = '{foreign}';

/** Members with ids that the service generates; the placeholder has the name of the member. */
const ID_MEMBERS: ReadonlySet<string> = new Set([
  'gatewayId',
  'targetId',
  'agentRuntimeId',
  'harnessId',
  'registryId',
  'recordId',
  'authorizationAttemptId',
]);
/** The operations that list. */
const LISTS = /^([A-Za-z]+\.)?List/;

/** Members that let their holder act for a person, in requests and answers. */
export const PERSONAL_MEMBERS: ReadonlySet<string> = new Set(['authorizationUrl', 'userId']);

/** The types in ARNs whose ids the service generates, and the names of their placeholders. */
const ARN_TYPES: Readonly<Record<string, string>> = {
  gateway: 'gatewayId',
  target: 'targetId',
  runtime: 'agentRuntimeId',
  harness: 'harnessId',
  registry: 'registryId',
  record: 'recordId',
  memory: 'memoryId',
};

/** Members whose text is secret: the sensitive texts of the model that are no descriptions, names or schemas. */
const SECRET_MEMBER =
  /(secret|password|passphrase|apiKey|accessKey|privateKey|assertion|authorizationCode|userToken|accessToken|refreshToken|sessionToken|downloadUrl)$/i;
/** Maps whose values may be secret, such as the parameters of an authorization request. */
const SECRET_MAPS: ReadonlySet<string> = new Set([
  'customParameters',
  'environmentVariables',
  'staticQueryParameters',
  'additionalHeaderClaims',
  'additionalPayloadClaims',
]);

/** Texts that are secret or random wherever they stand. */
const PATTERNS: readonly [label: string, pattern: RegExp][] = [
  ['sessionUri', /urn:ietf:params:oauth:request_uri:[^\s"&]+/g],
  ['uuid', /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi],
  ['callbackId', /(?<=\/oauth2\/callback\/)[\w-]+/g],
  ['secret', /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g],
  ['secret', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['secret', /(?<=\bBearer )[\w.~+/-]+=*/g],
  ['secretSuffix', /(?<=:secret:\S+-)[A-Za-z0-9]{6}(?=$|[\s"])/g],
];
const ACCOUNT = /(?<=\barn:aws[\w-]*:[\w-]+:[\w-]*:)\d{12}(?=:)/g;
const OWN_ACCOUNT = /\barn:aws[\w-]*:(?:bedrock-agentcore|agent-registry):[\w-]*:(\d{12}):/;
const DATE_TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)/g;
const TIME_MEMBER = /(At|Time|Date)$/;

/** A shorter text would be found in unrelated texts; it is replaced at its own member only. */
const SHORTEST_FOUND_EVERYWHERE = 4;

/** The values of a run and the placeholders that replace them, in the order of their first appearance. */
export type Replacements = ReadonlyMap<string, string>;

/** Finds all ids, tokens and secrets in calls. */
export function findReplacements(calls: readonly RecordedCall[]): Replacements {
  const found = new Map<string, string>();
  const counts = new Map<string, number>();
  const add = (label: string, value: string): void => {
    if (value === '' || found.has(value)) return;
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    found.set(value, `{${label}:${count}}`);
  };
  for (const { operation, request, answer } of calls) {
    for (const part of [request.query ?? null, request.body ?? null])
      visit(part, '', '', (text, member, parent) => {
        addSecrets(text, member, parent, add);
        if (member === 'clientToken' && text.length >= SHORTEST_CLIENT_TOKEN) add('clientToken', text);
      });
    visit(answer.body, '', '', (text, member, parent) => {
      addSecrets(text, member, parent, add);
      // The ids in requests come from accepted ones, except ids that do not exist, which a replay must repeat.
      if (answer.status >= 300) return;
      if (member === 'nextToken') add('nextToken', text);
      if (LISTS.test(operation)) return;
      if (ID_MEMBERS.has(member)) add(member, text);
      for (const [label, id] of idsInArn(text)) add(label, id);
    });
  }
  return found;
}

/** A shorter one is invalid, and stays so in the recording. Source: the service model. */
const SHORTEST_CLIENT_TOKEN = 33;

function addSecrets(
  text: string,
  member: string,
  parent: string,
  add: (label: string, value: string) => void,
): void {
  if (isSecret(member, parent)) add('secret', text);
  if (PERSONAL_MEMBERS.has(member)) add(member, text);
  for (const [label, pattern] of PATTERNS) for (const [match] of text.matchAll(pattern)) add(label, match);
}

export function isSecret(member: string, parent: string): boolean {
  return SECRET_MEMBER.test(member) || SECRET_MAPS.has(parent);
}

/** Calls `use` for every text, with the name of its member and that of the object around it. */
function visit(
  value: Json,
  member: string,
  parent: string,
  use: (text: string, member: string, parent: string) => void,
): void {
  if (typeof value === 'string') use(value, member, parent);
  else if (isList(value)) for (const item of value) visit(item, member, parent, use);
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) visit(item, key, member, use);
}

function idsInArn(text: string): [label: string, id: string][] {
  const [, resource] =
    /^arn:aws[\w-]*:(?:bedrock-agentcore|agent-registry):[\w-]*:\d{12}:(.+)$/.exec(text) ?? [];
  const parts = resource?.split('/') ?? [];
  return parts.flatMap((type, index): [string, string][] => {
    const label = ARN_TYPES[type];
    const id = parts[index + 1];
    return label !== undefined && id !== undefined ? [[label, id]] : [];
  });
}

/**
 * Replaces ids, names, times, tokens, secrets, account and Region in calls, each value by the same placeholder everywhere. Items of
 * lists that belong to other programs become `FOREIGN_ITEM`.
 */
export function scrubCalls(calls: readonly RecordedCall[], identity: RunIdentity): readonly RecordedCall[] {
  const replacements = findReplacements(calls);
  const replaceText = textReplacer(replacements, identity, accountsOf(calls, identity));
  const scrub = (value: Json, member = '', parent = ''): Json => {
    if (typeof value === 'string') {
      return isSecret(member, parent) ? (replacements.get(value) ?? value) : replaceText(value);
    }
    if (typeof value === 'number') return TIME_MEMBER.test(member) && value > 1e9 ? '{time:epoch}' : value;
    if (isList(value)) return value.map((item) => scrub(item, member, parent));
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.keys(value)
        .sort()
        .map((key) => [key, scrub(value[key] ?? null, key, member)]),
    );
  };
  const ownTexts = [...replacements.keys(), identity.name].filter(isFoundEverywhere);
  return calls.map(({ operation, request, answer: { status, error, body } }) => ({
    operation,
    request: {
      method: request.method,
      path: mapPath(request.path, replaceText),
      ...(request.query && { query: Object(scrub(request.query)) }),
      ...(request.body !== undefined && { body: scrub(request.body) }),
    },
    answer: {
      status,
      ...(error !== undefined && { error }),
      body: scrub(LISTS.test(operation) ? withoutForeignItems(body, ownTexts) : body),
    },
  }));
}

/** Applies `change` to each decoded segment of a path. Placeholders stay readable. */
export function mapPath(path: string, change: (segment: string) => string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(change(decodeURIComponent(segment))))
    .map((segment) => segment.replace(/%7B(\w+)%3A(\d+)%7D/g, '{$1:$2}'))
    .join('/');
}

const isFoundEverywhere = (text: string) => text.length >= SHORTEST_FOUND_EVERYWHERE;

const escapePattern = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

/** The accounts in ARNs, and what replaces them: the own account stays apart from others, which a row may name. */
function accountsOf(calls: readonly RecordedCall[], { roleArn }: RunIdentity): ReadonlyMap<string, string> {
  const accepted = calls.filter(({ answer }) => answer.status < 300);
  const answered = OWN_ACCOUNT.exec(JSON.stringify(accepted.map(({ answer }) => answer.body)))?.[1];
  const ofRole = /^arn:[^:]*:iam::(\d{12}):/.exec(roleArn)?.[1];
  const own = [answered, ofRole].filter((account) => account !== undefined);
  const all = decodeURIComponent(JSON.stringify(calls).replace(/%(?![0-9A-F]{2})/gi, '%25'));
  const others = [...new Set(all.match(ACCOUNT))].filter((account) => !own.includes(account));
  return new Map([
    ...own.map((account) => [account, RECORDED_ACCOUNT] as const),
    ...others.map((account, index) => [account, String(index + 1).padStart(12, '0')] as const),
  ]);
}

function textReplacer(
  replacements: Replacements,
  identity: RunIdentity,
  accounts: ReadonlyMap<string, string>,
): (text: string) => string {
  const literals = new Map<string, string>([
    ...accounts,
    ...(identity.endpoint === undefined ? [] : ([[identity.endpoint, '{endpoint}']] as const)),
    [identity.name, RECORDED_IDENTITY.name],
    [identity.region, RECORDED_IDENTITY.region],
    ...[...replacements].filter(([value]) => isFoundEverywhere(value)),
    [identity.roleArn, RECORDED_IDENTITY.roleArn],
  ]);
  // The longest first: the id of a gateway contains the name of the run.
  const values = [...literals.keys()].sort((a, b) => b.length - a.length);
  const anyValue = new RegExp(values.map(escapePattern).join('|'), 'g');
  return (text) =>
    text.replace(anyValue, (value) => literals.get(value) ?? value).replace(DATE_TIME, '{time:date-time}');
}

/** @returns the answer of a List, in which items without one of the texts are replaced */
function withoutForeignItems(body: Json, ownTexts: readonly string[]): Json {
  if (!isObject(body)) return body;
  const isOwn = (item: Json) => {
    const text = JSON.stringify(item);
    return !isObject(item) || ownTexts.some((own) => text.includes(own));
  };
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      isList(value) ? value.map((item) => (isOwn(item) ? item : FOREIGN_ITEM)) : value,
    ]),
  );
}

const STAND_INS: Readonly<Record<string, (number: string) => string>> = {
  secret: (number) => `secret-${number}`,
  clientToken: (number) => `token${number}x`.padEnd(SHORTEST_CLIENT_TOKEN, '0'),
  uuid: (number) => `00000000-0000-4000-8000-${number.padStart(12, '0')}`,
  sessionUri: (number) => `urn:ietf:params:oauth:request_uri:unknown-${number}`,
};

/**
 * Puts the values of another run in the places of placeholders.
 *
 * @param known the replacements of that run so far; a placeholder without a value gets a valid stand-in
 */
export function restoreRequest(request: RecordedRequest, known: Replacements): RecordedRequest {
  const values = new Map([...known].map(([value, placeholder]) => [placeholder, value]));
  const restoreText = (text: string) =>
    text.replace(/\{(\w+):(\d+)\}/g, (placeholder, label: string, number: string) => {
      return values.get(placeholder) ?? STAND_INS[label]?.(number) ?? `unknown-${number}`;
    });
  const restore = (value: Json): Json => {
    if (typeof value === 'string') return restoreText(value);
    if (isList(value)) return value.map(restore);
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item)]));
  };
  return {
    method: request.method,
    path: mapPath(request.path, restoreText),
    ...(request.query && { query: Object(restore(request.query)) }),
    ...(request.body !== undefined && { body: restore(request.body) }),
  };
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

export function isObject(value: Json): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !isList(value);
}
