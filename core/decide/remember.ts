import { isDeepStrictEqual } from 'node:util';
import type { Address } from '../resources/resourceKinds.ts';
import type { Judged } from './judged.ts';
import { afterLeaving, leftoversOf } from './leftovers.ts';
import type { Memory } from './memory.ts';
import type { World } from './world.ts';

export interface MemoryChanges {
  /** What is to be remembered differently from before. */
  readonly remember: readonly Memory[];
  readonly forget: readonly Address[];
}

/** Compares what is known now with what was remembered: a world in step changes nothing, and costs no write. */
export function memoryChanges(judged: readonly Judged[], world: World): MemoryChanges {
  const leftovers = new Set(leftoversOf(world));
  const gone = judged.filter(({ address, state }) => leftovers.has(address) && state === 'absent');
  const forget = gone.map(({ address }) => address);
  const after = judged
    .filter((one) => !gone.includes(one))
    .map((one) => (leftovers.has(one.address) ? afterLeaving(stateOf(one, world)) : stateOf(one, world)));
  const known = new Set(judged.map(({ address }) => address));
  const unjudged = [...leftovers].flatMap((address) =>
    known.has(address) ? [] : (world.memory.get(address) ?? []),
  );
  const all = [...after, ...unjudged.map(afterLeaving)];
  const remember = all.filter((memory) => !isDeepStrictEqual(memory, world.memory.get(memory.address)));
  return { remember, forget };
}

function stateOf({ address, memory, state, reasons }: Judged, world: World): Memory {
  const before = world.memory.get(address);
  const since = before?.state === state ? before.since : world.now;
  return { ...memory, state, reasons, since };
}
