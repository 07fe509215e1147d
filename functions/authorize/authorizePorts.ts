import type { AnswersFrom } from '../../core/authorization/visitor.ts';
import type { Consents } from '../../core/ports/consents.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { WaitingTasks } from '../../core/ports/waitingTasks.ts';

export interface AuthorizePorts {
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
  readonly consents: Consents;
  readonly events: Events;
  readonly waitingTasks: WaitingTasks;
  /** Where the pages are, without a slash at the end. */
  readonly authorizationUrl: string;
  /** Whose answers count; `owners` needs a login in front of the pages. */
  readonly answersFrom: AnswersFrom;
  /** A secret for a browser: 256 random bits in hex. */
  readonly newSecret: () => string;
}
