import { startEmulator } from '../local/agentcore/testing/emulator.ts';
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
