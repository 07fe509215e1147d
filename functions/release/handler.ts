import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { setting } from '../runtime/environment.ts';
import { createHandler } from './createHandler.ts';

export const handler = createHandler({ ledger: new DynamoLedger(setting('LEDGER_TABLE')), clock: Date.now });
