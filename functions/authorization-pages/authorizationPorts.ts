import type { ApproverPolicy, Identity } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';
import type { AuthorizationRequest, BrowserAttempt } from '../../core/authorization/request.ts';
import { attemptOf } from '../../core/authorization/requestStateMachine.ts';
import { defined } from '../../core/objects.ts';
import type { AuthorizationSessions } from '../../core/ports/authorizationSessions.ts';
import type { ControlPlane } from '../../core/ports/controlPlane.ts';
import type { Events } from '../../core/ports/events.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { TaskCallbacks } from '../../core/ports/taskCallbacks.ts';
import type { ReadableStore } from '../../core/storage/storedDocument.ts';

export interface AuthorizationPorts {
  readonly ledger: Ledger;
  readonly specBucket: ReadableStore;
  readonly controlPlane: ControlPlane;
  readonly authorizationSessions: AuthorizationSessions;
  readonly events: Events;
  readonly taskCallbacks: TaskCallbacks;
  /** The base URL of the pages, without a slash at the end. */
  readonly authorizationUrl: string;
  /** Who may decide; `owners` needs a login in front of the pages. */
  readonly answersFrom: ApproverPolicy;
  /** @returns a secret for a browser's cookie: 256 random bits in hex */
  readonly newSecret: () => string;
}

/** The HTTP request of a browser, as far as the use cases need it. */
export interface HttpContext {
  /** The time of the HTTP request, in ms since the epoch. */
  readonly now: number;
  /** The browser's secret for this authorization request; undefined for a browser without the cookie. */
  readonly cookie: string | undefined;
  /** The logged-in person; absent where the pages have no login. */
  readonly identity?: Identity;
}

/** @returns the name to store with a decision; empty where the pages have no login */
export function actor({ identity }: HttpContext): { readonly actor?: string } {
  return defined({ actor: identity?.name });
}

/** @returns the attempt of a request that this browser and person began within the last hour */
export function findAttempt(
  request: Pick<AuthorizationRequest, 'attempts'>,
  httpContext: HttpContext,
): BrowserAttempt | undefined {
  const { cookie, now } = httpContext;
  if (cookie === undefined) return undefined;
  return attemptOf(request, { browser: hashId(cookie), ...actor(httpContext) }, now);
}
