import type { Ledger } from '../../core/ports/ledger.ts';
import type { PollEvent } from '../poll/pollEvent.ts';

/**
 * Releases the lease of a workspace, unless another execution marked the workspace dirty meanwhile: then the lease stays
 * held, and the state machine polls once more.
 */
export function release(
  { workspace, leaseHolder }: Pick<PollEvent, 'workspace' | 'leaseHolder'>,
  { ledger }: { readonly ledger: Pick<Ledger, 'releaseLease'> },
): Promise<{ readonly dirty: boolean }> {
  return ledger.releaseLease(workspace, leaseHolder);
}
