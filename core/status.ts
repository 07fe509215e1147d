/**
 * Every status of a resource in the control plane, of any kind.
 * Source: the service model's `TargetStatus`, `GatewayStatus`, `AgentRuntimeStatus`, `HarnessStatus`, `RegistryStatus`,
 * `RegistryRecordStatus` and the credential provider's `Status`. `UNKNOWN` is Gateloop's own: a status that this version does not know.
 */
export type Status =
  | 'CREATING'
  | 'UPDATING'
  | 'DELETING'
  | 'SYNCHRONIZING'
  | 'READY'
  | 'FAILED'
  | 'UPDATE_UNSUCCESSFUL'
  | 'SYNCHRONIZE_UNSUCCESSFUL'
  | 'CREATE_PENDING_AUTH'
  | 'UPDATE_PENDING_AUTH'
  | 'SYNCHRONIZE_PENDING_AUTH'
  | 'CREATE_FAILED'
  | 'UPDATE_FAILED'
  | 'DELETE_FAILED'
  | 'DRAFT'
  | 'PENDING_APPROVAL'
  | 'APPROVED'
  | 'REJECTED'
  | 'DEPRECATED'
  | 'UNKNOWN';

/** What a status means for the loop: wait, nothing to do, a person must act, or an attempt failed. */
export type Phase = 'moving' | 'ready' | 'awaiting-authorization' | 'failed';

export const phases: Readonly<Record<Status, Phase>> = {
  CREATING: 'moving',
  UPDATING: 'moving',
  DELETING: 'moving',
  SYNCHRONIZING: 'moving',
  READY: 'ready',
  FAILED: 'failed',
  UPDATE_UNSUCCESSFUL: 'failed',
  SYNCHRONIZE_UNSUCCESSFUL: 'failed',
  CREATE_PENDING_AUTH: 'awaiting-authorization',
  UPDATE_PENDING_AUTH: 'awaiting-authorization',
  SYNCHRONIZE_PENDING_AUTH: 'awaiting-authorization',
  CREATE_FAILED: 'failed',
  UPDATE_FAILED: 'failed',
  DELETE_FAILED: 'failed',
  // No operation on a registry record is under way: the service takes an update. `publication.ts` says what is left to do.
  DRAFT: 'ready',
  PENDING_APPROVAL: 'ready',
  APPROVED: 'ready',
  REJECTED: 'ready',
  DEPRECATED: 'ready',
  // Gateloop waits until an unknown status changes, for a bounded time.
  UNKNOWN: 'moving',
};

/** Whether this version knows the status. The service adds statuses without notice. */
export function isStatus(text: string): text is Status {
  return Object.hasOwn(phases, text);
}

/**
 * What some kinds call it. Source: the service model's `GatewayRuleStatus`, `PolicyStatus` and their like,
 * `OnlineEvaluationConfigStatus` (ERROR), `BrowserProfileStatus` (SAVING while a session is saved to the profile) and
 * `BrowserStatus` (DELETED).
 */
const SYNONYMS: ReadonlyMap<string, Status> = new Map([
  ['ACTIVE', 'READY'],
  ['ERROR', 'FAILED'],
  ['SAVING', 'UPDATING'],
  // Until the service shows it no more.
  ['DELETED', 'DELETING'],
]);

/** @returns the status in a response. The response of a credential provider may have none, which means READY. */
export function statusOf(text: string | undefined): Status {
  if (text === undefined) return 'READY';
  return SYNONYMS.get(text) ?? (isStatus(text) ? text : 'UNKNOWN');
}
