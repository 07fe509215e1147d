import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifestOf, type System, startSystem, uploadWorkspace } from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.close());

describe('behaviors of the service that only some have seen', () => {
  it('deletedTargetsHoldGateway: deletes a gateway that counts its deleted targets for two minutes', async () => {
    system.gateloop.agentCore.setBehaviors({ deletedTargetsHoldGateway: 120_000 });
    uploadWorkspace(system, 'held', ['one'], { settings: '{ prune: true }' });
    await system.settle();
    const owners = 'owners: { default: { email: owner@example.com } }';
    system.upload('held', 'manifest.yaml', `${owners}\nsettings: { prune: true }\n`);
    await system.settle();
    system.gateloop.agentCore.setBehaviors({ deletedTargetsHoldGateway: 0 });
    expect(system.outcome('held')).toMatchObject({ outcome: 'ready', resources: [] });
  });

  it.each([
    ['removalOnly', 'ready'],
    ['accepted', 'ready'],
    ['rejected', 'failed'],
  ] as const)(
    'supportedVersionsChange %s: an upload with one version less ends as %s',
    async (supportedVersionsChange, outcome) => {
      const workspace = `versions-${supportedVersionsChange.toLowerCase()}`;
      const manifest = manifestOf([], { gateway: workspace });
      const before = manifest.replace("['2025-11-25']", "['2025-06-18', '2025-11-25']");
      system.gateloop.agentCore.setBehaviors({ supportedVersionsChange });
      system.upload(workspace, 'manifest.yaml', before.replace(/ {4}targets:\n/, ''));
      await system.settle();
      expect(system.outcome(workspace).outcome).toBe('ready');
      system.upload(workspace, 'manifest.yaml', manifest.replace(/ {4}targets:\n/, ''));
      await system.settle();
      expect(system.outcome(workspace).outcome).toBe(outcome);
    },
  );
});
