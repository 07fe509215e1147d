import { HttpResponse } from '@smithy/core/protocols';
import { expect, it } from 'vitest';
import { startEmulator } from '../local/agentcore/testing/emulator.ts';
import { AgentRegistryControlClient } from './agentRegistry/index.ts';
import { AgentRegistryRecords } from './agentRegistryRecords.ts';
import { describeRegistryRecordsContract } from './testing/registryRecordsContract.ts';

const OPERATIONS = {
  get: 'AgentRegistry.GetRegistryRecord',
  listServers: 'AgentRegistry.ListRegistryRecords',
  updateStatus: 'AgentRegistry.UpdateRegistryRecordStatus',
};

describeRegistryRecordsContract('AgentRegistryRecords', async () => {
  const { agentCore, registry, clock } = await startEmulator();
  const { registryArn = '' } = await registry.createRegistry({ name: 'tools' });
  const registryId = registryArn.slice(registryArn.lastIndexOf('/') + 1);
  await clock.advance(10_000);
  return {
    registryId,
    records: new AgentRegistryRecords(registry),
    add: async (names, recordType, content, status) => {
      const part = { data: content };
      const descriptors = recordType === 'MCP' ? { mcpServer: part } : { custom: part };
      const created = await Promise.all(
        names.map((name) => registry.createRegistryRecord({ registryId, name, recordType, descriptors })),
      );
      const ids = created.map(({ recordArn = '' }) => recordArn.slice(recordArn.lastIndexOf('/') + 1));
      await clock.advance(60_000);
      for (const recordId of ids) {
        if (status === 'DRAFT') continue;
        await registry.submitRegistryRecordForApproval({ registryId, recordId });
        if (status === 'APPROVED')
          await registry.updateRegistryRecordStatus({
            registryId,
            recordId,
            status,
            statusReason: 'Reviewed.',
          });
      }
      return ids;
    },
    throttle: (method) =>
      agentCore.setFaults([{ fault: 'throttle', operation: OPERATIONS[method], times: 1 }]),
  };
});

// The emulator has no skill packages.
it('AgentRegistryRecords: reads the checksum of a skill package, and no link to download it', async () => {
  const answer = {
    name: 'search',
    recordType: 'SKILL',
    descriptors: {},
    status: 'PENDING_APPROVAL',
    recordVersion: '1',
    updatedAt: '2026-01-01T00:00:00Z',
    artifact: { sha256: 'a'.repeat(64), downloadUrl: 'https://example.com/package?signature=secret' },
  };
  const client = new AgentRegistryControlClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    requestHandler: {
      handle: async () => ({
        response: new HttpResponse({ statusCode: 200, body: Buffer.from(JSON.stringify(answer)) }),
      }),
    },
  });
  const id = { registryId: 'Registry0001', recordId: 'Record000001' };
  expect(await new AgentRegistryRecords(client).get(id)).toEqual({
    ...id,
    name: 'search',
    recordType: 'SKILL',
    descriptors: {},
    status: 'PENDING_APPROVAL',
    version: '1',
    updatedAt: Date.UTC(2026, 0, 1),
    packageSha256: 'a'.repeat(64),
  });
});
