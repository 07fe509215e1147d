import { prefixes } from '../core/storage/keys.ts';
import type { WorkflowName } from '../workflows/workflowCatalog.ts';

/** A rule on a bus: what matches the pattern starts the workflow, with the event as its input. */
export interface Rule {
  readonly name: string;
  readonly description: string;
  /** `default`: where AWS services publish. `gateloop`: where Gateloop does, and whoever asks it by hand. */
  readonly bus: 'default' | 'gateloop';
  /** The EventBridge pattern; `${SpecBucketName}` stands for the spec bucket. */
  readonly pattern: Readonly<Record<string, unknown>>;
  readonly workflow: WorkflowName;
}

/** A schedule: starts the workflow with the input, again and again. */
export interface Schedule {
  readonly name: string;
  readonly description: string;
  /** In EventBridge Scheduler's own words, such as `rate(15 minutes)`. */
  readonly expression: string;
  readonly workflow: WorkflowName;
  readonly input: Readonly<Record<string, unknown>>;
}

export const rules: readonly Rule[] = [
  {
    name: 'uploads',
    description: 'A file of a workspace was uploaded or deleted.',
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
    description: 'Somebody asks for a workspace to be looked at now.',
    bus: 'gateloop',
    pattern: { 'detail-type': ['Reconcile Requested'], detail: { workspace: [{ exists: true }] } },
    workflow: 'reconcile',
  },
  {
    name: 'records',
    description:
      'A record of a registry has changed its state; the service has announced that under two names.',
    bus: 'default',
    pattern: {
      source: ['aws.agent-registry', 'aws.bedrock-agentcore'],
      'detail-type': [{ prefix: 'Registry Record State changed to ' }],
    },
    workflow: 'registry-approvals',
  },
  {
    name: 'reviews',
    description: 'Somebody asks for a record of a registry to be looked at now.',
    bus: 'gateloop',
    pattern: {
      'detail-type': ['Record Review Requested'],
      detail: { registryId: [{ exists: true }], registryRecordId: [{ exists: true }] },
    },
    workflow: 'registry-approvals',
  },
  {
    name: 'answers',
    description: 'Another system, such as a service desk, answers a request in place of a person.',
    bus: 'gateloop',
    pattern: { 'detail-type': ['Authorization Completed'], detail: { request: [{ exists: true }] } },
    workflow: 'registry-approvals',
  },
];

export const schedules: readonly Schedule[] = [
  {
    name: 'drift',
    description: 'Looks at every workspace, whatever was or was not heard of it.',
    expression: 'rate(15 minutes)',
    workflow: 'resync',
    input: { reason: 'drift' },
  },
  {
    name: 'resync',
    description: 'Looks at the workspaces in which a synchronisation of tools has fallen due.',
    expression: 'rate(5 minutes)',
    workflow: 'resync',
    input: { reason: 'resync' },
  },
];
