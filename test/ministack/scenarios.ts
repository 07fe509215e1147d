import type { JsonObject } from '../../core/json.ts';
import type { WorkflowName } from '../../workflows/workflowCatalog.ts';

/** What each function answers, in the order of its calls; the last answer stands for all that follow. */
export type Script = Readonly<Record<string, readonly (JsonObject | 'throws')[]>>;

/** One way through a workflow. */
export interface Scenario {
  readonly name: string;
  readonly workflow: WorkflowName;
  readonly input: JsonObject;
  readonly script: Script;
  /** What the tasks that wait for a token are answered with, in order. */
  readonly answers?: readonly JsonObject[];
}

const reconcileState = (next: string, more: JsonObject = {}): JsonObject => ({
  workspace: 'payments',
  leaseHolder: 'first',
  iteration: 0,
  revision: 'r',
  next,
  requeueAfterSeconds: 1,
  operations: [],
  syncs: [],
  requests: [],
  ...more,
});
const notified = { sent: 1, failed: [] };
const released = { dirty: false };
const waiting = (kind: string) => ({ next: 'wait', waitSeconds: 3600, outcome: 'open', kind });
const upload: JsonObject = {
  'detail-type': 'Object Created',
  detail: { object: { key: 'workspaces/payments/manifest.yaml' } },
};

/** Recorded from runs of the real functions, and shortened to what the workflows look at. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'provisions, waits, and is in step',
    workflow: 'reconcile',
    input: upload,
    script: {
      poll: [reconcileState('provision'), reconcileState('wait'), reconcileState('settled')],
      provision: [reconcileState('provision', { provisioned: [] })],
      notify: [notified],
      release: [released],
    },
  },
  {
    name: 'synchronizes, and polls once more for changes during the turn',
    workflow: 'reconcile',
    input: { workspace: 'payments' },
    script: {
      poll: [reconcileState('sync'), reconcileState('settled'), reconcileState('settled')],
      sync: [{ started: 1 }],
      notify: [notified],
      release: [{ dirty: true }, released],
    },
  },
  {
    name: 'leaves a workspace to the holder of its lease',
    workflow: 'reconcile',
    input: upload,
    script: { poll: [reconcileState('busy')] },
  },
  {
    name: 'tells a refusal',
    workflow: 'reconcile',
    input: upload,
    script: { poll: [reconcileState('refused')], notify: [notified], release: [released] },
  },
  {
    name: 'asks people, and starts the life of each request',
    workflow: 'reconcile',
    input: upload,
    script: {
      poll: [reconcileState('ask'), reconcileState('settled')],
      notify: [{ requests: [{ reference: 'a', workspace: 'payments' }] }, notified],
      release: [released],
    },
  },
  {
    name: 'goes on in a fresh execution',
    workflow: 'reconcile',
    input: upload,
    script: {
      poll: [reconcileState('continue', { continueAs: 'the-next-one' }), reconcileState('settled')],
      notify: [notified],
      release: [released],
    },
  },
  {
    name: 'goes on after a step that failed for good, since the next look finds out what was done',
    workflow: 'reconcile',
    input: upload,
    script: {
      poll: [reconcileState('provision'), reconcileState('settled')],
      provision: ['throws'],
      notify: [notified],
      release: [released],
    },
  },
  {
    name: 'lets the lease go when it cannot look, and fails',
    workflow: 'reconcile',
    input: upload,
    script: { poll: ['throws'], release: [released] },
  },
  {
    name: 'starts a reconciliation for each workspace that is due',
    workflow: 'resync',
    input: { reason: 'drift' },
    script: {
      schedule: [
        {
          workspaces: [
            { workspace: 'payments', name: 'one' },
            { workspace: 'orders', name: 'other' },
          ],
        },
      ],
    },
  },
  {
    name: 'fails when nothing can be found out to be due',
    workflow: 'resync',
    input: { reason: 'drift' },
    script: { schedule: ['throws'] },
  },
  {
    name: 'ends with a request that was answered',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [{ next: 'over', kind: 'authorization' }] },
  },
  {
    name: 'carries out what was decided about a record',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [{ next: 'over', kind: 'record' }], 'registry-approvals': [{ done: true }] },
  },
  {
    name: 'waits for a person, and is over with their consent',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [waiting('authorization')] },
    answers: [{ outcome: 'consented', kind: 'authorization' }],
  },
  {
    name: 'waits for a person, and carries out what they say of a record',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [waiting('record')], 'registry-approvals': [{ done: true }] },
    answers: [{ outcome: 'approved', kind: 'record' }],
  },
  {
    name: 'gives a request up that cannot be looked at',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: ['throws'] },
  },
  {
    name: 'starts the life of a request for a record',
    workflow: 'registry-approvals',
    input: { detail: { registryRecordId: 'r' } },
    script: { 'registry-approvals': [{ next: 'ask', reference: 'b', workspace: 'payments' }] },
  },
  {
    name: 'takes a record in that nobody need be asked about',
    workflow: 'registry-approvals',
    input: { detail: { registryRecordId: 'r' } },
    script: { 'registry-approvals': [{ next: 'done' }] },
  },
];
