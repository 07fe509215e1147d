import type { ApproverPolicy, Identity } from '../../core/authorization/approver.ts';
import { hashId } from '../../core/authorization/hashId.ts';
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

/** @returns the hash that identifies the browser in the attempts of a request */
export function browserHash({ cookie }: HttpContext): string | undefined {
  return cookie === undefined ? undefined : hashId(cookie);
}
