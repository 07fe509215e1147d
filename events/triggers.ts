import { prefixes } from '../core/storage/keys.ts';
import type { WorkflowName } from '../workflows/workflowCatalog.ts';

/** A rule on an event bus. An event that matches the pattern starts the workflow and is its input. */
export interface Rule {
  readonly name: string;
  readonly description: string;
  /** AWS services publish on `default`; Gateloop, operators and other systems publish on `gateloop`. */
  readonly bus: 'default' | 'gateloop';
  /** The EventBridge pattern. `${SpecBucketName}` stands for the spec bucket. */
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly workflow: WorkflowName;
}

/** A schedule, which starts the workflow with the input. */
export interface Schedule {
  readonly name: string;
  readonly description: string;
  /** An expression of EventBridge Scheduler, such as `rate(15 minutes)`. */
  readonly expression: string;
  readonly workflow: WorkflowName;
  readonly input: Readonly<Record<string, unknown>>;
}

export const rules: readonly Rule[] = [
  {
    name: 'uploads',
    description: 'A team uploaded or deleted a file of a workspace.',
    bus: 'default',
    pattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: { bucket: { name: ['${SpecBucketName}'] }, object: { key: [{ prefix: prefixes.uploads }] } },
    },
    workflow: 'reconcile',
  },
  {
    name: 'requests',
    description: 'An operator or a function requests a reconciliation of a workspace.',
    bus: 'gateloop',
    pattern: { 'detail-type': ['Reconcile Requested'], detail: { workspace: [{ exists: true }] } },
    workflow: 'reconcile',
  },
  {
    name: 'records',
    description: 'A registry record changed its state. The service publishes this under two source names.',
    bus: 'default',
    pattern: {
      source: ['aws.agent-registry', 'aws.bedrock-agentcore'],
      'detail-type': [{ prefix: 'Registry Record State changed to ' }],
    },
    workflow: 'registry-approvals',
  },
  {
    name: 'reviews',
    description: 'An operator or a function requests a review of a registry record.',
    bus: 'gateloop',
    pattern: {
      'detail-type': ['Record Review Requested'],
      detail: { registryId: [{ exists: true }], registryRecordId: [{ exists: true }] },
    },
    workflow: 'registry-approvals',
  },
  {
    name: 'answers',
    description: 'Another system, such as a service desk, answers a request instead of a person.',
    bus: 'gateloop',
    pattern: { 'detail-type': ['Authorization Completed'], detail: { request: [{ exists: true }] } },
    workflow: 'registry-approvals',
  },
];

export const schedules: readonly Schedule[] = [
  {
    name: 'drift',
    description: 'Starts a drift pass over every workspace.',
    expression: 'rate(15 minutes)',
    workflow: 'resync',
    input: { reason: 'drift' },
  },
  {
    name: 'resync',
    description: 'Starts a pass over the workspaces in which a synchronization is due.',
    expression: 'rate(5 minutes)',
    workflow: 'resync',
    input: { reason: 'resync' },
  },
];
