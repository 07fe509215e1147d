import type { Address } from '../address.ts';
import type { CallResult } from '../ports/controlPlane.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { isStatus, phases } from '../status.ts';
import { rolePropagationTime } from './limits.ts';

type RejectedCall = Extract<CallResult, { kind: 'rejected' }>;

/** The exceptions of the service for too many requests in a second. */
const THROTTLING = ['ThrottlingException', 'ThrottledException', 'TooManyRequestsException'];

export function isThrottling(code: string): boolean {
  return THROTTLING.includes(code);
}

/** The codes with which Gateloop itself rejects a call, which it then does not make. */
const NOT_MADE = ['NotOwner', 'PlanOutdated'];

/** Whether a rejected call may have had its effect: its answer was lost, or the service failed while it carried it out. */
export function mayHaveTakenEffect({ code, transient }: RejectedCall): boolean {
  return transient && !isThrottling(code) && !NOT_MADE.includes(code);
}

/**
 * What the service objects to, apart from the configuration.
 *
 * - `propagation`: a role or its policy, which IAM may still propagate
 * - `denied`: a right that Gateloop's role or that of the resource lacks: operators mend it, and no change of the manifest
 * - `busy`: the state of the resource, of its gateway or of its targets, which ends without another call
 * - `state`: the settled state of the resource
 */
export type RejectionCause = 'propagation' | 'denied' | 'busy' | 'state' | 'other';

/**
 * The texts with which the service rejects a role right after it was created or changed. The service checks roles when
 * it takes a call, or while it carries out the operation: then the text is the reason of the failure.
 */
const PROPAGATION_TEXTS: readonly { readonly pattern: RegExp; readonly source: string }[] = [
  {
    pattern: /role.*lacks permission/i,
    source:
      'CreateGatewayTarget. Terraform\'s AWS provider retries it: gateway_target.go, "Gateway execution role"',
  },
  {
    pattern: /role validation failed/i,
    source:
      'CreateAgentRuntime. Terraform retries it: agent_runtime.go. Harnesses fail with it: failureReason',
  },
  {
    pattern: /access denied while validating ECR URI/i,
    source: 'CreateAgentRuntime with a container. Terraform retries it: agent_runtime.go',
  },
  {
    pattern: /access denied while calling \w+.*with gateway role/i,
    source:
      'CreateGateway and UpdateGateway with a policy engine ("calling GetPolicyEngine"): reports of users',
  },
  {
    pattern: /role.*(cannot be assumed|not authorized|unable to assume)/i,
    source: 'the words of other AWS services for a role that is not propagated yet',
  },
];

/**
 * The texts with which AWS denies a right, in an exception of any code, or as the reason of an operation that failed: the
 * service makes further calls with the permissions of its caller.
 */
const DENIAL_TEXTS: readonly { readonly pattern: RegExp; readonly source: string }[] = [
  {
    pattern: /is not authorized to perform:? /i,
    source:
      "IAM's own words. Gateways end in FAILED with them, and harnesses in CREATE_FAILED, as deployments report (CreateWorkloadIdentity, CreateMemory)",
  },
  {
    pattern: /failed creating service linked role/i,
    source: 'CreateAgentRuntime in an account that never made a runtime: reports of several users',
  },
];

/**
 * DeleteGateway answers so even after ListGatewayTargets has no more targets. Source: the ACK controller, hook
 * sdk_delete_post_request of the gateway, which requeues.
 */
const HAS_TARGETS = /has targets associated with it/i;

/**
 * A rejection that names a status. Sources: `Cannot perform operation CreateGatewayTarget when gateway is in CREATING
 * status` (awslabs/agentcore-samples, issue 1145) and `DeleteGatewayTarget can't be performed on target when it is in
 * Create_Pending_Auth state` (several users; Terraform's gateway_target.go waits for the end of such a state).
 */
const NAMED_STATUS =
  /(?<gateway>\bgateway is )?\bin (?:(?:status|state) (?<last>\w+)|(?<first>\w+) (?:status|state)\b)/i;

/** A rejection for a state of the resource, in unknown words. */
const SOME_STATE = /\b(status|state)\b/i;

/** @returns why the service rejected a call to the resource at this address */
export function rejectionCause(address: Address, { code, message }: RejectedCall): RejectionCause {
  if (code === 'ValidationException' || code === 'AccessDeniedException') {
    if (isRolePropagation(message)) return 'propagation';
  }
  if (code === 'AccessDeniedException' || isDenial(message)) return 'denied';
  if (code !== 'ValidationException') return 'other';
  if (HAS_TARGETS.test(message)) return 'busy';
  return SOME_STATE.test(message) ? causeOfState(address, message) : 'other';
}

/** Whether a rejection, or the reason of a failure, tells of a role that IAM may still propagate. */
export function isRolePropagation(text: string): boolean {
  return PROPAGATION_TEXTS.some(({ pattern }) => pattern.test(text));
}

/** Whether a rejection, or the reason of a failure, tells of a right that is missing. */
export function isDenial(text: string): boolean {
  return isRolePropagation(text) || DENIAL_TEXTS.some(({ pattern }) => pattern.test(text));
}

/** Whether a role that was first rejected at `firstAt` may still propagate. Times in ms since the epoch. */
export function mayStillPropagate(firstAt: number, now: number): boolean {
  return now - firstAt < rolePropagationTime;
}

/** A gateway that is not ready is no fault of its targets, whatever its status is. */
function causeOfState(address: Address, message: string): RejectionCause {
  const { gateway, first, last } = NAMED_STATUS.exec(message)?.groups ?? {};
  if (gateway !== undefined && parentOf(address) !== undefined) return 'busy';
  const name = (first ?? last ?? '').toUpperCase();
  const phase = isStatus(name) ? phases[name] : undefined;
  return phase === 'moving' || phase === 'awaiting-authorization' ? 'busy' : 'state';
}
