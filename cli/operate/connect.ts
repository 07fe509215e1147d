import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import type { RequestTo } from '../request/destination.ts';
import { embeddedCredentials, runningEndpoint } from '../start/endpointFile.ts';

/** The parts of an environment that operators change. */
export interface Operated {
  readonly ledger: Ledger;
  readonly sfn: SFNClient;
  /** What the names of the state machines begin with. */
  readonly prefix: string;
}

/** @throws CommandError `NotFollowed` when no `npm start` runs on the data directory */
export function connect(to: RequestTo): Operated {
  if ('environment' in to) {
    const { region, environment = to.environment } = bucketPlace(to.bucket ?? '');
    const prefix = `gateloop-${environment}-`;
    const settings = region === undefined ? {} : { region };
    const ledger = new DynamoLedger(`${prefix}ledger`, new DynamoDBClient(settings));
    return { ledger, sfn: new SFNClient(settings), prefix };
  }
  const { region, dynamodb, stepFunctions, ledger } = runningEndpoint(to.data);
  const settings = { region, credentials: embeddedCredentials };
  return {
    ledger: new DynamoLedger(ledger, new DynamoDBClient({ ...settings, endpoint: dynamodb })),
    sfn: new SFNClient({ ...settings, endpoint: stepFunctions }),
    prefix: '',
  };
}
