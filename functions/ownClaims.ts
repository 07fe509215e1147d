import type { Address } from '../core/address.ts';
import { own } from '../core/objects.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import type { Ledger, VersionedResourceRecord } from '../core/ports/ledger.ts';
import { defaultQuotas } from '../core/reconcile/concurrency.ts';
import {
  type GatewaySharing,
  isTarget,
  keepSlots,
  shareDenial,
  takeSlots,
  targetName,
  unshared,
} from '../core/reconcile/gatewaySharing.ts';
import { claimedName } from '../core/reconcile/ownership.ts';
import type { PlannedOperation } from '../core/reconcile/plan.ts';
import { parentOf } from '../core/resources/resourceKinds.ts';

type Planned = Pick<PlannedOperation, 'address' | 'operation'>;
type Entries = ReadonlyMap<Address, VersionedResourceRecord>;

/** Which planned calls change resources that the workspace has claimed. A target is claimed with its gateway. */
export interface OwnClaims {
  isOwn(planned: Planned): boolean;
  /** The result instead of a call to a resource that another workspace owns by now: the next poll refuses it. */
  rejection(planned: Planned): CallResult;
}

/**
 * Reads the claims right before the calls: another workspace may have taken a resource over since poll planned them, or may
 * not share its gateway any more.
 *
 * @param entries of the workspace's resources: they say which gateways are shared
 */
export async function readClaims(
  workspace: string,
  planned: readonly Planned[],
  entries: Entries,
  ledger: Ledger,
): Promise<OwnClaims> {
  const addresses = [...new Set(planned.map(({ address }) => claimedAddress(address)))];
  const shared = addresses.filter((address) => isShared(address, entries));
  const nameOf = (address: Address) => claimedName(entries.get(address)?.record ?? { address });
  const [claims, ...sharing] = await Promise.all([
    ledger.readClaims(addresses.flatMap((address) => nameOf(address) ?? [])),
    ...shared.map(async (gateway) => [gateway, await ledger.readSharing(gateway)] as const),
  ]);
  const sharingOf = new Map(sharing);
  return {
    isOwn: ({ address, operation }) => {
      const gateway = claimedAddress(address);
      const name = nameOf(gateway);
      const claim = name && claims.get(name);
      if (!isShared(gateway, entries)) return claim?.owner === workspace;
      const { sharedBy } = entries.get(gateway)?.record ?? {};
      const known = sharingOf.get(gateway) ?? unshared;
      const isAllowed =
        sharedBy === undefined
          ? claim?.owner === workspace
          : // Whoever may add nothing any more may still take away.
            operation === 'delete' || !shareDenial(workspace, sharedBy, claim, known);
      if (!isTarget(address)) return isAllowed && sharedBy === undefined;
      return isAllowed && own(known.targets, targetName(address)) === workspace;
    },
    rejection: ({ address }) => ({
      kind: 'rejected',
      code: 'NotOwner',
      message: `The workspace ${workspace} does not own ${claimedAddress(address)} any more. The next poll decides again.`,
      transient: true,
    }),
  };
}

/**
 * Takes a slot of its gateway for each call that changes a shared gateway or a target on it. The others need none: only this
 * workspace begins operations there, and poll has counted them.
 *
 * @returns the calls that may be made, in order
 */
export async function takeGatewaySlots<Call extends Planned>(
  workspace: string,
  planned: readonly Call[],
  entries: Entries,
  now: number,
  ledger: Ledger,
): Promise<readonly Call[]> {
  const byGateway = Map.groupBy(planned, ({ address }) => claimedAddress(address));
  const refused = new Set<Address>();
  for (const [gateway, calls] of byGateway) {
    if (!isShared(gateway, entries)) continue;
    const addresses = calls.map(({ address }) => address);
    let granted: readonly Address[] = [];
    await ledger.updateSharing(gateway, (sharing: GatewaySharing) => {
      const taken = takeSlots(sharing, workspace, addresses, now, defaultQuotas.concurrencyLimit);
      granted = taken.granted;
      return taken.sharing;
    });
    for (const address of addresses) if (!granted.includes(address)) refused.add(address);
  }
  return planned.filter(({ address }) => !refused.has(address));
}

/** Frees the slots of calls that began nothing, and of operations that have ended. */
export async function freeGatewaySlots(
  workspace: string,
  ended: readonly Address[],
  entries: Entries,
  now: number,
  ledger: Ledger,
): Promise<void> {
  const byGateway = Map.groupBy(ended, claimedAddress);
  for (const [gateway, addresses] of byGateway) {
    if (!isShared(gateway, entries)) continue;
    await ledger.updateSharing(gateway, (sharing) => {
      const held = Object.entries(sharing.slots).filter(([, slot]) => slot.workspace === workspace);
      // The keys of slots are addresses.
      const left = held.map(([address]) => address as Address).filter((each) => !addresses.includes(each));
      return keepSlots(sharing, workspace, new Set(left), now);
    });
  }
}

function isShared(gateway: Address, entries: Entries): boolean {
  const { sharedBy, sharedWith } = entries.get(gateway)?.record ?? {};
  return sharedBy !== undefined || sharedWith !== undefined;
}

function claimedAddress(address: Address): Address {
  return parentOf(address) ?? address;
}
