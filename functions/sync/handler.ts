import { AgentCoreControlPlane } from '../../adapters/agentCoreControlPlane.ts';
import { synchronizeCommand } from '../../adapters/controlPlaneCommands.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { parseReconcileStateEvent } from '../runtime/reconcileState.ts';
import { sync } from './sync.ts';

const ports = {
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  controlPlane: new AgentCoreControlPlane(synchronizeCommand),
};

/** Starts the synchronizations that poll planned. A later poll sees whether they have succeeded. */
export const handler = lambdaStep(parseReconcileStateEvent, (event) => sync(event, ports));
