import { describe, expect, it } from 'vitest';
import type { Behaviors } from '../settings/behaviors.ts';
import {
  completeConsent,
  createConsentTarget,
  LAMBDA_TARGET,
  MCP_TARGET,
  readyGateway,
  startEmulator,
} from '../testing/emulator.ts';

const LIFETIME = 10 * 60_000;

async function pendingTarget(behaviors: Partial<Behaviors>) {
  const emulator = await startEmulator({
    behaviors: { unreachable: 'accepted', ...behaviors },
    quotas: { ratePerSecond: {}, concurrentOperationsPerGateway: 1 },
  });
  const { control } = emulator;
  const gatewayIdentifier = await readyGateway(emulator);
  const { targetId = '' } = await control.createGatewayTarget({
    gatewayIdentifier,
    name: 'issues',
    ...(await createConsentTarget(emulator)),
  });
  return { ...emulator, ids: { gatewayIdentifier, targetId } };
}

type Pending = Awaited<ReturnType<typeof pendingTarget>>;

async function linkOf({ control, ids }: Pending): Promise<string> {
  const { authorizationData } = await control.getGatewayTarget(ids);
  return authorizationData?.oauth2?.authorizationUrl ?? '';
}

const statusOf = async ({ control, ids }: Pending) => (await control.getGatewayTarget(ids)).status;

describe('expiredLink', () => {
  it('staysPending: keeps a target pending after its link has expired', async () => {
    const pending = await pendingTarget({ expiredLink: 'staysPending' });
    await pending.clock.advance(24 * 3_600_000);
    expect(await statusOf(pending)).toBe('CREATE_PENDING_AUTH');
  });

  it('fails: fails a target with a reason, expiredLinkFailsAfter milliseconds after its link has expired', async () => {
    const pending = await pendingTarget({ expiredLink: 'fails', expiredLinkFailsAfter: 5000 });
    await pending.clock.advance(LIFETIME + 4999);
    expect(await statusOf(pending)).toBe('CREATE_PENDING_AUTH');
    await pending.clock.advance(1);
    expect(await pending.control.getGatewayTarget(pending.ids)).toMatchObject({
      status: 'FAILED',
      statusReasons: [
        'OAuth User_Federation authorization timed out. The gateway owner did not complete authorization within the allowed time.',
      ],
    });
  });

  it.each([
    ['accepted', true],
    ['rejected', false],
  ] as const)(
    'afterLinkExpiry %s: decides on an update of a target that failed so',
    async (afterLinkExpiry, isAccepted) => {
      const pending = await pendingTarget({
        expiredLink: 'fails',
        expiredLinkFailsAfter: 0,
        afterLinkExpiry,
      });
      await pending.clock.advance(LIFETIME);
      const update = pending.control.updateGatewayTarget({ ...pending.ids, ...MCP_TARGET });
      expect(await update.then(Boolean, () => false)).toBe(isAccepted);
    },
  );
});

describe('reissueLinks', () => {
  it('never: returns the same link at every read', async () => {
    const pending = await pendingTarget({ reissueLinks: 'never' });
    const link = await linkOf(pending);
    await pending.clock.advance(LIFETIME);
    expect(await linkOf(pending)).toBe(link);
  });

  it('onRead: returns a new link at every read', async () => {
    const pending = await pendingTarget({ reissueLinks: 'onRead' });
    const link = await linkOf(pending);
    const { items } = await pending.control.listGatewayTargets(pending.ids);
    expect(items?.[0]?.authorizationData?.oauth2?.authorizationUrl).not.toBe(link);
  });

  it('onRead: accepts the consent through a link that a read has replaced', async () => {
    const pending = await pendingTarget({ reissueLinks: 'onRead' });
    const { authorizationData } = await pending.control.getGatewayTarget(pending.ids);
    const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
    expect(await linkOf(pending)).not.toBe(authorizationUrl);
    const sessionUri = pending.agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
    await completeConsent(pending, userId, sessionUri);
    await pending.clock.advance(5000);
    expect(await statusOf(pending)).toBe('READY');
  });

  it('afterExpiry: returns a new link for the same user once the old one has expired', async () => {
    const pending = await pendingTarget({ reissueLinks: 'afterExpiry', expiredLink: 'fails' });
    const before = await pending.control.getGatewayTarget(pending.ids);
    expect(await linkOf(pending)).toBe(before.authorizationData?.oauth2?.authorizationUrl);
    await pending.clock.advance(LIFETIME);
    const after = await pending.control.getGatewayTarget(pending.ids);
    expect(after.authorizationData?.oauth2?.authorizationUrl).not.toBe(
      before.authorizationData?.oauth2?.authorizationUrl,
    );
    expect(after.authorizationData?.oauth2?.userId).toBe(before.authorizationData?.oauth2?.userId);
    // The expiry of the old link no longer fails the target.
    await pending.clock.advance(LIFETIME - 1);
    expect(await statusOf(pending)).toBe('CREATE_PENDING_AUTH');
  });
});

describe('behaviors of a target that awaits authorization', () => {
  it.each([
    [true, 'DELETING'],
    [false, 'CREATE_PENDING_AUTH'],
  ])(
    'deleteWhilePending %s: the status after a deletion request is %s',
    async (deleteWhilePending, status) => {
      const pending = await pendingTarget({ deleteWhilePending });
      await pending.control.deleteGatewayTarget(pending.ids).catch(() => {});
      expect(await statusOf(pending)).toBe(status);
    },
  );

  it.each([true, false])(
    'pendingHoldsSlot %s: decides whether it counts as a concurrent operation',
    async (pendingHoldsSlot) => {
      const { control, ids } = await pendingTarget({ pendingHoldsSlot });
      const other = control.createGatewayTarget({ ...ids, name: 'ledger', ...LAMBDA_TARGET });
      expect(await other.then(Boolean, () => false)).toBe(!pendingHoldsSlot);
    },
  );

  it.each([
    ['working', 'CREATING'],
    ['staysPending', 'CREATE_PENDING_AUTH'],
  ] as const)(
    'afterConsent %s: the status is %s between the consent and the end',
    async (afterConsent, status) => {
      const pending = await pendingTarget({ afterConsent });
      const { authorizationData } = await pending.control.getGatewayTarget(pending.ids);
      const { authorizationUrl = '', userId = '' } = authorizationData?.oauth2 ?? {};
      const sessionUri = pending.agentCore.consent(authorizationUrl).searchParams.get('session_id') ?? '';
      await completeConsent(pending, userId, sessionUri);
      expect(await statusOf(pending)).toBe(status);
      await pending.clock.advance(5000);
      expect(await statusOf(pending)).toBe('READY');
    },
  );
});

describe('other behaviors', () => {
  it('noFreeSlot: sets the error when no concurrent operation is free', async () => {
    const emulator = await startEmulator({
      behaviors: { noFreeSlot: 'ThrottlingException' },
      quotas: { ratePerSecond: {}, concurrentOperationsPerGateway: 0 },
    });
    const gatewayIdentifier = await readyGateway(emulator);
    await expect(
      emulator.control.createGatewayTarget({ gatewayIdentifier, name: 'a', ...LAMBDA_TARGET }),
    ).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('synchronizeHoldsSlot: decides whether a synchronization counts as a concurrent operation', async () => {
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

  it('afterFailedUpdate: decides which configuration Get returns after a failed update', async () => {
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
