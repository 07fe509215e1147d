import type { KindName, ResourceKind } from '../resources/resourceKind.ts';
import { resourceKinds } from '../resources/resourceKinds.ts';

/** The keys that Gateloop adds to a resource's own members, besides the sections of its children. */
const GATELOOP_KEYS: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  gateway: ['owner', 'targetsFromRegistry'],
  gatewayTarget: ['owner', 'settings'],
};

/** @returns the kinds that stand inside entries of this one, as targets stand inside their gateway */
export function childKinds(row: ResourceKind): readonly ResourceKind[] {
  return Object.values(resourceKinds).filter((kind) => kind.parent === row.kind);
}

/** @returns all keys of an entry that are Gateloop's and not the API's */
export function gateloopKeys(row: ResourceKind): readonly string[] {
  return [...(GATELOOP_KEYS[row.kind] ?? ['owner']), ...childKinds(row).map((child) => child.section)];
}

/** The members of a create call that Gateloop gives: the name, the parent, the token of the attempt. */
export function isManagedMember(row: ResourceKind, member: string): boolean {
  const parent = row.parent && resourceKinds[row.parent];
  return member === row.nameMember || member === 'clientToken' || member === parent?.idRequestMember;
}
