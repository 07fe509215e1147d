import type { PlannedOperation } from '../core/decide/decide.ts';
import { type Answer, record } from '../core/decide/record.ts';
import type { Ledger, Remembered } from '../core/ports/ledger.ts';
import type { Address } from '../core/resources/address.ts';

/** Stores how a call went, under the version that was read before it. */
export async function remember(
  workspace: string,
  planned: PlannedOperation,
  remembered: ReadonlyMap<Address, Remembered>,
  answer: Answer,
  now: number,
  ledger: Ledger,
): Promise<void> {
  const { memory, version } = remembered.get(planned.address) ?? {
    memory: { address: planned.address, state: 'in-progress' as const, reasons: [], since: now },
    version: 0,
  };
  await ledger.writeResource(workspace, record(memory, planned, answer, now), version);
}
