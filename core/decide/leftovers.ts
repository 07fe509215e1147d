import { type Address, addressOf } from '../resources/address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { childrenOf } from './children.ts';
import { isDependable } from './dependencies.ts';
import type { Judged } from './judged.ts';
import { type Memory, withoutApplied, withoutRequest } from './memory.ts';
import type { World } from './world.ts';

/** Resources that Gateloop made or took over, and that have left the manifest. */
export function leftoversOf({ memory, desired }: World): Memory[] {
  const wanted = new Set(desired.resources.map(({ kind, name }) => addressOf(kind, name)));
  return [...memory.values()].filter((known) => isLeftover(known) && !wanted.has(known.address));
}

/** Whether memory has the resource for one that is there, or is coming; else there is nothing to delete. */
export function isLeftover({ id, operation }: Memory): boolean {
  return id !== undefined || operation !== undefined;
}

/**
 * What is remembered of a resource that left the manifest. Were it to come back, it must not be taken for one that
 * somebody deleted by hand, nor be held to what was tried and asked before.
 */
export function afterLeaving(memory: Memory): Memory {
  const { lastGood: _, approved: __, attempts, ...rest } = withoutApplied(withoutRequest(memory));
  return attempts?.fingerprint === '' ? { ...rest, attempts } : rest;
}

type Blocker = Pick<Judged, 'state' | 'reasons'>;

/**
 * Holds back deletions that must come later: a gateway's after those of its targets, and that of anything that others
 * may refer to after all that is wanted is ready, since until then a target may still use the provider that left.
 */
export function blockLeftovers(
  leftovers: readonly Judged[],
  wanted: readonly Judged[],
  observed: World['observed'],
): Judged[] {
  const ours = new Set(leftovers.map(({ address }) => address));
  const moving = new Set(
    [...leftovers, ...wanted]
      .filter(({ movingSince }) => movingSince !== undefined)
      .map(({ address }) => address),
  );
  const unready = wanted.find((judged) => !isDependable(judged));
  return leftovers.map((judged) => {
    if (judged.operation !== 'delete') return judged;
    const parent = parentOf(judged.address);
    const blocker = parent
      ? behindParent(parent, moving)
      : (behindChildren(judged.address, ours, observed) ?? behindWanted(unready));
    return blocker ? { ...judged, ...blocker, blocked: true } : judged;
  });
}

function behindParent(parent: Address, moving: ReadonlySet<Address>): Blocker | undefined {
  if (!moving.has(parent)) return undefined;
  return { state: 'in-progress', reasons: [`It left the manifest, and waits for ${parent}.`] };
}

function behindChildren(
  address: Address,
  ours: ReadonlySet<Address>,
  observed: World['observed'],
): Blocker | undefined {
  const children = childrenOf(address, observed);
  if (children.length === 0) return undefined;
  const foreign = children.filter((child) => !ours.has(child));
  if (foreign.length === 0) {
    return { state: 'in-progress', reasons: ['It left the manifest, and goes after its targets.'] };
  }
  return {
    state: 'refused',
    reasons: [
      `It left the manifest, but has targets that Gateloop did not make: ${foreign.join(', ')}. Delete them first.`,
    ],
  };
}

function behindWanted(unready: Judged | undefined): Blocker | undefined {
  if (!unready) return undefined;
  return {
    state: 'in-progress',
    reasons: [`It left the manifest, and goes once ${unready.address} is ready.`],
  };
}
