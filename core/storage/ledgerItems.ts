import type { Address } from '../address.ts';
import type { IssuedLink } from '../authorization/authorizationLink.ts';
import type { AuthorizationRequest, VoidSession } from '../authorization/request.ts';
import type { DetailsReference } from '../authorization/requestSubject.ts';
import type { Difference } from '../comparison/compareConfiguration.ts';
import type { ShownValues } from '../comparison/shownValues.ts';
import type { SettledSnapshot } from '../comparison/snapshot.ts';
import { isJsonObject } from '../json.ts';
import { defined } from '../objects.ts';
import type {
  CollectionReport,
  OutcomeDelivery,
  StorageFault,
  Suspension,
  TrippedBreaker,
  WorkspaceRecord,
} from '../ports/ledger.ts';
import type {
  Adoption,
  AppliedConfiguration,
  AppliedTags,
  Approvers,
  Drift,
  OpenOperation,
  OpenRequest,
  PendingDeletion,
  ResourceCommand,
  ResourceRecord,
  RetryState,
  SecretVersions,
  ToolWatch,
  UpcomingList,
} from '../reconcile/ledgerRecord.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';
import { partialListReasons, toolSources, watchObstacles } from '../toolContracts/toolWatch.ts';
import {
  brokenMembers,
  isBoolean,
  isCount,
  isMapping,
  isShortText,
  isTime,
  isTrue,
  listOf,
  type MemberChecks,
  mappingOf,
  oneOf,
  optional,
  shape,
} from './memberChecks.ts';

/** What can be read of a stored value, and which of its members cannot; with none, the value is as Gateloop wrote it. */
export interface Salvage<T> {
  readonly value: T;
  /** The names of the broken members; `the whole item` where nothing can be read. */
  readonly broken: readonly string[];
}

const ITEM = 'the whole item';

const isAddress = (value: unknown) =>
  typeof value === 'string' && Object.hasOwn(resourceKinds, value.slice(0, Math.max(0, value.indexOf('/'))));

/** @returns the address that the key of an item names; undefined where it names none */
export function readAddress(text: string): Address | undefined {
  return isAddress(text) ? (text as Address) : undefined;
}

const isOperation = oneOf(
  'create',
  'update',
  'delete',
  'sync',
  'rollback',
  'tag',
  'unmanage',
  'submit',
  'deprecate',
);

const differences = listOf(
  shape<Difference>({
    path: isShortText,
    change: oneOf('changed', 'added', 'removed', 'unreadable'),
  }),
);

const shownValues = mappingOf(
  shape<ShownValues>({ applied: optional(isShortText), live: optional(isShortText) }),
);
const texts = listOf(isShortText);
const textByName = mappingOf(isShortText);

const openRequest = shape<OpenRequest>({
  id: (value) => typeof value === 'string' && /^[\w-]{1,128}$/.test(value),
  kind: oneOf('authorization', 'approval', 'deletion'),
  askedAt: isTime,
  notifiedAt: optional(isTime),
  repeatedAt: optional(isTime),
  answeredAt: optional(isTime),
  fingerprint: optional(isShortText),
  aboutList: optional(isTrue),
  clickedAt: optional(isTime),
  mayReplace: optional(isTrue),
  staleSession: optional(isShortText),
  closed: optional(oneOf('refused', 'expired')),
  closedAt: optional(isTime),
  reason: optional(oneOf('create', 'update', 'sync')),
});

const observedLink = shape<AuthorizationRequest['link'] & object>({ session: isShortText, issuedAt: isTime });

const contact = shape<{ channel: unknown; address: unknown }>({
  channel: oneOf('email', 'slack', 'webhook'),
  address: (value) =>
    isShortText(value) || shape<{ secretsManager: unknown }>({ secretsManager: isShortText })(value),
});
const owner = shape<{ contacts: unknown }>({ contacts: listOf(contact) });

const resourceChecks: MemberChecks<ResourceRecord> = {
  address: isAddress,
  id: optional((value) => typeof value === 'string' && value !== '' && isShortText(value)),
  outputs: optional(textByName),
  container: optional(isShortText),
  generation: optional(isCount),
  creating: optional(isTrue),
  createUnanswered: optional(isTrue),
  adopted: optional(shape<Adoption>({ fingerprint: optional(isShortText), differences, kept: texts })),
  foreignTargets: optional(texts),
  sharedWith: optional(texts),
  sharedBy: optional(isShortText),
  applied: optional(
    shape<AppliedConfiguration>({
      fingerprint: isShortText,
      updatedAt: isTime,
      unverified: optional(isTrue),
    }),
  ),
  snapshot: optional(shape<SettledSnapshot>({ model: isShortText, members: textByName })),
  drift: optional(
    shape<Drift>({
      updatedAt: isTime,
      differences,
      values: optional(shownValues),
      cause: oneOf('foreign', 'write'),
      toldOnly: optional(isTrue),
    }),
  ),
  tags: optional(
    shape<AppliedTags>({
      applied: textByName,
      checkedAt: isTime,
      unverified: optional(isTrue),
      drift: optional(differences),
      values: optional(shownValues),
    }),
  ),
  secrets: optional(shape<SecretVersions>({ sent: textByName, current: optional(textByName) })),
  runtimeUpdatedAt: optional(isTime),
  sourceReadAt: optional(isTime),
  unreadSince: optional(isTime),
  heldBack: optional(texts),
  lastGood: optional(isShortText),
  operation: optional(
    shape<OpenOperation>({
      operation: isOperation,
      fingerprint: isShortText,
      configuration: optional(isShortText),
      startedAt: isTime,
      updatedAt: optional(isTime),
      baseline: optional(isTime),
      awaitedConsent: optional(isTrue),
      verifiedAt: optional(isTime),
    }),
  ),
  retry: optional(
    shape<RetryState>({
      fingerprint: isShortText,
      count: isCount,
      firstAt: isTime,
      nextAt: isTime,
      deferrals: isCount,
      escalation: optional(oneOf('update', 'replace')),
      rolledBack: optional(isTrue),
      denied: optional(isTrue),
      reasons: texts,
    }),
  ),
  toolWatch: optional(
    shape<ToolWatch>({
      synchronizedAt: isTime,
      lists: mappingOf(isShortText),
      readFrom: listOf(oneOf(...toolSources)),
      obstacles: mappingOf(oneOf(...watchObstacles)),
      partial: optional(oneOf(...partialListReasons)),
      upcoming: optional(
        shape<UpcomingList>({
          configuration: isShortText,
          readAt: isTime,
          digest: optional(isShortText),
          needsApproval: isBoolean,
        }),
      ),
      approved: optional(isShortText),
      untold: optional(shape<ToolWatch['untold'] & object>({ digest: isShortText, since: isTime })),
    }),
  ),
  syncWantedAt: optional(isTime),
  request: optional(openRequest),
  healedAt: optional(isTime),
  approvedFingerprint: optional(isShortText),
  deletion: optional(
    shape<PendingDeletion>({
      configuration: optional(isShortText),
      asked: optional(isShortText),
      approved: optional(isTrue),
    }),
  ),
  protect: optional(isTrue),
  approve: optional(oneOf('breaking', 'always')),
  approvers: optional(shape<Approvers>({ owner: optional(owner), escalation: optional(owner) })),
  link: optional(observedLink),
  state: oneOf(
    'ready',
    'drifted',
    'awaiting-authorization',
    'awaiting-approval',
    'in-progress',
    'suspended',
    'failed',
    'refused',
    'absent',
  ),
  reasons: texts,
  since: isTime,
};

/** What was applied counts as a whole: a snapshot beside a lost configuration would prove changes that nobody made. */
const appliedMembers: readonly (keyof ResourceRecord)[] = ['applied', 'snapshot', 'drift', 'heldBack'];

/**
 * Reads the record of a resource. A broken member counts as lost: the next decision reads AWS instead, or asks a person
 * again, so that it makes no wrong call.
 *
 * @param address as the key of the item names it
 */
export function readResourceRecord(address: Address, stored: unknown): Salvage<ResourceRecord> {
  const lost = { address, state: 'in-progress', reasons: [], since: 0 } as const;
  if (!isJsonObject(stored)) return { value: lost, broken: [ITEM] };
  // The key tells which resource it is; an address that differs is broken like any other member.
  const checks = { ...resourceChecks, address: (value: unknown) => value === address };
  const broken = brokenMembers<ResourceRecord>(stored, checks);
  if (broken.length === 0) return { value: stored as object as ResourceRecord, broken };
  const isAppliedBroken = appliedMembers.some((member) => broken.includes(member));
  const dropped = new Set([...broken, ...(isAppliedBroken ? appliedMembers : [])]);
  // A protection that cannot be read still protects, until the manifest says otherwise.
  const protection = broken.includes('protect') && { protect: true as const };
  // Every member that is left has passed its check.
  const kept = withoutNames(stored, dropped) as Partial<ResourceRecord>;
  return { value: { ...lost, ...kept, ...protection }, broken };
}

const workspaceChecks: MemberChecks<Omit<WorkspaceRecord, 'healingAllowedAt' | 'checkRequests'>> = {
  outcomeDelivery: optional(
    shape<OutcomeDelivery>({ digest: isShortText, failedContacts: texts, attempts: isCount }),
  ),
  nextResyncAt: optional(isTime),
  acceptedRevision: optional(isShortText),
  registryIds: optional(texts),
  breaker: optional(
    shape<TrippedBreaker>({
      kind: oneOf('workspace', 'fleet'),
      since: isTime,
      resources: isCount,
      toldByAnother: optional(isTrue),
      toldAt: optional(isTime),
    }),
  ),
  subjects: optional(texts),
  dependenciesCheckedAt: optional(isTime),
  deploymentId: optional(isShortText),
  faults: optional(
    listOf(
      shape<StorageFault>({
        place: isShortText,
        problem: isShortText,
        isNewer: optional(isTrue),
        foundAt: optional(isTime),
      }),
    ),
  ),
};

/** Reads the record of a workspace. What is lost is learned again, apart from which outcome was sent last. */
export function readWorkspaceRecord(stored: unknown): Salvage<WorkspaceRecord> {
  if (!isJsonObject(stored)) return { value: {}, broken: [ITEM] };
  const broken = brokenMembers(stored, workspaceChecks);
  // Every member that is left has passed its check.
  const kept = withoutNames(stored, new Set(broken)) as Partial<WorkspaceRecord>;
  return { value: kept, broken };
}

/** Reads a command; undefined where it is broken, since what it was to do cannot be read. */
export function readCommand(stored: unknown): ResourceCommand | undefined {
  const isCommand = shape<ResourceCommand>({
    action: oneOf('retry', 'sync'),
    address: isAddress,
    givenAt: isTime,
  });
  return isCommand(stored) ? (stored as ResourceCommand) : undefined;
}

/** Reads a suspension. A broken one still suspends: operators have stored it to stop all changes. */
export function readSuspension(stored: unknown): Salvage<Suspension> {
  if (!isJsonObject(stored)) return { value: { since: 0 }, broken: [ITEM] };
  const broken = brokenMembers<Suspension>(stored, { since: isTime, reason: optional(isShortText) });
  const { since, reason } = stored;
  const value = {
    since: typeof since === 'number' && isTime(since) ? since : 0,
    ...defined({ reason: typeof reason === 'string' && isShortText(reason) ? reason : undefined }),
  };
  return { value, broken };
}

const collectionReport = shape<CollectionReport>({
  ranAt: isTime,
  listed: isCount,
  objects: isCount,
  bytes: isCount,
  rows: isCount,
  workspaces: isCount,
});

/** Reads what the last collection found; undefined where it cannot be read. */
export function readCollectionReport(stored: unknown): CollectionReport | undefined {
  // The value has passed its checks.
  return collectionReport(stored) ? (stored as CollectionReport) : undefined;
}

const voidSession = shape<VoidSession>({
  session: isShortText,
  cause: oneOf('wrongBrowser', 'noConsent'),
  voidedAt: isTime,
});

const requestChecks: MemberChecks<AuthorizationRequest> = {
  id: isShortText,
  reference: isShortText,
  workspace: isShortText,
  address: isAddress,
  subject: (value) =>
    isJsonObject(value) &&
    oneOf('authorization', 'approval', 'deletion', 'record')(value.kind) &&
    subjectChecks[String(value.kind)]?.(value) === true,
  owner: optional(owner),
  escalation: optional(owner),
  settings: shape<AuthorizationRequest['settings']>({
    remindAfter: listOf(isTime),
    escalateAfter: isTime,
    expireAfter: isTime,
  }),
  fingerprint: optional(isShortText),
  askedAt: isTime,
  state: oneOf('open', 'completing', 'completed', 'refused', 'expired', 'withdrawn'),
  attempts: listOf(
    shape<AuthorizationRequest['attempts'][number]>({
      browser: isShortText,
      person: optional(isShortText),
      clickedAt: isTime,
      session: optional(isShortText),
      userId: optional(isShortText),
      consentedAt: optional(isTime),
    }),
  ),
  notifications: listOf(
    shape<AuthorizationRequest['notifications'][number]>({
      stage: isShortText,
      sentAt: isTime,
      failedContacts: texts,
    }),
  ),
  clickedAt: optional(isTime),
  staleSession: optional(isShortText),
  mayReplace: optional(isTrue),
  link: optional(observedLink),
  voidSessions: optional(listOf(voidSession)),
  closedAt: optional(isTime),
  closedBy: optional(isShortText),
  reason: optional(isShortText),
  closePublishedAt: optional(isTime),
  disputedAt: optional(isTime),
  renewalRequestedAt: optional(isTime),
  taskToken: optional(isShortText),
};

const detailsReference = shape<DetailsReference>({ digest: isShortText, bytes: isCount });
const target = { gateway: isShortText, target: isShortText };
/** What the pages and messages read of each kind of subject. */
const subjectChecks: Readonly<Record<string, (value: unknown) => boolean>> = {
  authorization: shape<{ gateway: unknown; target: unknown; of: unknown; scopes: unknown; reason: unknown }>({
    ...target,
    of: optional(oneOf('registryRecord')),
    scopes: texts,
    reason: oneOf('create', 'update', 'sync'),
  }),
  deletion: shape<{
    fingerprint: unknown;
    resources: unknown;
    total: unknown;
    tools: unknown;
    details: unknown;
  }>({
    fingerprint: isShortText,
    resources: listOf(isMapping),
    total: isCount,
    tools: isCount,
    details: detailsReference,
  }),
  approval: shape<{
    gateway: unknown;
    target: unknown;
    changes: unknown;
    total: unknown;
    fingerprint: unknown;
    details: unknown;
  }>({
    ...target,
    changes: listOf(isMapping),
    total: isCount,
    fingerprint: isShortText,
    details: optional(detailsReference),
  }),
  record: shape<{
    registryId: unknown;
    recordId: unknown;
    name: unknown;
    descriptorType: unknown;
    facts: unknown;
    importedBy: unknown;
    details: unknown;
  }>({
    registryId: isShortText,
    recordId: isShortText,
    name: isShortText,
    descriptorType: isShortText,
    facts: isMapping,
    importedBy: texts,
    details: optional(detailsReference),
  }),
};

/** Reads a request; undefined where it is broken: a person must not decide about anything else than what was asked. */
export function readAuthorizationRequest(stored: unknown): AuthorizationRequest | undefined {
  return shape(requestChecks)(stored) ? (stored as AuthorizationRequest) : undefined;
}

const issuedLink = shape<IssuedLink>({
  url: isShortText,
  userId: isShortText,
  session: isShortText,
  issuedAt: isTime,
});

/** Reads the link of a call's answer; undefined where it is broken. */
export function readIssuedLink(stored: unknown): IssuedLink | undefined {
  return issuedLink(stored) ? (stored as IssuedLink) : undefined;
}

/** What is wrong with an item of the ledger, and what happens to it, in words for operators. */
export function brokenItemProblem(broken: readonly string[]): string {
  const members = broken.includes(ITEM) ? 'It' : `Its member ${broken.map((name) => `"${name}"`).join(', ')}`;
  return `${members} cannot be read. Gateloop keeps a copy for 30 days, and rebuilds the item from what AWS and the manifest say. Nothing needs to be done; if it happens again, find out which client writes to the table.`;
}

/** @param supported the format that this version reads */
export function newerItemProblem(format: unknown, supported: number): string {
  return `It has format ${JSON.stringify(format)}, and this version of Gateloop reads format ${supported}. Gateloop leaves it, and what it is about, as they are. Deploy the version of Gateloop that wrote it.`;
}

function withoutNames(value: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): object {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name)));
}
