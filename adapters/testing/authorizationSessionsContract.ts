import { describe, expect, it } from 'vitest';
import type { AuthorizationSessions } from '../../core/ports/authorizationSessions.ts';

export interface OpenedAuthorizationSessions {
  readonly sessions: AuthorizationSessions;
  /** Opens an authorization session, as the service does for a target that waits for a person's consent. */
  openSession(): Promise<{ readonly sessionUri: string; readonly userId: string }>;
  /** Ends a session: the person consents or declines, or the session expires. */
  end(sessionUri: string, state: 'granted' | 'denied' | 'expired'): Promise<void>;
  /** Makes the service throttle the next call. */
  throttle(): void;
}

/** The behavior of every port for authorization sessions. `open` opens one for each test. */
export function describeAuthorizationSessionsContract(
  name: string,
  open: () => Promise<OpenedAuthorizationSessions>,
): void {
  describe(name, () => {
    it('completes a granted session once', async () => {
      const { sessions, openSession, end } = await open();
      const { sessionUri, userId } = await openSession();
      await end(sessionUri, 'granted');
      expect(await sessions.complete(sessionUri, userId)).toEqual({ kind: 'accepted' });
      expect(await sessions.complete(sessionUri, userId)).toMatchObject({
        kind: 'rejected',
        code: 'AccessDeniedException',
        transient: false,
      });
    });

    it.each(['denied', 'expired', 'open'] as const)(
      'does not complete a session whose state is %s',
      async (state) => {
        const { sessions, openSession, end } = await open();
        const { sessionUri, userId } = await openSession();
        if (state !== 'open') await end(sessionUri, state);
        expect(await sessions.complete(sessionUri, userId)).toMatchObject({
          kind: 'rejected',
          code: 'AccessDeniedException',
          transient: false,
        });
      },
    );

    it('does not complete a session for another user', async () => {
      const { sessions, openSession, end } = await open();
      const { sessionUri, userId } = await openSession();
      await end(sessionUri, 'granted');
      expect(await sessions.complete(sessionUri, 'another')).toMatchObject({
        kind: 'rejected',
        code: 'AccessDeniedException',
      });
      expect(await sessions.complete(sessionUri, userId)).toEqual({ kind: 'accepted' });
    });

    it('rejects an unknown session', async () => {
      const { sessions } = await open();
      const unknown = 'urn:ietf:params:oauth:request_uri:unknown';
      expect(await sessions.complete(unknown, 'ada')).toMatchObject({
        kind: 'rejected',
        code: 'AccessDeniedException',
      });
    });

    it('reports throttling as transient', async () => {
      const { sessions, openSession, end, throttle } = await open();
      const { sessionUri, userId } = await openSession();
      await end(sessionUri, 'granted');
      throttle();
      expect(await sessions.complete(sessionUri, userId)).toMatchObject({
        kind: 'rejected',
        code: 'ThrottlingException',
        transient: true,
      });
      expect(await sessions.complete(sessionUri, userId)).toEqual({ kind: 'accepted' });
    });
  });
}
