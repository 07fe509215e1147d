import type { Address } from '../resources/address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { phases } from '../status.ts';
import type { Case } from './case.ts';
import { childrenOf } from './children.ts';
import { type Memory, withoutResource } from './memory.ts';
import type { Observed } from './observed.ts';
import { type Ended, settle } from './settle.ts';
import type { Verdict } from './verdict.ts';
import type { World } from './world.ts';

/** One resource, judged. */
export interface Judged extends Verdict {
  readonly address: Address;
  readonly observed: Observed | undefined;
  /** Of what is wanted; absent for a resource that left the manifest, or whose references are not known yet. */
  readonly fingerprint?: string;
  /** Another resource must come first: `operation` is not to be made now. */
  readonly blocked: boolean;
  /** Since when something is under way, in ms since the epoch. */
  readonly movingSince?: number;
  /** Our operation that has just come to its end. */
  readonly ended?: Ended;
}

/**
 * Brings what is remembered of a resource up to what is observed, and has it judged by itself.
 *
 * @param consents whether what is wanted of it stops at a person's consent
 */
export function judgeOne(
  world: World,
  address: Address,
  consents: boolean,
  judgeBy: (given: Case) => Verdict,
): Judged {
  const { now } = world;
  const { observed, remembered } = known(world, address);
  const { memory, moving, lapsed, ended } = settle(remembered, observed, consents, now);
  const movingSince = startOf(memory, now);
  const hasChildren = childrenOf(address, world.observed).length > 0;
  const judged = judgeBy({ observed, memory, moving, movingSince, lapsed, hasChildren, now });
  const isMoving = moving || (observed !== undefined && phases[observed.status] === 'moving');
  const read = judged.read || isFailureUnread(world.memory.get(address), observed);
  return {
    ...judged,
    read,
    address,
    observed,
    blocked: false,
    ...(isMoving && { movingSince }),
    ...(ended && { ended }),
  };
}

/** What belonged to a gateway that is gone went with it, by whatever hand. */
function known({ memory, observed, now }: World, address: Address) {
  const remembered = memory.get(address) ?? blank(address, now);
  const parent = parentOf(address);
  return parent && !observed.has(parent)
    ? { remembered: withoutResource(remembered), observed: undefined }
    : { remembered, observed: observed.get(address) };
}

function blank(address: Address, now: number): Memory {
  return { address, state: 'absent', reasons: [], since: now };
}

/** A consent sets an operation going again. One that memory knows nothing of has begun when it was first seen. */
function startOf({ operation, request, state, since }: Memory, now: number): number {
  const startedAt = operation?.startedAt ?? (state === 'in-progress' ? since : now);
  return Math.max(startedAt, request?.answeredAt ?? startedAt);
}

/** Only a Get says why a resource failed; once that is remembered with its attempts, it need not be asked again. */
function isFailureUnread(memory: Memory | undefined, observed: Observed | undefined): boolean {
  if (!observed || phases[observed.status] !== 'failed' || observed.config) return false;
  return !memory?.attempts || memory.operation !== undefined || memory.state === 'ready';
}
