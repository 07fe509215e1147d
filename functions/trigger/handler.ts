import { randomUUID } from 'node:crypto';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { StepFunctionsStarter } from '../../adapters/stepFunctionsStarter.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({
  ledger: new DynamoLedger(setting('LEDGER_TABLE')),
  starter: new StepFunctionsStarter(setting('RECONCILE_STATE_MACHINE')),
  newId: randomUUID,
  clock: Date.now,
});
