import type { Memory } from './memory.ts';
import type { Observed } from './observed.ts';

/** Everything that the judgement of one resource rests on. Memory has been brought up to what was observed. */
export interface Case {
  readonly observed: Observed | undefined;
  readonly memory: Memory;
  /** Our operation is under way, whatever the list says. */
  readonly moving: boolean;
  /** Since when it is, or would be, in ms since the epoch. */
  readonly movingSince: number;
  /** An operation has failed for want of a person's consent. */
  readonly lapsed: boolean;
  /** Other resources belong to this one, such as targets to a gateway. */
  readonly hasChildren: boolean;
  readonly now: number;
}
