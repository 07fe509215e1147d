import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { parsePollEvent } from '../poll/pollEvent.ts';
import { setting } from '../runtime/environment.ts';
import { lambdaStep } from '../runtime/lambdaStep.ts';
import { release } from './release.ts';

const ports = { ledger: new DynamoLedger(setting('LEDGER_TABLE')) };

/** Releases the lease of a workspace at the end of an execution. */
export const handler = lambdaStep(parsePollEvent, (event) => release(event, ports));
