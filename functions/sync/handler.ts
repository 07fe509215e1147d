import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { synchronizeCommand } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  controlPlane: new AgentCoreControlPlane(synchronizeCommand),
  clock: Date.now,
});
