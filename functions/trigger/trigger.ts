import { hashId } from '../../core/authorization/hashId.ts';
import { readChange } from '../../core/events/changeEvents.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { strayUpload } from '../../core/storage/uploads.ts';
import { type StartPorts, startReconciliations } from '../startReconciliation.ts';
import type { ChangeEvent, UnreadUploadEvent, WorkspaceEvent } from './triggerEvent.ts';

export interface TriggerPorts extends StartPorts {
  readonly ledger: StartPorts['ledger'] & Pick<Ledger, 'putCommand' | 'workspacesOf' | 'requestCheck'>;
}

/** In ms: the files of a folder that is in no workspace start one execution in this time. */
const STRAY_INTERVAL = 60 * 60_000;

/**
 * Has the workspaces reconciled that an event is about. An event only says that something may have changed: its repetition
 * does no harm.
 *
 * @param now in ms since the epoch
 * @returns the workspaces that the event is about
 */
export async function trigger(
  event: WorkspaceEvent | ChangeEvent | UnreadUploadEvent,
  now: number,
  ports: TriggerPorts,
): Promise<{ readonly workspaces: readonly string[] }> {
  if ('key' in event) {
    await reportStray(event, now, ports);
    return { workspaces: [] };
  }
  const workspaces = 'detail' in event ? await changedWorkspaces(event, now, ports) : [event.workspace];
  // Who uploads or requests something follows the outcome, also where it is the one before.
  if ('workspace' in event) await ports.ledger.requestCheck(event.workspace, 'outcome', now);
  // Before the execution may read it. A repetition stores the same command.
  if ('command' in event && event.command) await ports.ledger.putCommand(event.workspace, event.command);
  await startReconciliations(workspaces, 'detail' in event ? 'change' : event.cause, now, ports);
  return { workspaces };
}

/**
 * Finds the workspaces that have or use what another client changed. Where a poll would read that only once an hour, the
 * ledger has the next poll read it.
 */
async function changedWorkspaces(
  { detail }: ChangeEvent,
  now: number,
  { ledger }: Pick<TriggerPorts, 'ledger'>,
): Promise<readonly string[]> {
  const change = readChange(detail);
  if (!change) return [];
  const { subjects, check } = change;
  const found = await Promise.all(subjects.map((subject) => ledger.workspacesOf(subject)));
  const names = [...new Set(found.flat())];
  if (check) await Promise.all(names.map((workspace) => ledger.requestCheck(workspace, check, now)));
  return names;
}

/** Starts an execution that reports a file in no workspace. Its name is that of the folder in this hour. */
async function reportStray(
  { next, key, event }: UnreadUploadEvent,
  now: number,
  { starter }: Pick<TriggerPorts, 'starter'>,
): Promise<void> {
  const upload = strayUpload(key);
  if (next === 'ignored' || !upload) return;
  const hour = Math.floor(now / STRAY_INTERVAL);
  await starter.startReconcile(hashId(`stray ${upload.place} ${hour}`), event);
}
