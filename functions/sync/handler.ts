import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { synchronizeCommand } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { setting } from '../environment.ts';
import { step } from '../step.ts';
import { parseTurnEvent } from '../turn.ts';
import { sync } from './sync.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  controlPlane: new AgentCoreControlPlane(synchronizeCommand),
};

/** Starts the synchronisations that poll decided on. That they happened is for later polls to see proven. */
export const handler = step(parseTurnEvent, (event) => sync(event, ports));
