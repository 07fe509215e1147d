import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { People } from '../../core/ports/people.ts';
import type { SpecBucket } from '../../core/ports/specBucket.ts';
import { askPeople } from './askPeople.ts';
import type { NotifyEvent } from './notifyEvent.ts';
import { tellOutcome } from './tellOutcome.ts';

export interface NotifyPorts {
  readonly ledger: Ledger;
  readonly specBucket: SpecBucket;
  readonly events: Events;
  readonly people: People;
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

export function notify(event: NotifyEvent, ports: NotifyPorts): Promise<Notified> {
  return event.tell === 'requests' ? askPeople(event, ports) : tellOutcome(event, ports);
}
