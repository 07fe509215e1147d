import type { Address } from '../../core/address.ts';
import type { Operation, ResourceCondition, ResourceRecord } from '../../core/reconcile/resourceRecord.ts';

/** One resource as the display shows it. Times in simulated ms since the epoch. */
export interface Row {
  readonly workspace: string;
  readonly address: Address;
  readonly state: ResourceCondition;
  /** The operation under way. */
  readonly doing?: Operation;
  /** Since when it does this, or is in this state. */
  readonly since: number;
  readonly reasons: readonly string[];
  /** The id that a person's link to the request carries, while an answer is awaited. */
  readonly request?: string;
}

const AWAITING: ReadonlySet<ResourceCondition> = new Set(['awaiting-authorization', 'awaiting-approval']);

export function rowOf(workspace: string, memory: ResourceRecord): Row {
  const { address, state, since, reasons, operation, request } = memory;
  const doing = state === 'in-progress' ? operation : undefined;
  return {
    workspace,
    address,
    state,
    reasons,
    since: doing?.startedAt ?? since,
    ...(doing && { doing: doing.operation }),
    ...(request && !request.closed && AWAITING.has(state) && { request: request.id }),
  };
}

/** Whether nothing is under way for the resource. */
export function isSettled({ state }: Row): boolean {
  return state !== 'in-progress';
}
