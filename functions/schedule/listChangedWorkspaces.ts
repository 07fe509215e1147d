import { readChange } from '../../core/events/changeEvents.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { type DueWorkspace, executionName } from './listDueWorkspaces.ts';
import type { ChangeEvent } from './scheduleEvent.ts';

/**
 * Lists the workspaces that have or use what another client changed. Where a poll would read that only once an hour, the
 * ledger has the next poll read it.
 */
export async function listChangedWorkspaces(
  { detail, execution, now }: ChangeEvent,
  ledger: Pick<Ledger, 'workspacesOf' | 'requestCheck'>,
): Promise<{ workspaces: DueWorkspace[] }> {
  const change = readChange(detail);
  if (!change) return { workspaces: [] };
  const { subjects, check } = change;
  const found = await Promise.all(subjects.map((subject) => ledger.workspacesOf(subject)));
  const names = [...new Set(found.flat())];
  if (check) await Promise.all(names.map((workspace) => ledger.requestCheck(workspace, check, now)));
  return { workspaces: names.map((workspace) => ({ workspace, name: executionName(execution, workspace) })) };
}
