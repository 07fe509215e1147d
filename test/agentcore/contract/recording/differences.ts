import type { Json } from './recorder.ts';
import { FOREIGN_ITEM, isList, isObject } from './scrub.ts';

/** A member with two values. */
export interface Difference {
  /** Such as `body.items[0].status`. */
  readonly path: string;
  /** Absent if the recorded answer lacks the member. */
  readonly recorded?: Json;
  /** Absent if the emulator's answer lacks the member. */
  readonly answered?: Json;
}

/** Compares two scrubbed values member by member. Items of other programs are equal to any item and to none. */
export function differences(recorded: Json, answered: Json, path = ''): readonly Difference[] {
  if (isList(recorded) && isList(answered)) return listDifferences(recorded, answered, path);
  if (isObject(recorded) && isObject(answered)) {
    const keys = new Set([...Object.keys(recorded), ...Object.keys(answered)]);
    return [...keys].sort().flatMap((key) => {
      const place = path === '' ? key : `${path}.${key}`;
      return memberDifferences(recorded[key], answered[key], place);
    });
  }
  return recorded === answered ? [] : [{ path, recorded, answered }];
}

function listDifferences(recorded: readonly Json[], answered: readonly Json[], path: string) {
  const known = recorded.filter((item) => item !== FOREIGN_ITEM);
  // A page with foreign items may have had no place for the own ones.
  const count = known.length < recorded.length ? known.length : Math.max(known.length, answered.length);
  return Array.from({ length: count }, (_, index) =>
    memberDifferences(known[index], answered[index], `${path}[${index}]`),
  ).flat();
}

function memberDifferences(
  recorded: Json | undefined,
  answered: Json | undefined,
  path: string,
): readonly Difference[] {
  if (recorded !== undefined && answered !== undefined) return differences(recorded, answered, path);
  if (recorded !== undefined) return [{ path, recorded }];
  return answered === undefined ? [] : [{ path, answered }];
}
