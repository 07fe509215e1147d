import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { Notifier } from '../../core/ports/notifier.ts';
import type { DocumentStore } from '../../core/ports/specBucket.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';

export interface NotifyPorts {
  readonly ledger: Ledger;
  readonly specBucket: DocumentStore;
  readonly events: Events;
  readonly notifier: Notifier;
  readonly taskCallbacks: TaskCallbacks;
  /** The base URL of the pages without a slash at the end; links are `<authorizationUrl>/authorizations/<id>`. */
  readonly authorizationUrl: string;
  /** @returns a random id of 128 bits in hex: it opens the request's page */
  readonly newId: () => string;
}
