import type { Ledger } from '../../core/ports/ledger.ts';
import type { PollEvent } from '../poll/pollEvent.ts';

export interface ReleasePorts {
  readonly ledger: Pick<Ledger, 'releaseLease' | 'abandonLease'>;
}

/** Whether another execution marked the workspace dirty, which ended since it could not take the lease. */
export interface Released {
  readonly workspace: string;
  readonly dirty: boolean;
}

/**
 * Releases the lease of a workspace, unless another execution marked the workspace dirty meanwhile: then the lease stays
 * held, and the state machine polls once more. An execution that has failed gives up the lease in any case, and the state
 * machine starts a fresh execution for the mark.
 */
export async function release(
  { workspace, leaseHolder, hasFailed }: Pick<PollEvent, 'workspace' | 'leaseHolder' | 'hasFailed'>,
  { ledger }: ReleasePorts,
): Promise<Released> {
  const { dirty } = hasFailed
    ? await ledger.abandonLease(workspace, leaseHolder)
    : await ledger.releaseLease(workspace, leaseHolder);
  return { workspace, dirty };
}
