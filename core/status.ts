/**
 * Every status that the control plane gives to a resource, of any kind, with what it means for the loop.
 * Source: the service model's `TargetStatus`, `GatewayStatus`, `AgentRuntimeStatus`, `HarnessStatus`, `RegistryStatus`
 * and the credential provider's `Status`. `UNKNOWN` is ours: a status that this version has not heard of.
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
  | 'UNKNOWN';

/** What a status asks of the loop: patience, nothing, a person, or another attempt. */
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
  // Whatever it means, nothing is done to the resource until the status changes; patience with it is bounded.
  UNKNOWN: 'moving',
};

/** Whether `text` is a status that this version knows; the service adds statuses without notice. */
export function isStatus(text: string): text is Status {
  return Object.hasOwn(phases, text);
}

/** @returns the status that an answer carries; a credential provider's answer may carry none, and is ready */
export function statusOf(text: string | undefined): Status {
  if (text === undefined) return 'READY';
  return isStatus(text) ? text : 'UNKNOWN';
}
