import type { Ledger } from '../../core/ports/ledger.ts';
import { type StartPorts, startReconciliations } from '../startReconciliation.ts';
import type { ResyncEvent } from './scheduleEvent.ts';

export interface DuePorts extends StartPorts {
  readonly ledger: StartPorts['ledger'] & Pick<Ledger, 'listDueWorkspaces'>;
}

/** Has each workspace reconciled in which a synchronization is due: one query where none is. */
export async function startDueWorkspaces(
  { now }: ResyncEvent,
  ports: DuePorts,
): Promise<{ started: readonly string[] }> {
  const started = await ports.ledger.listDueWorkspaces(now);
  await startReconciliations(started, 'resync', now, ports);
  return { started };
}
