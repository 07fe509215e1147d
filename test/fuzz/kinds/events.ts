import fc from 'fast-check';
import { readChange } from '../../../core/events/changeEvents.ts';
import type { JsonValue } from '../../../core/json.ts';
import { isWorkspaceName } from '../../../core/storage/uploads.ts';
import { parseNotifyEvent } from '../../../functions/notify/notifyEvent.ts';
import { parsePollEvent, parseUnreadUpload } from '../../../functions/poll/pollEvent.ts';
import { parseRegistryApprovalEvent } from '../../../functions/registry-approvals/registryApprovalEvent.ts';
import { logKeys } from '../../../functions/runtime/observability.ts';
import { parseReconcileStateEvent } from '../../../functions/runtime/reconcileState.ts';
import { parseScheduleEvent } from '../../../functions/schedule/scheduleEvent.ts';
import { parseTriggerEvent } from '../../../functions/trigger/triggerEvent.ts';
import { events } from '../corpus.ts';
import { fuzzKind, resultOrRefusal } from '../fuzzKind.ts';
import { mutatedValue } from '../mutations.ts';
import { promise } from '../promises.ts';

interface Event {
  readonly reader: ReaderName;
  readonly event: JsonValue;
}

type ReaderName = keyof typeof readers;

const now = '2026-11-20T10:15:00.000Z';
const execution = 'arn:aws:states:us-east-1:123456789012:execution:reconcile:3f9c';
/** What the state machine passes between two polls. */
export const reconcileState = {
  workspace: 'payments',
  leaseHolder: execution,
  iteration: 3,
  revision: 'r1',
  next: 'provision',
  requeueAfterSeconds: 5,
  operations: [
    { operation: 'create', address: 'gateway/front', kind: 'gateway', fingerprint: 'f', reason: 'new' },
  ],
  syncs: [],
  requests: [],
  toolReads: [],
  unread: ['gateway/front'],
  lease: { workspace: 'payments', dirty: true },
};
const reference = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

/** The events of each function, as its workflow passes them. */
export const stepEvents = {
  poll: [
    ...[...events, { workspace: 'payments' }, { workspace: 'payments', leaseHolder: 'first' }].map(
      (input) => ({
        previous: input,
        input,
        execution,
        now,
      }),
    ),
    { previous: reconcileState, input: { workspace: 'payments' }, execution, now, hasFailed: true },
  ],
  reconcileState: [{ state: reconcileState, now }],
  notify: [
    { action: 'openRequests', state: reconcileState, now },
    { action: 'publishOutcome', state: reconcileState, now },
    { action: 'sendReminders', reference, now },
    { action: 'storeTaskToken', reference, taskToken: 'token', now },
    { action: 'reportStrayUpload', key: 'workspaces/manifest.yaml', execution, now },
  ],
  registryApprovals: [
    ...events.map((event) => ({ action: 'handleEvent', event, now })),
    { action: 'applyDecision', reference, now },
  ],
  trigger: events,
  schedule: [
    ...events.map((input) => ({ input, execution, now })),
    { input: { reason: 'drift' }, execution, now },
    { reason: 'resync', now },
  ],
} satisfies Readonly<Record<string, readonly JsonValue[]>>;

const readers = {
  poll: (event) => parseUnreadUpload(event) ?? parsePollEvent(event),
  reconcileState: parseReconcileStateEvent,
  notify: parseNotifyEvent,
  registryApprovals: parseRegistryApprovalEvent,
  trigger(event) {
    const parsed = parseTriggerEvent(event, Date.parse(now));
    if ('detail' in parsed) checkChange(readChange(parsed.detail));
    return parsed;
  },
  schedule(event) {
    const parsed = parseScheduleEvent(event);
    if ('detail' in parsed) checkChange(readChange(parsed.detail));
    return parsed;
  },
} satisfies Readonly<Record<keyof typeof stepEvents, (event: unknown) => object>>;

/** DynamoDB's limit on a partition key is 2048 bytes; the ledger's key adds a prefix. */
const MAX_SUBJECT_BYTES = 2000;
/** The ledger is asked for each subject. */
const MAX_SUBJECTS = 50;

function checkChange(change: ReturnType<typeof readChange>): void {
  const { subjects = [] } = change ?? {};
  promise(subjects.length <= MAX_SUBJECTS, 'a change names a bounded number of subjects', subjects.length);
  for (const subject of subjects) {
    const bytes = Buffer.byteLength(subject);
    promise(bytes <= MAX_SUBJECT_BYTES, 'a subject fits into a key of the ledger', bytes);
  }
}

const MAX_TIME = 8_640_000_000_000_000;

/** Checks what the steps rely on without a further look. */
function checkParsed(parsed: object): void {
  const { workspace, now: time, iteration, state } = { ...parsed } as Readonly<Record<string, unknown>>;
  if ('workspace' in parsed)
    promise(
      typeof workspace === 'string' && isWorkspaceName(workspace),
      'a workspace has a valid name',
      workspace,
    );
  if ('now' in parsed)
    promise(typeof time === 'number' && Math.abs(time) <= MAX_TIME, 'a time is a time', time);
  if ('iteration' in parsed)
    promise(Number.isSafeInteger(iteration) && Number(iteration) >= 0, 'an iteration is a count', iteration);
  if (typeof state === 'object' && state !== null) checkParsed(state);
}

const names = Object.keys(readers) as readonly ReaderName[];

export const eventKind = fuzzKind<Event>({
  name: 'events',
  fuzzed:
    'the event parser of each function: events of S3, CloudTrail, registries and other systems; inputs and states of workflows',
  share: 0.45,
  inputs: fc.oneof(
    ...names.map((reader) => mutatedValue(stepEvents[reader]).map((event) => ({ reader, event }))),
  ),
  async check({ reader, event }) {
    for (const value of Object.values(logKeys(event)))
      promise(typeof value === 'string', 'a log key is a text', value);
    const parsed = await resultOrRefusal(() => readers[reader](event));
    if (parsed) checkParsed(parsed);
  },
});
