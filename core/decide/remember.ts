import { isDeepStrictEqual } from 'node:util';
import { type Address, addressOf } from '../resources/address.ts';
import type { Judged } from './judged.ts';
import { afterLeaving, isLeftover } from './leftovers.ts';
import { tokenLifetime } from './limits.ts';
import type { Memory } from './memory.ts';
import type { World } from './world.ts';

export interface MemoryChanges {
  /** What is to be remembered differently from before. */
  readonly remember: readonly Memory[];
  readonly forget: readonly Address[];
}

/** Compares what is known now with what was remembered: a world in step changes nothing, and costs no write. */
export function memoryChanges(judged: readonly Judged[], world: World): MemoryChanges {
  const { desired, memory, now } = world;
  const wanted = new Set(desired.resources.map(({ kind, name }) => addressOf(kind, name)));
  const after = new Map(judged.map((one) => [one.address, stateOf(one, world)]));
  const left = [...memory.values()].filter(({ address }) => !wanted.has(address));
  for (const known of left) after.set(known.address, afterLeaving(after.get(known.address) ?? known));
  const changed = [...after.values()].filter((known) => !isDeepStrictEqual(known, memory.get(known.address)));
  return {
    remember: changed.filter((known) => wanted.has(known.address) || !isForgettable(known, now)),
    forget: left
      .map(({ address }) => address)
      .filter((address) => {
        const known = after.get(address);
        return known && isForgettable(known, now);
      }),
  };
}

/** Of a resource that is gone nothing is left to know but how often it was created, as long as that matters. */
function isForgettable(memory: Memory, now: number): boolean {
  if (isLeftover(memory)) return false;
  return memory.generation === undefined || now - memory.since >= tokenLifetime;
}

function stateOf({ address, memory, state, reasons }: Judged, world: World): Memory {
  const before = world.memory.get(address);
  const since = before?.state === state ? before.since : world.now;
  return { ...memory, state, reasons, since };
}
