import { describe, expect, it } from 'vitest';
import {
  completeConsent,
  createConsentTarget,
  LAMBDA_TARGET,
  MCP_TARGET,
  readyGateway,
  startEmulator,
  type TestEmulator,
} from '../testing/emulator.ts';

const unreachableAccepted = { behaviors: { unreachable: 'accepted' as const } };

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

describe('Targets', () => {
  it('creates a target in CREATING and settles it to READY within 0.58 to 0.77 seconds', async () => {
    const emulator = await startEmulator();
    const gateway = await readyGateway(emulator);
    const target = await createTarget(emulator, gateway, 'ledger', LAMBDA_TARGET);
    expect(await statusOf(emulator, gateway, target)).toBe('CREATING');
    await emulator.clock.advance(579);
    expect(await statusOf(emulator, gateway, target)).toBe('CREATING');
    await emulator.clock.advance(191);
    expect(await statusOf(emulator, gateway, target)).toBe('READY');
  });

  it('synchronizes an MCP server target at its creation and on request', async () => {
    const emulator = await startEmulator(unreachableAccepted);
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

  it('fails a target with a reason if its MCP server is unreachable', async () => {
    const emulator = await startEmulator();
    const gateway = await readyGateway(emulator);
    const targetId = await createTarget(emulator, gateway, 'issues', MCP_TARGET);
    await emulator.clock.advance(12_000);
    expect(await emulator.control.getGatewayTarget({ gatewayIdentifier: gateway, targetId })).toMatchObject({
      status: 'FAILED',
      statusReasons: [expect.stringContaining('Failed to connect and fetch tools')],
    });
  });

  it('makes a target READY after the user has consented and the client has completed the consent', async () => {
    const emulator = await startEmulator(unreachableAccepted);
    const { control, clock, agentCore } = emulator;
    const gateway = await readyGateway(emulator);
    const targetId = await createTarget(emulator, gateway, 'issues', await createConsentTarget(emulator));
    const pending = await control.getGatewayTarget({ gatewayIdentifier: gateway, targetId });
    expect(pending.status).toBe('CREATE_PENDING_AUTH');
    const { authorizationUrl = '', userId = '' } = pending.authorizationData?.oauth2 ?? {};
    await expect(control.deleteGatewayTarget({ gatewayIdentifier: gateway, targetId })).rejects.toMatchObject(
      {
        name: 'ConflictException',
      },
    );
    const sessionUri = agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    const complete = (user: string) => completeConsent(emulator, user, sessionUri);
    await expect(complete('another user')).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await complete(userId);
    expect(await statusOf(emulator, gateway, targetId)).toBe('CREATING');
    await clock.advance(5000);
    expect(await statusOf(emulator, gateway, targetId)).toBe('READY');
    await expect(complete(userId)).rejects.toThrow('Invalid or expired session');
  });

  it('rejects a sixth concurrent operation on a gateway', async () => {
    const emulator = await startEmulator({ quotas: { ratePerSecond: {} } });
    const gateway = await readyGateway(emulator);
    for (const name of ['a', 'b', 'c', 'd', 'e']) await createTarget(emulator, gateway, name, LAMBDA_TARGET);
    const sixth = () => createTarget(emulator, gateway, 'f', LAMBDA_TARGET);
    await expect(sixth()).rejects.toMatchObject({ name: 'ConflictException' });
    await emulator.clock.advance(12_000);
    await sixth();
  });
});
