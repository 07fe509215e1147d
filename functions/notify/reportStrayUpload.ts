import { hashId } from '../../core/authorization/hashId.ts';
import { strayUploadMessage } from '../../core/messages/strayUploadMessage.ts';
import { strayUpload } from '../../core/storage/uploads.ts';
import type { StrayUploadEvent } from './notifyEvent.ts';
import type { OutcomeNotification } from './notifyOutcome.ts';
import type { NotifyPorts } from './notifyPorts.ts';

/** In ms. Each file of a folder has its own event, and a person may upload the folder again after a correction. */
const REPORT_INTERVAL = 24 * 60 * 60_000;

/** Tells the subscribers without a filter of a file in no workspace, once a day for each folder. It has no owner. */
export async function reportStrayUpload(
  { key, execution, now }: StrayUploadEvent,
  { ledger, notifier }: Pick<NotifyPorts, 'ledger' | 'notifier'>,
): Promise<OutcomeNotification> {
  const upload = strayUpload(key);
  if (!upload) return { sent: 0, failed: [] };
  // The files of a folder start executions at the same time: the one that gets this lease reports the folder, and may
  // retry. No workspace has a name with a space.
  const lease = await ledger.takeLease({
    workspace: `stray upload ${hashId(upload.place)}`,
    holder: execution,
    now,
    duration: REPORT_INTERVAL,
  });
  if (lease.kind === 'held-elsewhere') return { sent: 0, failed: [] };
  const { failed } = await notifier.notify(undefined, strayUploadMessage(upload));
  return { sent: 1, failed: failed.map(({ contact, reason }) => `${contact}: ${reason}`) };
}
