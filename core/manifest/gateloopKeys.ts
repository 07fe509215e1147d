import type { KindName, ResourceKind } from '../resources/resourceKind.ts';
import { childKindsOf, resourceKinds } from '../resources/resourceKinds.ts';

/** The keys that Gateloop adds to the API's members of a resource, besides the sections of its children. */
const GATELOOP_KEYS: Readonly<Partial<Record<KindName, readonly string[]>>> = {
  gateway: ['owner', 'adopt', 'unmanage', 'protect', 'sharedWith', 'sharedBy', 'targetsFromRegistry'],
  gatewayTarget: ['owner', 'adopt', 'unmanage', 'protect', 'movedFrom', 'settings'],
  registryRecord: ['owner', 'adopt', 'unmanage', 'protect', 'publication'],
};
const COMMON_KEYS: readonly string[] = ['owner', 'adopt', 'unmanage', 'protect'];

/** @returns all keys of an entry that belong to Gateloop and not to the API */
export function gateloopKeys(row: ResourceKind): readonly string[] {
  return [
    ...(GATELOOP_KEYS[row.kind] ?? COMMON_KEYS),
    ...childKindsOf(row.kind).map((child) => child.section),
  ];
}

/** @returns whether Gateloop sets this member of the create call: the name, the parent, the client token */
export function isManagedMember(row: ResourceKind, member: string): boolean {
  const parent = row.parent && resourceKinds[row.parent];
  const managed = [row.nameMember, 'clientToken', parent?.idRequestMember, row.isOnly && row.idRequestMember];
  return managed.includes(member);
}

/** What a key must be where the kind has no names. */
export const keyRule = { pattern: '[0-9a-zA-Z][0-9a-zA-Z_-]{0,99}', max: 100 } as const;
