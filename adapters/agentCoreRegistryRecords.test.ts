import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { describe, expect, it } from 'vitest';
import { CREDENTIALS, startEmulator } from '../local/agentcore/testing/emulator.ts';
import { AgentCoreRegistryRecords } from './agentCoreRegistryRecords.ts';

/** A registry that approves by itself, and what reads it. */
async function openRegistry() {
  const { agentCore, control, clock } = await startEmulator();
  const { registryArn = '' } = await control.createRegistry({
    name: 'tools',
    approvalConfiguration: { autoApproval: true },
  });
  const registryId = registryArn.slice(registryArn.lastIndexOf('/') + 1);
  await clock.advance(10_000);
  const client = new BedrockAgentCoreControlClient({
    endpoint: agentCore.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  const create = async (names: readonly string[], descriptorType: 'MCP' | 'CUSTOM', content: string) => {
    const part = { inlineContent: content };
    const descriptors = descriptorType === 'MCP' ? { mcp: { server: part } } : { custom: part };
    const created = await Promise.all(
      names.map((name) => control.createRegistryRecord({ registryId, name, descriptorType, descriptors })),
    );
    return created.map(({ recordArn = '' }) => recordArn.slice(recordArn.lastIndexOf('/') + 1));
  };
  const submit = async (ids: readonly string[]) => {
    await clock.advance(60_000);
    for (const recordId of ids) await control.submitRegistryRecordForApproval({ registryId, recordId });
  };
  return { registryId, records: new AgentCoreRegistryRecords(client), create, submit };
}

describe('the records of a registry', () => {
  it('are listed to the last page: those that are approved and describe MCP servers', async () => {
    const { registryId, records, create, submit } = await openRegistry();
    const names = Array.from({ length: 101 }, (_, index) => `server-${index}`);
    const servers = await create(names, 'MCP', '{}');
    await create(['draft'], 'MCP', '{}');
    await submit([...servers, ...(await create(['other'], 'CUSTOM', '{}'))]);
    const listing = await records.listApprovedServers(registryId);
    if (listing.kind !== 'listed') throw new Error(listing.code);
    expect(listing.records.map(({ recordId }) => recordId).sort()).toEqual([...servers].sort());
    for (const { version, createdAt, updatedAt } of listing.records) {
      expect(version).not.toBe('');
      expect(updatedAt).toBeGreaterThan(createdAt);
    }
  });

  it('are read with their version, and without halves of characters', async () => {
    const { registryId, records, create } = await openRegistry();
    const [recordId = ''] = await create(['torn'], 'CUSTOM', 'half \ud800');
    expect(await records.get({ registryId, recordId })).toMatchObject({
      name: 'torn',
      version: '1',
      descriptors: { custom: { inlineContent: 'half \ufffd' } },
    });
    expect(await records.get({ registryId, recordId: 'AbCdEf123456' })).toBeUndefined();
    const refused = records.get({ registryId, recordId: 'no id' });
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException', retryable: false });
  });

  it("of a registry that is not there are told to be unreadable, with the service's reason", async () => {
    const { records } = await openRegistry();
    const listing = await records.listApprovedServers('AbCdEf123456');
    expect(listing).toEqual({ kind: 'unreadable', code: 'ResourceNotFoundException', transient: false });
  });
});
