import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { embeddedCredentials, runningEndpoint } from '../start/endpointFile.ts';

/** An environment on AWS, or the data directory of an `npm start`. */
export type OperateTo = { readonly environment: string } | { readonly data: string };

/** The parts of an environment that operators change. */
export interface Operated {
  readonly ledger: Ledger;
  readonly sfn: SFNClient;
  /** What the names of the state machines begin with. */
  readonly prefix: string;
}

/** @throws CommandError `NotFollowed` when no `npm start` runs on the data directory */
export function connect(to: OperateTo): Operated {
  if ('environment' in to) {
    const prefix = `gateloop-${to.environment}-`;
    return { ledger: new DynamoLedger(`${prefix}ledger`), sfn: new SFNClient({}), prefix };
  }
  const { region, dynamodb, stepFunctions, ledger } = runningEndpoint(to.data);
  const settings = { region, credentials: embeddedCredentials };
  return {
    ledger: new DynamoLedger(ledger, new DynamoDBClient({ ...settings, endpoint: dynamodb })),
    sfn: new SFNClient({ ...settings, endpoint: stepFunctions }),
    prefix: '',
  };
}
