import { type Fixture, type OperationContract, waitForStatus } from './contract.ts';
import { completeConsent, idsOf, pending } from './gatewayTargets.ts';
import type { Subject } from './subject.ts';

async function granted(subject: Subject): Promise<Fixture> {
  const fixture = await pending(subject);
  subject.emulator?.agentCore.consent(fixture.authorizationUrl ?? '');
  return fixture;
}

const completion = ({ authorizationUrl = '', userId = '' }: Fixture) => ({
  userIdentifier: { userId },
  sessionUri: new URL(authorizationUrl).searchParams.get('request_uri'),
});
const invalidSession = { code: 'AccessDeniedException', message: /^Invalid or expired session$/ };

export const consentContracts: readonly OperationContract[] = [
  {
    operation: 'CompleteResourceTokenAuth',
    accepted: [
      {
        title: 'the user and session of a consent, and makes the target READY',
        needsEmulator: true,
        setUp: granted,
        input: completion,
        verify: async (subject, _response, fixture) => {
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(fixture), 'READY');
        },
      },
    ],
    rejected: [
      {
        title: 'an unknown session',
        input: {
          userIdentifier: { userId: 'someone' },
          sessionUri: 'urn:ietf:params:oauth:request_uri:unknown',
        },
        needsEmulator: true,
        expectedError: invalidSession,
      },
      {
        title: 'a session with an invalid format',
        input: { userIdentifier: { userId: 'someone' }, sessionUri: 'https://example.com' },
        expectedError: { code: 'ValidationException' },
      },
      {
        title: 'another user',
        needsEmulator: true,
        setUp: granted,
        input: (fixture: Fixture) => ({ ...completion(fixture), userIdentifier: { userId: 'someone-else' } }),
        expectedError: invalidSession,
      },
      {
        title: 'a session without consent',
        needsEmulator: true,
        setUp: pending,
        input: completion,
        expectedError: invalidSession,
      },
      {
        title: 'a session that the user declined',
        needsEmulator: true,
        setUp: async (subject) => {
          const fixture = await pending(subject);
          subject.emulator?.agentCore.consent(fixture.authorizationUrl ?? '', 'deny');
          return fixture;
        },
        input: completion,
        expectedError: invalidSession,
      },
      {
        title: 'an expired session',
        needsEmulator: true,
        setUp: async (subject) => {
          const fixture = await granted(subject);
          await subject.emulator?.clock.advance(10 * 60_000);
          return fixture;
        },
        input: completion,
        expectedError: invalidSession,
      },
      {
        title: 'a completed session',
        needsEmulator: true,
        setUp: async (subject) => {
          const fixture = await pending(subject);
          await completeConsent(subject, fixture);
          return fixture;
        },
        input: completion,
        expectedError: invalidSession,
      },
    ],
  },
];
