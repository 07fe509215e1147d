import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { People } from '../../core/ports/people.ts';
import type { Documents } from '../../core/ports/specBucket.ts';
import type { WaitingTasks } from '../../core/ports/waitingTasks.ts';
import { askPeople, type Opened } from './askPeople.ts';
import { awaitAnswer } from './awaitAnswer.ts';
import type { NotifyEvent } from './notifyEvent.ts';
import { type Standing, tellDue } from './tellDue.ts';
import { tellOutcome } from './tellOutcome.ts';

export interface NotifyPorts {
  readonly ledger: Ledger;
  readonly specBucket: Documents;
  readonly events: Events;
  readonly people: People;
  readonly waitingTasks: WaitingTasks;
  /** Where the pages for people are; durable links are `<authorizationUrl>/authorizations/<id>`. */
  readonly authorizationUrl: string;
  readonly newId: () => string;
}

/** What was told, for the execution's history. */
export interface Notified {
  /** Messages that went out. */
  readonly told: number;
  /** Channels that did not take theirs, with the reason. */
  readonly failed: readonly string[];
}

export async function notify(
  event: NotifyEvent,
  ports: NotifyPorts,
): Promise<Notified | Opened | Standing | null> {
  switch (event.tell) {
    case 'requests':
      return askPeople(event, ports);
    case 'outcome':
      return tellOutcome(event, ports);
    case 'due':
      return tellDue(event, ports);
    case 'wait':
      await awaitAnswer(event, ports);
      return null;
  }
}
