import { type OperationContract, waitForStatus } from './contract.ts';
import { completeConsent, idsOf, pending } from './gatewayTargets.ts';
import type { Subject } from './subject.ts';

type Given = Readonly<Record<string, string>>;

async function granted(subject: Subject): Promise<Record<string, string>> {
  const given = await pending(subject);
  subject.emulator?.agentCore.consent(given.authorizationUrl ?? '');
  return given;
}

const completion = ({ authorizationUrl = '', userId = '' }: Given) => ({
  userIdentifier: { userId },
  sessionUri: new URL(authorizationUrl).searchParams.get('request_uri'),
});
const refused = (error: string, message: RegExp) => ({ error, message });

export const consentContracts: readonly OperationContract[] = [
  {
    operation: 'CompleteResourceTokenAuth',
    accepted: [
      {
        title: 'the user and session of a consent, and the target becomes READY',
        needsEmulator: true,
        given: granted,
        input: completion,
        afterwards: async (subject, _answer, given) => {
          await waitForStatus(subject, 'GetGatewayTarget', idsOf(given), 'READY');
        },
      },
    ],
    refused: [
      {
        title: 'an unknown session',
        input: {
          userIdentifier: { userId: 'someone' },
          sessionUri: 'urn:ietf:params:oauth:request_uri:unknown',
        },
        needsEmulator: true,
        refusal: { error: 'ResourceNotFoundException' },
      },
      {
        title: 'a session of another form',
        input: { userIdentifier: { userId: 'someone' }, sessionUri: 'https://example.com' },
        refusal: { error: 'ValidationException' },
      },
      {
        title: 'another user',
        needsEmulator: true,
        given: granted,
        input: (given: Given) => ({ ...completion(given), userIdentifier: { userId: 'someone-else' } }),
        refusal: refused('AccessDeniedException', /userId/),
      },
      {
        title: 'a session whose person has not consented yet',
        needsEmulator: true,
        given: pending,
        input: completion,
        refusal: refused('ValidationException', /not consented/),
      },
      {
        title: 'a session whose person declined',
        needsEmulator: true,
        given: async (subject) => {
          const given = await pending(subject);
          subject.emulator?.agentCore.consent(given.authorizationUrl ?? '', 'deny');
          return given;
        },
        input: completion,
        refusal: refused('ValidationException', /declined/),
      },
      {
        title: 'a session that has lapsed',
        needsEmulator: true,
        given: async (subject) => {
          const given = await granted(subject);
          await subject.emulator?.clock.advance(10 * 60_000);
          return given;
        },
        input: completion,
        refusal: refused('ValidationException', /expired/),
      },
      {
        title: 'a session a second time',
        needsEmulator: true,
        given: async (subject) => {
          const given = await pending(subject);
          await completeConsent(subject, given);
          return given;
        },
        input: completion,
        refusal: refused('ValidationException', /only once/),
      },
    ],
  },
];
