import type { ObservedResource } from './observedResource.ts';
import type { ResourceRecord } from './resourceRecord.ts';

/** Everything that the judgement of one resource rests on. Memory has been brought up to what was observed. */
export interface ResourceContext {
  readonly observed: ObservedResource | undefined;
  readonly record: ResourceRecord;
  /** Our operation is under way, whatever the list says. */
  readonly inProgress: boolean;
  /** Since when it is, or would be, in ms since the epoch. */
  readonly inProgressSince: number;
  /** An operation has failed for want of a person's consent. */
  readonly linkExpired: boolean;
  /** Other resources belong to this one, such as targets to a gateway. */
  readonly hasChildren: boolean;
  readonly now: number;
}
