import { startEmulator } from '../local/agentcore/testing/emulator.ts';
import { AgentCoreRegistryRecords } from './agentCoreRegistryRecords.ts';
import { describeRegistryRecordsContract } from './testing/registryRecordsContract.ts';

const OPERATIONS = {
  get: 'GetRegistryRecord',
  listApprovedServers: 'ListRegistryRecords',
  updateStatus: 'UpdateRegistryRecordStatus',
};

describeRegistryRecordsContract('AgentCoreRegistryRecords', async () => {
  const { agentCore, control, clock } = await startEmulator();
  const { registryArn = '' } = await control.createRegistry({ name: 'tools' });
  const registryId = registryArn.slice(registryArn.lastIndexOf('/') + 1);
  await clock.advance(10_000);
  return {
    registryId,
    records: new AgentCoreRegistryRecords(control),
    add: async (names, descriptorType, content, status) => {
      const part = { inlineContent: content };
      const descriptors = descriptorType === 'MCP' ? { mcp: { server: part } } : { custom: part };
      const created = await Promise.all(
        names.map((name) => control.createRegistryRecord({ registryId, name, descriptorType, descriptors })),
      );
      const ids = created.map(({ recordArn = '' }) => recordArn.slice(recordArn.lastIndexOf('/') + 1));
      await clock.advance(60_000);
      for (const recordId of ids) {
        if (status === 'DRAFT') continue;
        await control.submitRegistryRecordForApproval({ registryId, recordId });
        if (status === 'APPROVED')
          await control.updateRegistryRecordStatus({
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
