import { type Address, parseAddress } from '../address.ts';
import type { DesiredState } from '../desired/desired.ts';
import { asText, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { SlowCheck } from '../ports/ledger.ts';
import { hasSettled, type ResourceRecord } from '../reconcile/ledgerRecord.ts';
import { harnessOf, nameInId } from '../reconcile/runtimeUpdates.ts';
import { secretNamesIn } from '../reconcile/secretRotation.ts';
import { backendKinds, backendsOf } from '../resources/backends.ts';
import type { KindName, ResourceKind } from '../resources/resourceKind.ts';
import { changesOf, parentOf, resourceKinds, topLevelKinds } from '../resources/resourceKinds.ts';

/** What a change outside Gateloop concerns. */
export interface Change {
  /** By these the ledger finds the workspaces that are concerned. */
  readonly subjects: readonly string[];
  /** What the workspaces have to read before its time. */
  readonly check?: SlowCheck;
}

/** The name of AgentCore in CloudTrail, for both of its planes: seen in delivered logs. */
export const AGENTCORE_EVENT_SOURCE = 'bedrock-agentcore.amazonaws.com';
export const AGENT_REGISTRY_EVENT_SOURCE = 'agent-registry.amazonaws.com';
export const SECRETS_EVENT_SOURCE = 'secretsmanager.amazonaws.com';

/** The calls that change what a manifest declares, apart from those of the kinds. */
const TAG_CALLS: readonly string[] = ['TagResource', 'UntagResource'];
const SYNC_CALL = 'SynchronizeGatewayTargets';
const RECORD_CALLS: readonly string[] = ['SubmitRegistryRecordForApproval', 'UpdateRegistryRecordStatus'];

/** The verbs of the calls that create, change and delete resources, such as `Create`. */
const verbs = new Set(
  Object.values(resourceKinds)
    .flatMap(changesOf)
    .map((call) => call.replace(/(?<=[a-z])[A-Z].*$/, '')),
);

/**
 * The calls that change what a manifest declares, by their names in CloudTrail, as EventBridge matches them. The names of all would be longer
 * than the 2048 characters of a pattern. Of other calls with these verbs, `readChange` finds nothing.
 */
export const changingCalls: readonly (string | { readonly prefix: string })[] = [
  ...[...verbs].map((prefix) => ({ prefix })),
  SYNC_CALL,
  ...RECORD_CALLS,
  ...TAG_CALLS,
];

/** The calls and service events that give a secret another current value, by their names in CloudTrail. */
export const rotatingCalls: readonly string[] = [
  'CreateSecret',
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'RotationSucceeded',
];

/** The kind whose resource a call changes. */
const kindOfCall = new Map<string, ResourceKind>([
  ...Object.values(resourceKinds).flatMap((row) =>
    changesOf(row).map((call): [string, ResourceKind] => [call, row]),
  ),
  [SYNC_CALL, resourceKinds.gatewayTarget],
  ...RECORD_CALLS.map((call): [string, ResourceKind] => [call, resourceKinds.registryRecord]),
]);

/**
 * No resource and no secret has a longer name: a secret's has 512 characters. The ledger looks each subject up by a key, of
 * which DynamoDB takes 2048 bytes.
 */
const MAX_SUBJECT_LENGTH = 600;

/**
 * Reads what a management event of CloudTrail says about a change.
 *
 * @param detail of the event: `eventSource`, `eventName`, `requestParameters`, `responseElements`
 * @returns undefined for an event that names nothing which a workspace may have
 */
export function readChange(detail: JsonObject): Change | undefined {
  const { eventSource, eventName } = detail;
  const change =
    eventSource === SECRETS_EVENT_SOURCE
      ? readRotation(detail)
      : readResourceChange(detail, asText(eventName));
  const subjects = change.subjects.filter((subject) => subject.length <= MAX_SUBJECT_LENGTH);
  return subjects.length > 0 ? { ...change, subjects } : undefined;
}

function readResourceChange(detail: JsonObject, call: string): Change {
  const request = objectAt(detail, 'requestParameters');
  if (TAG_CALLS.includes(call))
    return { subjects: subjectsOfArn(asText(request.resourceArn)), check: 'tags' };
  const row = kindOfCall.get(call);
  if (!row) return { subjects: [] };
  if (row.isOnly) return { subjects: subjectsOfArn(asText(request[row.idRequestMember])) };
  const owner = row.parent ? resourceKinds[row.parent] : row;
  const response = unwrap(row, objectAt(detail, 'responseElements'));
  const id = request[owner.idRequestMember] ?? response[owner.idMember] ?? response[owner.idRequestMember];
  const arns = Array.isArray(detail.resources) ? detail.resources.map(arnOf) : [];
  const subjects = [
    ...(typeof id === 'string' ? subjectsOfResource(owner.kind, id) : []),
    ...[...arns, asText(response[owner.arnMember])].flatMap(subjectsOfArn),
  ];
  return {
    subjects: [...new Set(subjects)],
    ...(backendKinds.has(row.kind) && { check: 'dependencies' as const }),
  };
}

/** Agent Registry takes ids and ARNs alike: the id is the last part of both. */
function subjectsOfResource(kind: KindName, idOrArn: string): string[] {
  const id = resourceKinds[kind].service ? idOrArn.slice(idOrArn.lastIndexOf('/') + 1) : idOrArn;
  const subjects = [`${kind}/${id}`];
  return kind === 'harness' ? [...subjects, harnessSubject(nameInId(id))] : subjects;
}

function subjectsOfArn(arn: string): string[] {
  const path = arn.split(':').slice(5).join(':');
  if (/^registry\/[^/]+\/record\//.test(path)) return subjectsOfResource('registryRecord', arn);
  return topLevelKinds.flatMap(({ kind, arn: { resource } = {} }) => {
    const prefix = resource?.endsWith('*') ? resource.slice(0, -'*'.length) : undefined;
    const [id = ''] =
      prefix !== undefined && path.startsWith(prefix) ? path.slice(prefix.length).split('/') : [];
    return id === '' ? [] : subjectsOfResource(kind, id);
  });
}

/** Calls name a secret by its name or its ARN; the event of a rotation by its ARN. */
function readRotation(detail: JsonObject): Change {
  const request = objectAt(detail, 'requestParameters');
  const service = objectAt(detail, 'additionalEventData');
  const names = [request.secretId, request.name, service.SecretId].filter((name) => typeof name === 'string');
  return { subjects: [...new Set(names.flatMap(subjectsOfSecret))], check: 'dependencies' };
}

const ARN_OF_SECRET = /^arn:[^:]+:secretsmanager:[^:]*:\d*:secret:(.+)$/;

/** An ARN ends in a hyphen and six characters, but may be given without them. */
function subjectsOfSecret(nameOrArn: string): string[] {
  const [, fromArn] = ARN_OF_SECRET.exec(nameOrArn) ?? [];
  if (fromArn === undefined) return [`secret/${nameOrArn}`];
  return [`secret/${fromArn}`, `secret/${fromArn.replace(/-[A-Za-z0-9]{6}$/, '')}`];
}

function harnessSubject(name: string): string {
  return `harnessName/${name}`;
}

/**
 * What a workspace has or uses, as changes name it. A target is found by its gateway, and by the runtime that serves it.
 *
 * @param records after the decision
 * @returns each once, in a stable order
 */
export function subjectsOfWorkspace(
  { resources }: DesiredState,
  records: ReadonlyMap<string, ResourceRecord>,
): string[] {
  const owned = [...records.values()].flatMap(({ address, id }) =>
    id === undefined || parentOf(address)
      ? []
      : subjectsOfResource(parseAddress(address).kind, id).slice(0, 1),
  );
  const used = resources.flatMap(({ config }) => {
    const backends = backendsOf(config).flatMap((backend) => {
      const harness = backend.kind === 'agentRuntime' ? harnessOf(backend) : undefined;
      const subject = `${backend.kind}/${backend.id}`;
      return harness === undefined ? [subject] : [subject, harnessSubject(harness)];
    });
    return [...secretNamesIn(config).flatMap(subjectsOfSecret), ...backends];
  });
  return [...new Set([...owned, ...used])].sort();
}

/**
 * The subjects of runtimes, harnesses and gateways that have settled with another version, or with other targets or endpoints.
 * The events of CloudTrail leave out the calls of Gateloop itself, so that a workspace whose targets are on such a runtime
 * hears of it from the one that has the runtime.
 */
export function subjectsOfNewVersions(
  before: ReadonlyMap<Address, ResourceRecord>,
  upserts: readonly ResourceRecord[],
): string[] {
  const subjects = upserts.flatMap((record) => {
    const { kind } = parseAddress(record.address);
    if (!backendKinds.has(kind) || record.id === undefined || !hasSettled(record)) return [];
    const known = before.get(record.address);
    const isSame = known && hasSettled(known) && known.applied?.updatedAt === record.applied?.updatedAt;
    if (isSame) return [];
    const parent = parentOf(record.address);
    if (!parent) return subjectsOfResource(kind, record.id);
    const parentId = before.get(parent)?.id;
    return parentId === undefined ? [] : subjectsOfResource(parseAddress(parent).kind, parentId);
  });
  // A push may change a hundred targets of one gateway.
  return [...new Set(subjects)];
}

function objectAt(object: JsonObject, member: string): JsonObject {
  const value = object[member];
  return isJsonObject(value) ? value : {};
}

function unwrap({ responseMember }: ResourceKind, response: JsonObject): JsonObject {
  return responseMember === undefined ? response : { ...response, ...objectAt(response, responseMember) };
}

function arnOf(resource: JsonValue): string {
  return isJsonObject(resource) ? asText(resource.ARN ?? resource.arn) : '';
}
