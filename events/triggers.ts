import {
  AGENT_REGISTRY_EVENT_SOURCE,
  AGENTCORE_EVENT_SOURCE,
  changingCalls,
  rotatingCalls,
  SECRETS_EVENT_SOURCE,
} from '../core/events/changeEvents.ts';
import { DRIFT_PASS_MINUTES } from '../core/reconcile/limits.ts';
import { prefixes } from '../core/storage/keys.ts';
import type { FunctionName } from '../functions/functionCatalog.ts';
import type { WorkflowName } from '../workflows/workflowCatalog.ts';

/** What an event or a schedule starts: an execution of a workflow, or an invocation of a function. */
export type Started = { readonly workflow: WorkflowName } | { readonly function: FunctionName };

/** A rule on an event bus. An event that matches the pattern is the input of what the rule starts. */
export type Rule = Started & {
  readonly name: string;
  readonly description: string;
  /** AWS services publish on `default`; Gateloop, operators and other systems publish on `gateloop`. */
  readonly bus: 'default' | 'gateloop';
  /**
   * The EventBridge pattern. `${SpecBucketName}` stands for the spec bucket, `${ProvisionRoleArn}` and `${SyncRoleArn}`
   * for the roles with which Gateloop changes AgentCore.
   */
  readonly pattern: Readonly<Record<string, unknown>>;
};

/** A schedule, which starts a workflow or invokes a function with the input. */
export type Schedule = Started & {
  readonly name: string;
  readonly description: string;
  /** An expression of EventBridge Scheduler, such as `rate(15 minutes)`. */
  readonly expression: string;
  /** EventBridge Scheduler replaces `<aws.scheduler.scheduled-time>`. */
  readonly input: Readonly<Record<string, unknown>>;
};

/**
 * Calls that succeeded and that Gateloop did not make itself. Only the calls of a role have a session issuer: `anything-but`
 * matches no field that is absent.
 */
const OF_OTHER_CALLERS = {
  errorCode: [{ exists: false }],
  $or: [
    { userIdentity: { sessionContext: { sessionIssuer: { arn: [{ exists: false }] } } } },
    {
      userIdentity: {
        sessionContext: {
          sessionIssuer: { arn: [{ 'anything-but': ['${ProvisionRoleArn}', '${SyncRoleArn}'] }] },
        },
      },
    },
  ],
};

export const rules: readonly Rule[] = [
  {
    name: 'uploads',
    description: 'A team uploaded or deleted a file of a workspace.',
    bus: 'default',
    pattern: {
      source: ['aws.s3'],
      'detail-type': ['Object Created', 'Object Deleted'],
      detail: {
        bucket: { name: ['${SpecBucketName}'] },
        object: { key: [{ prefix: prefixes.uploads }] },
        // The bucket deletes old versions by itself after a year, which changes no workspace.
        reason: [{ 'anything-but': ['Lifecycle Expiration'] }],
      },
    },
    function: 'trigger',
  },
  {
    name: 'requests',
    description:
      'An operator, an owner or a function requests a reconciliation, a retry or a synchronization.',
    bus: 'gateloop',
    pattern: {
      'detail-type': ['Reconcile Requested', 'Retry Requested', 'Sync Requested'],
      detail: { workspace: [{ exists: true }] },
    },
    function: 'trigger',
  },
  {
    name: 'records',
    description: 'A registry record changed its state.',
    bus: 'default',
    pattern: {
      source: ['aws.agent-registry'],
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
  {
    name: 'changes',
    description:
      'Another client changed something in AgentCore or Agent Registry. Needs a trail that logs management events.',
    bus: 'default',
    pattern: {
      source: ['aws.bedrock-agentcore', 'aws.agent-registry'],
      'detail-type': ['AWS API Call via CloudTrail'],
      detail: {
        eventSource: [AGENTCORE_EVENT_SOURCE, AGENT_REGISTRY_EVENT_SOURCE],
        eventName: changingCalls,
        ...OF_OTHER_CALLERS,
      },
    },
    function: 'trigger',
  },
  {
    name: 'rotations',
    description: 'A secret got another value. Needs a trail that logs management events.',
    bus: 'default',
    pattern: {
      source: ['aws.secretsmanager'],
      'detail-type': ['AWS API Call via CloudTrail', 'AWS Service Event via CloudTrail'],
      detail: { eventSource: [SECRETS_EVENT_SOURCE], eventName: rotatingCalls, ...OF_OTHER_CALLERS },
    },
    function: 'trigger',
  },
];

export const schedules: readonly Schedule[] = [
  {
    name: 'drift',
    description: 'Starts a drift pass over every workspace.',
    expression: `rate(${DRIFT_PASS_MINUTES} minutes)`,
    workflow: 'resync',
    input: { reason: 'drift' },
  },
  {
    name: 'resync',
    // Every minute, because the shortest `resync` is one minute. A function, not a workflow: three state transitions a
    // minute would cost 3.24 USD a month, the function and its query cost 0.03.
    description: 'Starts a reconciliation of each workspace in which a synchronization is due.',
    expression: 'rate(1 minute)',
    function: 'schedule',
    input: { reason: 'resync', now: '<aws.scheduler.scheduled-time>' },
  },
  {
    name: 'collect',
    description: 'Deletes what nothing needs any more of the spec bucket and the ledger.',
    expression: 'rate(1 day)',
    function: 'collect',
    input: { now: '<aws.scheduler.scheduled-time>' },
  },
];
