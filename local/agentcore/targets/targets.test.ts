import { CompleteResourceTokenAuthCommand } from '@aws-sdk/client-bedrock-agentcore';
import { describe, expect, it } from 'vitest';
import {
  LAMBDA_TARGET,
  MCP_TARGET,
  readyGateway,
  startEmulator,
  type TestEmulator,
} from '../testing/emulator.ts';

const accepted = { behaviors: { unreachable: 'accepted' as const } };

async function statusOf({ control }: TestEmulator, gatewayIdentifier: string, targetId: string) {
  return (await control.getGatewayTarget({ gatewayIdentifier, targetId })).status;
}

async function createTarget(emulator: TestEmulator, gatewayIdentifier: string, name: string, target: object) {
  const { targetId = '' } = await emulator.control.createGatewayTarget({
    gatewayIdentifier,
    name,
    ...(target as typeof LAMBDA_TARGET),
  });
  return targetId;
}

/** An MCP server target whose tools take a person's consent. */
async function consentTarget({ control }: TestEmulator) {
  const { credentialProviderArn: providerArn = '' } = await control.createOauth2CredentialProvider({
    name: 'github',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  return {
    ...MCP_TARGET,
    credentialProviderConfigurations: [
      {
        credentialProviderType: 'OAUTH',
        credentialProvider: {
          oauthCredentialProvider: {
            providerArn,
            scopes: ['repo'],
            grantType: 'AUTHORIZATION_CODE',
            defaultReturnUrl: 'https://example.com/return',
          },
        },
      },
    ],
  };
}

describe('a gateway target', () => {
  it('is CREATING for some seconds, then READY', async () => {
    const emulator = await startEmulator();
    const gateway = await readyGateway(emulator);
    const target = await createTarget(emulator, gateway, 'ledger', LAMBDA_TARGET);
    expect(await statusOf(emulator, gateway, target)).toBe('CREATING');
    await emulator.clock.advance(3999);
    expect(await statusOf(emulator, gateway, target)).toBe('CREATING');
    await emulator.clock.advance(8001);
    expect(await statusOf(emulator, gateway, target)).toBe('READY');
  });

  it('of an MCP server is synchronised by its creation and by a call', async () => {
    const emulator = await startEmulator(accepted);
    const { control, clock } = emulator;
    const gateway = await readyGateway(emulator);
    const targetId = await createTarget(emulator, gateway, 'issues', MCP_TARGET);
    await clock.advance(12_000);
    const before = await control.getGatewayTarget({ gatewayIdentifier: gateway, targetId });
    expect(before).toMatchObject({ status: 'READY', lastSynchronizedAt: expect.any(Date) });
    const { targets } = await control.synchronizeGatewayTargets({
      gatewayIdentifier: gateway,
      targetIdList: [targetId],
    });
    expect(targets?.[0]).toMatchObject({ status: 'SYNCHRONIZING' });
    await clock.advance(12_000);
    const after = await control.getGatewayTarget({ gatewayIdentifier: gateway, targetId });
    expect(after.lastSynchronizedAt?.getTime()).toBeGreaterThan(before.lastSynchronizedAt?.getTime() ?? 0);
  });

  it('that cannot be reached fails with a reason', async () => {
    const emulator = await startEmulator();
    const gateway = await readyGateway(emulator);
    const targetId = await createTarget(emulator, gateway, 'issues', MCP_TARGET);
    await emulator.clock.advance(12_000);
    expect(await emulator.control.getGatewayTarget({ gatewayIdentifier: gateway, targetId })).toMatchObject({
      status: 'FAILED',
      statusReasons: [expect.stringContaining('Failed to connect and fetch tools')],
    });
  });

  it('waits for a person, whose consent and its completion make it READY', async () => {
    const emulator = await startEmulator(accepted);
    const { control, clock, data, agentCore } = emulator;
    const gateway = await readyGateway(emulator);
    const targetId = await createTarget(emulator, gateway, 'issues', await consentTarget(emulator));
    const pending = await control.getGatewayTarget({ gatewayIdentifier: gateway, targetId });
    expect(pending.status).toBe('CREATE_PENDING_AUTH');
    const { authorizationUrl = '', userId = '' } = pending.authorizationData?.oauth2 ?? {};
    await expect(control.deleteGatewayTarget({ gatewayIdentifier: gateway, targetId })).rejects.toMatchObject(
      {
        name: 'ConflictException',
      },
    );
    const sessionUri = agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    const complete = (user: string) =>
      data.send(new CompleteResourceTokenAuthCommand({ userIdentifier: { userId: user }, sessionUri }));
    await expect(complete('someone else')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await complete(userId);
    expect(await statusOf(emulator, gateway, targetId)).toBe('CREATING');
    await clock.advance(5000);
    expect(await statusOf(emulator, gateway, targetId)).toBe('READY');
    await expect(complete(userId)).rejects.toThrow(/only once/);
  });

  it('leaves five operations at a time to its gateway', async () => {
    const emulator = await startEmulator({ quotas: { ratePerSecond: {} } });
    const gateway = await readyGateway(emulator);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await createTarget(emulator, gateway, name, LAMBDA_TARGET);
    const sixth = () => createTarget(emulator, gateway, 'f', LAMBDA_TARGET);
    await expect(sixth()).rejects.toMatchObject({ name: 'ConflictException' });
    await emulator.clock.advance(12_000);
    await sixth();
  });
});
