import type { Operation, ResourceCondition, ResourceRecord } from './resourceRecord.ts';

/** What is to be done about one resource, and what to tell about it. */
export interface ResourceDecision {
  readonly state: ResourceCondition;
  readonly reasons: readonly string[];
  readonly record: ResourceRecord;
  /** A call to make as soon as a slot is free. */
  readonly operation?: Operation;
  /** The earliest time for `operation`, in ms since the epoch; in the past for at once. */
  readonly notBefore: number;
  /** A person must be asked. */
  readonly askPerson: boolean;
  /** The judgement would be a better one with the observed configuration, which a Get gives. */
  readonly needsRead: boolean;
}

export function resourceDecision(
  record: ResourceRecord,
  state: ResourceCondition,
  reasons: readonly string[],
  options: Partial<ResourceDecision> = {},
): ResourceDecision {
  return { record, state, reasons, notBefore: 0, askPerson: false, needsRead: false, ...options };
}
