import { type Address, addressOf, parseAddress } from '../address.ts';

/*
 * A gateway that several workspaces have targets on. The ledger keeps, for all of them, whose each target is and which of the
 * gateway's slots are taken: a List shows an operation only after it has begun, so that two workspaces which read the same
 * List would begin ten operations together.
 */

/** A slot of the gateway's window of concurrent operations. */
export interface Slot {
  readonly workspace: string;
  /** When it was taken, or last kept, in ms since the epoch. */
  readonly keptAt: number;
}

/** What the ledger keeps of a shared gateway. Its owner and the others write it, each its own part. */
export interface GatewaySharing {
  /** The workspace that said whom it shares the gateway with: a later owner has not said so. */
  readonly owner?: string;
  /** The workspaces that may add and change targets. */
  readonly sharedWith: readonly string[];
  /** The gateway has left its owner's manifest, which deletes it once no other workspace has targets on it. */
  readonly isLeaving?: true;
  /** The workspace of each target, by the target's name on the gateway. */
  readonly targets: Readonly<Record<string, string>>;
  readonly slots: Readonly<Record<Address, Slot>>;
}

export const unshared: GatewaySharing = { sharedWith: [], targets: {}, slots: {} };

/**
 * A slot whose workspace has not kept it for so long is free, in ms: a poll keeps it twice a minute, and the scan of the fleet
 * has a workspace polled every 15 minutes whose execution has ended.
 */
export const slotLifetime = 30 * 60_000;

/** Whether a resource is a target: of what a gateway has, only targets may be of other workspaces than its owner. */
export function isTarget(address: Address): boolean {
  return parseAddress(address).kind === 'gatewayTarget';
}

/** The name of a target on its gateway. */
export function targetName(target: Address): string {
  const { name } = parseAddress(target);
  return name.slice(name.indexOf('/') + 1);
}

/** Says whom the owner shares its gateway with. */
export function shareWith(
  sharing: GatewaySharing,
  owner: string,
  sharedWith: readonly string[],
  isLeaving: boolean,
): GatewaySharing {
  const { targets, slots } = sharing;
  return { owner, sharedWith, targets, slots, ...(isLeaving && { isLeaving: true }) };
}

/** Gives a workspace the names that no workspace has. */
export function claimNames(
  sharing: GatewaySharing,
  workspace: string,
  names: readonly string[],
): GatewaySharing {
  const free = names.filter((name) => !Object.hasOwn(sharing.targets, name));
  const claimed = Object.fromEntries(free.map((name) => [name, workspace]));
  return { ...sharing, targets: { ...sharing.targets, ...claimed } };
}

/** Gives a workspace the names of another one, whose resources it takes over. */
export function takeOverNames(
  sharing: GatewaySharing,
  from: string | undefined,
  workspace: string,
): GatewaySharing {
  const targets = Object.entries(sharing.targets).map(([name, owner]) => [
    name,
    owner === from ? workspace : owner,
  ]);
  return { ...sharing, targets: Object.fromEntries(targets) };
}

/** Frees the names that a workspace does not need any more. */
export function keepNames(
  sharing: GatewaySharing,
  workspace: string,
  names: ReadonlySet<string>,
): GatewaySharing {
  const kept = Object.entries(sharing.targets).filter(
    ([name, owner]) => owner !== workspace || names.has(name),
  );
  return { ...sharing, targets: Object.fromEntries(kept) };
}

/** @returns the names of the targets that a workspace has on the gateway */
export function namesOf({ targets }: GatewaySharing, workspace: string): string[] {
  return Object.entries(targets).flatMap(([name, owner]) => (owner === workspace ? [name] : []));
}

/** @returns the workspaces other than the owner that have targets on the gateway, with the names of these */
export function guestsOf(sharing: GatewaySharing, owner: string): ReadonlyMap<string, readonly string[]> {
  const guests = [...new Set(Object.values(sharing.targets))]
    .filter((workspace) => workspace !== owner)
    .sort();
  return new Map(guests.map((guest) => [guest, namesOf(sharing, guest).sort()]));
}

/** @returns the addresses of the targets that other workspaces have on a gateway */
export function targetsOfOthers(gateway: Address, { targets }: GatewaySharing, workspace: string): Address[] {
  const { name: gatewayName } = parseAddress(gateway);
  return Object.entries(targets).flatMap(([name, owner]) =>
    owner === workspace ? [] : [addressOf('gatewayTarget', `${gatewayName}/${name}`)],
  );
}

/**
 * Takes slots for operations, as many as the window of the gateway has free. One that a workspace has already stays its own.
 *
 * @returns the addresses that have a slot, in order, and what to store
 */
export function takeSlots(
  sharing: GatewaySharing,
  workspace: string,
  addresses: readonly Address[],
  now: number,
  limit: number,
): { readonly granted: readonly Address[]; readonly sharing: GatewaySharing } {
  const slots: Record<Address, Slot> = Object.fromEntries(
    Object.entries(sharing.slots).filter(([, { keptAt }]) => now - keptAt < slotLifetime),
  );
  const granted = addresses.filter((address) => {
    const holder = slots[address]?.workspace;
    if (holder !== undefined ? holder !== workspace : Object.keys(slots).length >= limit) return false;
    slots[address] = { workspace, keptAt: now };
    return true;
  });
  return { granted, sharing: { ...sharing, slots } };
}

/**
 * Keeps the slots of a workspace's operations that are under way, and frees its others. What was begun before the gateway was
 * shared gets a slot, whether the window has one or not.
 */
export function keepSlots(
  sharing: GatewaySharing,
  workspace: string,
  underWay: ReadonlySet<Address>,
  now: number,
): GatewaySharing {
  // The keys of slots are addresses.
  const entries = Object.entries(sharing.slots) as [Address, Slot][];
  const others = entries.filter(([, slot]) => slot.workspace !== workspace);
  const own = [...underWay].map((address): [Address, Slot] => [address, { workspace, keptAt: now }]);
  return { ...sharing, slots: Object.fromEntries([...own, ...others]) };
}

/**
 * Why a workspace may not change targets on a gateway that it names as shared:
 * - `no-owner`: no workspace has the gateway
 * - `other-owner`: another workspace has it than the manifest says
 * - `not-shared`: its owner does not share it with this workspace
 * - `withdrawn`: its owner did, and this workspace still has targets on it
 * - `leaving`: its owner deletes it, once no other workspace has targets on it
 */
export type ShareDenial = 'no-owner' | 'other-owner' | 'not-shared' | 'withdrawn' | 'leaving';

/** @returns undefined where a workspace may add and change targets on the gateway */
export function shareDenial(
  workspace: string,
  sharedBy: string,
  claim: { readonly owner?: string } | undefined,
  sharing: GatewaySharing = unshared,
): ShareDenial | undefined {
  if (claim?.owner === undefined) return 'no-owner';
  if (claim.owner !== sharedBy) return 'other-owner';
  const isCurrent = sharing.owner === claim.owner;
  if (isCurrent && sharing.isLeaving) return 'leaving';
  if (isCurrent && sharing.sharedWith.includes(workspace)) return undefined;
  return namesOf(sharing, workspace).length > 0 ? 'withdrawn' : 'not-shared';
}
