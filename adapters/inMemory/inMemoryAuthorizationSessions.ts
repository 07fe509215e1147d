import type { AuthorizationSessions } from '../../core/ports/authorizationSessions.ts';
import type { CallResult } from '../../core/ports/controlPlane.ts';
import { CallScript } from './callScript.ts';
import { answerOf, ServiceError } from './serviceError.ts';

type SessionState = 'open' | 'granted' | 'denied' | 'expired' | 'completed';

interface Session {
  readonly userId: string;
  readonly state: SessionState;
}

/** Authorization sessions in memory, for tests of steps. */
export class InMemoryAuthorizationSessions implements AuthorizationSessions {
  readonly script = new CallScript<AuthorizationSessions>();
  readonly #sessions = new Map<string, Session>();

  /** Opens a session for a user, as the service does. */
  open(sessionUri: string, userId: string): void {
    this.#sessions.set(sessionUri, { userId, state: 'open' });
  }

  /** Ends a session: the person consents or declines, or it expires. @throws RangeError if the session is not open */
  end(sessionUri: string, state: 'granted' | 'denied' | 'expired'): void {
    const session = this.#sessions.get(sessionUri);
    if (session?.state !== 'open') throw new RangeError(`The session ${sessionUri} is not open.`);
    this.#sessions.set(sessionUri, { ...session, state });
  }

  stateOf(sessionUri: string): SessionState | undefined {
    return this.#sessions.get(sessionUri)?.state;
  }

  complete(sessionUri: string, userId: string): Promise<CallResult> {
    return answerOf(
      this.script.run('complete', [sessionUri, userId], () => {
        const session = this.#sessions.get(sessionUri);
        // The service has one answer for each reason.
        if (session?.userId !== userId || session.state !== 'granted')
          throw new ServiceError('AccessDeniedException', 'Invalid or expired session');
        this.#sessions.set(sessionUri, { ...session, state: 'completed' });
        return { kind: 'accepted' };
      }),
    );
  }
}
