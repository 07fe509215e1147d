import { describe, expect, it } from 'vitest';
import type { Behaviors } from '../settings/behaviors.ts';
import {
  LAMBDA_TARGET,
  MCP_TARGET,
  readyGateway,
  startEmulator,
  type TestEmulator,
} from '../testing/emulator.ts';

const LIFETIME = 10 * 60_000;

async function pendingTarget(switches: Partial<Behaviors>) {
  const emulator = await startEmulator({
    behaviors: { unreachable: 'accepted', ...switches },
    quotas: { ratePerSecond: {}, concurrentOperationsPerGateway: 1 },
  });
  const { control } = emulator;
  const gatewayIdentifier = await readyGateway(emulator);
  const { credentialProviderArn: providerArn = '' } = await control.createOauth2CredentialProvider({
    name: 'github',
    credentialProviderVendor: 'GithubOauth2',
    oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush' } },
  });
  const { targetId = '' } = await control.createGatewayTarget({
    gatewayIdentifier,
    name: 'issues',
    ...MCP_TARGET,
    credentialProviderConfigurations: [
      {
        credentialProviderType: 'OAUTH',
        credentialProvider: {
          oauthCredentialProvider: { providerArn, scopes: [], grantType: 'AUTHORIZATION_CODE' },
        },
      },
    ],
  });
  return { ...emulator, ids: { gatewayIdentifier, targetId } };
}

type Pending = Awaited<ReturnType<typeof pendingTarget>>;

async function linkOf({ control, ids }: Pending): Promise<string> {
  const { authorizationData } = await control.getGatewayTarget(ids);
  return authorizationData?.oauth2?.authorizationUrl ?? '';
}

const statusOf = async ({ control, ids }: Pending) => (await control.getGatewayTarget(ids)).status;

describe('a target whose link lapses', () => {
  it('stays pending, where that is what the service does', async () => {
    const pending = await pendingTarget({ expiredLink: 'staysPending' });
    await pending.clock.advance(24 * 3_600_000);
    expect(await statusOf(pending)).toBe('CREATE_PENDING_AUTH');
  });

  it('fails some time later with a reason, where that is what the service does', async () => {
    const pending = await pendingTarget({ expiredLink: 'fails', expiredLinkFailsAfter: 5000 });
    await pending.clock.advance(LIFETIME + 4999);
    expect(await statusOf(pending)).toBe('CREATE_PENDING_AUTH');
    await pending.clock.advance(1);
    expect(await pending.control.getGatewayTarget(pending.ids)).toMatchObject({
      status: 'FAILED',
      statusReasons: [expect.stringContaining('expired')],
    });
  });

  it.each([
    ['accepted', true],
    ['refused', false],
  ] as const)('can be updated afterwards only if that is %s', async (afterLapse, isAccepted) => {
    const pending = await pendingTarget({
      expiredLink: 'fails',
      expiredLinkFailsAfter: 0,
      afterLinkExpiry: afterLapse,
    });
    await pending.clock.advance(LIFETIME);
    const update = pending.control.updateGatewayTarget({ ...pending.ids, ...MCP_TARGET });
    expect(await update.then(Boolean, () => false)).toBe(isAccepted);
  });
});

describe('the link of a pending target', () => {
  it('is the same at every read, where links are never issued again', async () => {
    const pending = await pendingTarget({ reissueLinks: 'never' });
    const link = await linkOf(pending);
    await pending.clock.advance(LIFETIME);
    expect(await linkOf(pending)).toBe(link);
  });

  it('is another at every read, where each read issues one', async () => {
    const pending = await pendingTarget({ reissueLinks: 'onRead' });
    const link = await linkOf(pending);
    const { items } = await pending.control.listGatewayTargets(pending.ids);
    expect(items?.[0]?.authorizationData?.oauth2?.authorizationUrl).not.toBe(link);
  });

  it('counts even when a read has issued another since', async () => {
    const pending = await pendingTarget({ reissueLinks: 'onRead' });
    const { authorizationData } = await pending.control.getGatewayTarget(pending.ids);
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    expect(await linkOf(pending)).not.toBe(authorizationUrl);
    const sessionUri = pending.agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    await complete(pending, userId, sessionUri);
    await pending.clock.advance(5000);
    expect(await statusOf(pending)).toBe('READY');
  });

  it('is another once the old one has lapsed, and keeps its user', async () => {
    const pending = await pendingTarget({ reissueLinks: 'afterLapse', expiredLink: 'fails' });
    const before = await pending.control.getGatewayTarget(pending.ids);
    expect(await linkOf(pending)).toBe(before.authorizationData?.oauth2?.authorizationUrl);
    await pending.clock.advance(LIFETIME);
    const after = await pending.control.getGatewayTarget(pending.ids);
    expect(after.authorizationData?.oauth2?.authorizationUrl).not.toBe(
      before.authorizationData?.oauth2?.authorizationUrl,
    );
    expect(after.authorizationData?.oauth2?.userId).toBe(before.authorizationData?.oauth2?.userId);
    // The lapse of the old link no longer counts.
    await pending.clock.advance(LIFETIME - 1);
    expect(await statusOf(pending)).toBe('CREATE_PENDING_AUTH');
  });
});

describe('a target that waits for a person', () => {
  it.each([
    [true, 'DELETING'],
    [false, 'CREATE_PENDING_AUTH'],
  ])('can be deleted: %s', async (deleteWhilePending, status) => {
    const pending = await pendingTarget({ deleteWhilePending });
    await pending.control.deleteGatewayTarget(pending.ids).catch(() => {});
    expect(await statusOf(pending)).toBe(status);
  });

  it.each([true, false])('takes a slot of its gateway: %s', async (pendingHoldsSlot) => {
    const { control, ids } = await pendingTarget({ pendingHoldsSlot });
    const other = control.createGatewayTarget({ ...ids, name: 'ledger', ...LAMBDA_TARGET });
    expect(await other.then(Boolean, () => false)).toBe(!pendingHoldsSlot);
  });

  it.each([
    ['working', 'CREATING'],
    ['staysPending', 'CREATE_PENDING_AUTH'],
  ] as const)('is %s between the consent and the end', async (afterConsent, status) => {
    const pending = await pendingTarget({ afterConsent });
    const { authorizationData } = await pending.control.getGatewayTarget(pending.ids);
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    const sessionUri = pending.agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    await complete(pending, userId, sessionUri);
    expect(await statusOf(pending)).toBe(status);
    await pending.clock.advance(5000);
    expect(await statusOf(pending)).toBe('READY');
  });
});

describe('what else is unknown', () => {
  it('decides the error of a sixth operation', async () => {
    const emulator = await startEmulator({
      behaviors: { noFreeSlot: 'ThrottlingException' },
      quotas: { ratePerSecond: {}, concurrentOperationsPerGateway: 0 },
    });
    const gatewayIdentifier = await readyGateway(emulator);
    await expect(
      emulator.control.createGatewayTarget({ gatewayIdentifier, name: 'a', ...LAMBDA_TARGET }),
    ).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('decides whether a synchronisation takes a slot', async () => {
    for (const synchronizeHoldsSlot of [true, false]) {
      const emulator = await startEmulator({
        behaviors: { unreachable: 'accepted', synchronizeHoldsSlot },
        quotas: { ratePerSecond: {}, concurrentOperationsPerGateway: 1 },
      });
      const { control, clock } = emulator;
      const gatewayIdentifier = await readyGateway(emulator);
      const { targetId = '' } = await control.createGatewayTarget({
        gatewayIdentifier,
        name: 'a',
        ...MCP_TARGET,
      });
      await clock.advance(12_000);
      await control.synchronizeGatewayTargets({ gatewayIdentifier, targetIdList: [targetId] });
      const other = control.createGatewayTarget({ gatewayIdentifier, name: 'b', ...LAMBDA_TARGET });
      expect(await other.then(Boolean, () => false)).toBe(!synchronizeHoldsSlot);
    }
  });

  it('decides which configuration a failed update leaves', async () => {
    for (const afterFailedUpdate of ['submitted', 'previous'] as const) {
      const emulator = await startEmulator({
        behaviors: { afterFailedUpdate },
        quotas: { ratePerSecond: {} },
      });
      const { control, clock, agentCore } = emulator;
      const gatewayIdentifier = await readyGateway(emulator);
      const { targetId = '' } = await control.createGatewayTarget({
        gatewayIdentifier,
        name: 'a',
        ...LAMBDA_TARGET,
      });
      await clock.advance(12_000);
      agentCore.setFaults([{ fault: 'fail' }]);
      await control.updateGatewayTarget({ gatewayIdentifier, targetId, ...MCP_TARGET });
      await clock.advance(12_000);
      const target = await control.getGatewayTarget({ gatewayIdentifier, targetId });
      expect(target.status).toBe('UPDATE_UNSUCCESSFUL');
      expect(Boolean(target.targetConfiguration?.mcp?.lambda)).toBe(afterFailedUpdate === 'previous');
    }
  });
});

async function complete({ data }: TestEmulator, userId: string, sessionUri: string): Promise<void> {
  const { CompleteResourceTokenAuthCommand } = await import('@aws-sdk/client-bedrock-agentcore');
  await data.send(new CompleteResourceTokenAuthCommand({ userIdentifier: { userId }, sessionUri }));
}
