import { createConsentTarget, readyGateway, startEmulator } from '../local/agentcore/testing/emulator.ts';
import { AgentCoreAuthorizationSessions } from './agentCoreAuthorizationSessions.ts';
import { describeAuthorizationSessionsContract } from './testing/authorizationSessionsContract.ts';

/** Longer than the service's links are valid. */
const LINK_LIFETIME_MS = 11 * 60_000;

describeAuthorizationSessionsContract('AgentCoreAuthorizationSessions', async () => {
  const emulator = await startEmulator({ behaviors: { unreachable: 'accepted' } });
  const { agentCore, control, clock, data } = emulator;
  const urls = new Map<string, string>();
  return {
    sessions: new AgentCoreAuthorizationSessions(data),
    openSession: async () => {
      const { authorizationData } = await control.createGatewayTarget({
        gatewayIdentifier: await readyGateway(emulator),
        name: 'issues',
        ...(await createConsentTarget(emulator)),
      });
      const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
      const sessionUri = new URL(authorizationUrl).searchParams.get('request_uri') ?? '';
      urls.set(sessionUri, authorizationUrl);
      return { sessionUri, userId };
    },
    end: async (sessionUri, state) => {
      if (state === 'expired') await clock.advance(LINK_LIFETIME_MS);
      else agentCore.consent(urls.get(sessionUri) ?? '', state === 'granted' ? 'grant' : 'deny');
    },
    throttle: () => agentCore.setFaults([{ fault: 'throttle', times: 1 }]),
  };
});
