import type { ApproverPolicy } from '../../core/authorization/approver.ts';
import type { AuthorizationSessions } from '../../core/ports/authorizationSessions.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';

export interface AuthorizationPorts {
  readonly ledger: Ledger;
  readonly controlPlane: ControlPlane;
  readonly consents: AuthorizationSessions;
  readonly events: Events;
  readonly waitingTasks: TaskCallbacks;
  /** Where the pages are, without a slash at the end. */
  readonly authorizationUrl: string;
  /** Whose answers count; `owners` needs a login in front of the pages. */
  readonly answersFrom: ApproverPolicy;
  /** A secret for a browser: 256 random bits in hex. */
  readonly newSecret: () => string;
}
