import { afterAll, beforeAll, expect, it } from 'vitest';
import { type System, startSystem, toolSchema, writesIn } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

const target = (name: string) => ({
  targetConfiguration: {
    mcp: {
      lambda: {
        lambdaArn: `arn:aws:lambda:us-east-1:123456789012:function:${name}`,
        toolSchema: { inlinePayload: JSON.parse(toolSchema()) },
      },
    },
  },
  credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
});
const targets = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, target(name)]));
const settings = { prune: true, selfHeal: true };

function upload(workspace: string, gateways: object): void {
  const owners = { default: { email: `${workspace}@example.com` } };
  system.upload(workspace, 'manifest.yaml', JSON.stringify({ owners, settings, gateways }));
}

const front = (names: readonly string[], sharedWith: readonly string[]) => ({
  front: {
    roleArn: 'arn:aws:iam::123456789012:role/front',
    authorizerType: 'AWS_IAM',
    sharedWith,
    targets: targets(names),
  },
});

const many = (prefix: string) => Array.from({ length: 8 }, (_, index) => `${prefix}-${index}`);

it('two workspaces on one gateway: both become ready, each change is of its own workspace, and the deletion of the gateway waits for the guest', async () => {
  // The guest is first, so that the owner has it reconciled once the gateway is ready.
  upload('guest', { front: { sharedBy: 'platform', targets: targets(many('guest')) } });
  upload('platform', front(many('own'), ['guest']));
  await system.settle();
  for (const workspace of ['platform', 'guest']) expect(system.outcome(workspace).outcome).toBe('ready');
  expect(Object.keys(system.states('guest'))).toHaveLength(9);

  // Nothing is drift, and nothing is pruned: the scan of the fleet finds both as they were left.
  const quiet = await system.callsDuring(async () => {
    await system.reconcile('platform');
    await system.reconcile('guest');
  });
  expect(writesIn(quiet)).toEqual({});

  upload('platform', {});
  await system.settle();
  expect(
    system
      .outcome('platform')
      .resources.flatMap(({ reasons }) => reasons)
      .join(),
  ).toContain('other workspaces have targets on it: guest');
  expect(system.states('guest')).toMatchObject({ front: 'refused', 'front/guest-0': 'refused' });
  const told = system.messages('guest').join('\n');
  expect(told).toContain('The workspace platform deletes the gateway front once');
  expect(told).toContain('other workspaces have targets on it: guest');
});
