import { describe, expect, it } from 'vitest';
import type { AuthorizationSessions } from '../../core/ports/authorizationSessions.ts';

export interface OpenedAuthorizationSessions {
  readonly consents: AuthorizationSessions;
  /** Opens the session of a consent, as the service does for a target that awaits a person. */
  openSession(): Promise<{ readonly sessionUri: string; readonly userId: string }>;
  /** The person consents, declines, or lets the session expire. */
  end(sessionUri: string, state: 'granted' | 'denied' | 'expired'): Promise<void>;
  /** The next call is throttled. */
  throttle(): void;
}

/** What every data plane does with consents. Each test opens one of its own. */
export function describeAuthorizationSessionsContract(
  name: string,
  open: () => Promise<OpenedAuthorizationSessions>,
): void {
  describe(name, () => {
    it('completes the session of a person who consented, once', async () => {
      const { consents, openSession, end } = await open();
      const { sessionUri, userId } = await openSession();
      await end(sessionUri, 'granted');
      expect(await consents.complete(sessionUri, userId)).toEqual({ kind: 'accepted' });
      expect(await consents.complete(sessionUri, userId)).toMatchObject({
        kind: 'rejected',
        code: 'ValidationException',
        transient: false,
      });
    });

    it.each(['denied', 'expired', undefined] as const)(
      'completes no session that is %s in place of granted',
      async (state) => {
        const { consents, openSession, end } = await open();
        const { sessionUri, userId } = await openSession();
        if (state) await end(sessionUri, state);
        expect(await consents.complete(sessionUri, userId)).toMatchObject({
          kind: 'rejected',
          code: 'ValidationException',
          transient: false,
        });
      },
    );

    it('completes no session for another user', async () => {
      const { consents, openSession, end } = await open();
      const { sessionUri, userId } = await openSession();
      await end(sessionUri, 'granted');
      expect(await consents.complete(sessionUri, 'another')).toMatchObject({
        kind: 'rejected',
        code: 'AccessDeniedException',
      });
      expect(await consents.complete(sessionUri, userId)).toEqual({ kind: 'accepted' });
    });

    it('knows no session that was never opened', async () => {
      const { consents } = await open();
      const unknown = 'urn:ietf:params:oauth:request_uri:unknown';
      expect(await consents.complete(unknown, 'ada')).toMatchObject({
        kind: 'rejected',
        code: 'ResourceNotFoundException',
      });
    });

    it('gives throttling back as something to try again', async () => {
      const { consents, openSession, end, throttle } = await open();
      const { sessionUri, userId } = await openSession();
      await end(sessionUri, 'granted');
      throttle();
      expect(await consents.complete(sessionUri, userId)).toMatchObject({
        kind: 'rejected',
        code: 'ThrottlingException',
        transient: true,
      });
      expect(await consents.complete(sessionUri, userId)).toEqual({ kind: 'accepted' });
    });
  });
}
