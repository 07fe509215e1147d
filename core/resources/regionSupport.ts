import type { KindName } from './resourceKind.ts';
import { resourceKinds } from './resourceKinds.ts';

/** @returns the kinds among these that the Region is known not to have, each once */
export function missingKinds(kinds: Iterable<KindName>, region: string): KindName[] {
  return [...new Set(kinds)].filter((kind) => resourceKinds[kind].regionsWithout?.includes(region));
}
