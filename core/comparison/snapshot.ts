import type { Difference } from './compareConfiguration.ts';

/**
 * What AWS added by itself to a resource after the last write had settled. The members that the manifest names are not
 * in it, since the manifest has their values.
 */
export interface SettledSnapshot {
  /** The digest of the API model that read it: it did not know later members. */
  readonly model: string;
  /** A digest of the value of each member, by path. */
  readonly members: Readonly<Record<string, string>>;
}

export function takeSnapshot(unnamed: ReadonlyMap<string, string>, model: string): SettledSnapshot {
  return { model, members: Object.fromEntries(unnamed) };
}

/** @returns what changed among the members that the manifest does not name, since the snapshot was taken */
export function changesSince(
  { members }: SettledSnapshot,
  unnamed: ReadonlyMap<string, string>,
): Difference[] {
  const present = [...unnamed].flatMap(([path, digest]): Difference[] => {
    const before = members[path];
    if (before === digest) return [];
    return [{ path, change: before === undefined ? 'added' : 'changed' }];
  });
  const removed = Object.keys(members)
    .filter((path) => !unnamed.has(path))
    .map((path): Difference => ({ path, change: 'removed' }));
  return [...present, ...removed];
}
