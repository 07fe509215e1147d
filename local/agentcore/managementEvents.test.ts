import { describe, expect, it } from 'vitest';
import type { ServiceEvent } from './eventOutbox.ts';
import { startEmulator } from './testing/emulator.ts';

describe('ManagementEvents', () => {
  it('names the service of each call, since two have a CreateRegistry, and tells no description', async () => {
    const events: ServiceEvent[] = [];
    const { control, registry, clock } = await startEmulator({
      publish: (event) => void events.push(event),
      trail: { roles: {} },
    });
    const input = { name: 'tools', description: 'of the payments team' };
    const old = await control.createRegistry(input);
    const { registryArn } = await registry.createRegistry(input);
    await registry.getRegistry({ registryId: registryArn });
    await clock.advance(1);
    const calls = events.filter(({ detailType }) => detailType === 'AWS API Call via CloudTrail');
    expect(calls).toMatchObject([
      {
        source: 'aws.bedrock-agentcore',
        detail: {
          eventSource: 'bedrock-agentcore.amazonaws.com',
          eventName: 'CreateRegistry',
          responseElements: { registryArn: old.registryArn },
        },
      },
      {
        source: 'aws.agent-registry',
        detail: {
          eventSource: 'agent-registry.amazonaws.com',
          eventName: 'CreateRegistry',
          requestParameters: { name: 'tools' },
          responseElements: { registryArn },
        },
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain('payments team');
  });
});
