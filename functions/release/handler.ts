import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { setting } from '../environment.ts';
import { parsePollEvent } from '../poll/pollEvent.ts';
import { step } from '../step.ts';

const ledger = new DynamoLedger(setting('LEDGER_TABLE'));

/** Lets the lease of a workspace go; keeps it, and says so, where somebody marked the workspace dirty meanwhile. */
export const handler = step(parsePollEvent, ({ workspace, holder }) =>
  ledger.releaseLease(workspace, holder),
);
