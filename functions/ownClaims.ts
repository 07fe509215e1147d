import type { Address } from '../core/address.ts';
import type { CallResult } from '../core/ports/controlPlane.ts';
import type { Ledger } from '../core/ports/ledger.ts';
import type { PlannedOperation } from '../core/reconcile/plan.ts';
import { parentOf } from '../core/resources/resourceKinds.ts';

type Planned = Pick<PlannedOperation, 'address'>;

/** Which planned calls change resources that the workspace has claimed. A target is claimed with its gateway. */
export interface OwnClaims {
  isOwn(planned: Planned): boolean;
  /** The result instead of a call to a resource that another workspace owns by now: the next poll refuses it. */
  rejection(planned: Planned): CallResult;
}

/** Reads the claims right before the calls: another workspace may have taken a resource over since poll planned them. */
export async function readClaims(
  workspace: string,
  planned: readonly Planned[],
  ledger: Ledger,
): Promise<OwnClaims> {
  const claims = await ledger.readClaims([...new Set(planned.map(({ address }) => claimedAddress(address)))]);
  return {
    isOwn: ({ address }) => claims.get(claimedAddress(address))?.owner === workspace,
    rejection: ({ address }) => ({
      kind: 'rejected',
      code: 'NotOwner',
      message: `The workspace ${workspace} does not own ${claimedAddress(address)} any more. The next poll decides again.`,
      transient: true,
    }),
  };
}

function claimedAddress(address: Address): Address {
  return parentOf(address) ?? address;
}
