import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { parsePollEvent } from '../poll/pollEvent.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';

const ledger = new DynamoLedger(setting('LEDGER_TABLE'));

/** Lets the lease of a workspace go; keeps it, and says so, where somebody marked the workspace dirty meanwhile. */
export const handler = lambdaStep(parsePollEvent, ({ workspace, leaseHolder }) =>
  ledger.releaseLease(workspace, leaseHolder),
);
