import type { JsonObject } from '../../core/json.ts';
import type { WorkflowName } from '../../workflows/workflowCatalog.ts';

/** The results of each function, in the order of its calls. The last result also applies to all later calls. */
export type Script = Readonly<Record<string, readonly (JsonObject | 'throws')[]>>;

/** One path through a workflow. */
export interface Scenario {
  readonly name: string;
  readonly workflow: WorkflowName;
  readonly input: JsonObject;
  readonly script: Script;
  /** The outputs of the tasks that wait for a token, in order. */
  readonly taskOutputs?: readonly JsonObject[];
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
  toolReads: [],
  ...more,
});
const notified = { sent: 1, failed: [] };
const released = { dirty: false };
const waiting = (kind: string) => ({ next: 'wait', waitSeconds: 3600, outcome: 'open', kind });
const upload: JsonObject = {
  'detail-type': 'Object Created',
  detail: { object: { key: 'workspaces/payments/manifest.yaml' } },
};

/** Recorded from runs of the real functions, and reduced to the members that the workflows read. */
export const scenarios: readonly Scenario[] = [
  {
    name: 'provisions, waits, and is synchronized',
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
    name: 'starts synchronizations, and polls again when the lease became dirty meanwhile',
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
    name: 'ends at once when another execution holds the lease',
    workflow: 'reconcile',
    input: upload,
    script: { poll: [reconcileState('busy')] },
  },
  {
    name: 'notifies the owner of a refused upload',
    workflow: 'reconcile',
    input: upload,
    script: { poll: [reconcileState('refused')], notify: [notified], release: [released] },
  },
  {
    name: 'requests authorizations, and starts an execution for each request',
    workflow: 'reconcile',
    input: upload,
    script: {
      poll: [reconcileState('ask'), reconcileState('settled')],
      notify: [{ requests: [{ reference: 'a', workspace: 'payments' }] }, notified],
      release: [released],
    },
  },
  {
    name: 'continues as a new execution',
    workflow: 'reconcile',
    input: upload,
    script: {
      poll: [reconcileState('continue', { continueAs: 'the-next-one' }), reconcileState('settled')],
      notify: [notified],
      release: [released],
    },
  },
  {
    name: 'polls again after a step failed for good, because the poll finds what the step did',
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
    name: 'releases the lease and fails when the poll fails',
    workflow: 'reconcile',
    input: upload,
    script: { poll: ['throws'], release: [released] },
  },
  {
    name: 'scans the fleet turn by turn, until each workspace was looked at',
    workflow: 'resync',
    input: {},
    script: { schedule: [{ next: 'scan', after: 'payments' }, { next: 'done' }] },
  },
  {
    name: 'fails when the fleet cannot be scanned',
    workflow: 'resync',
    input: {},
    script: { schedule: ['throws'] },
  },
  {
    name: 'ends when the request is already closed',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [{ next: 'over', kind: 'authorization' }] },
  },
  {
    name: 'applies the decision when the request for a record is already closed',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [{ next: 'over', kind: 'record' }], 'registry-approvals': [{ done: true }] },
  },
  {
    name: 'waits for a person, and ends when they consent',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [waiting('authorization')] },
    taskOutputs: [{ outcome: 'consented', kind: 'authorization' }],
  },
  {
    name: "waits for a person, and applies the person's decision about a record",
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: [waiting('record')], 'registry-approvals': [{ done: true }] },
    taskOutputs: [{ outcome: 'approved', kind: 'record' }],
  },
  {
    name: 'fails when the request cannot be read',
    workflow: 'authorize',
    input: { reference: 'a', workspace: 'payments' },
    script: { notify: ['throws'] },
  },
  {
    name: 'starts an execution for the request for a record',
    workflow: 'registry-approvals',
    input: { detail: { registryRecordId: 'r' } },
    script: { 'registry-approvals': [{ next: 'ask', reference: 'b', workspace: 'payments' }] },
  },
  {
    name: 'ends without a request when the record needs no approval',
    workflow: 'registry-approvals',
    input: { detail: { registryRecordId: 'r' } },
    script: { 'registry-approvals': [{ next: 'done' }] },
  },
];
