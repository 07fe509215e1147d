import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import type { NotifyEvent } from './notifyEvent.ts';
import { notifyOutcome } from './notifyOutcome.ts';
import { type OpenedRequests, openRequests } from './openRequests.ts';
import { type RequestWorkflowStep, sendReminders } from './sendReminders.ts';
import { storeTaskToken } from './storeTaskToken.ts';

export interface NotifyPorts {
  readonly ledger: Ledger;
  readonly specBucket: DocumentStore;
  readonly events: Events;
  readonly notifier: Notifier;
  readonly waitingTasks: TaskCallbacks;
  /** Where the pages for people are; durable links are `<authorizationUrl>/authorizations/<id>`. */
  readonly authorizationUrl: string;
  readonly newId: () => string;
}

/** What was told, for the execution's history. */
export interface Notified {
  /** Messages that went out. */
  readonly sent: number;
  /** Channels that did not take theirs, with the reason. */
  readonly failed: readonly string[];
}

export async function notify(
  event: NotifyEvent,
  ports: NotifyPorts,
): Promise<Notified | OpenedRequests | RequestWorkflowStep | null> {
  switch (event.action) {
    case 'openRequests':
      return openRequests(event, ports);
    case 'publishOutcome':
      return notifyOutcome(event, ports);
    case 'sendReminders':
      return sendReminders(event, ports);
    case 'storeTaskToken':
      await storeTaskToken(event, ports);
      return null;
  }
}
