import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { isException, isFailedRequest, rejection } from '../../adapters/awsError.ts';
import { DynamoLedger } from '../../adapters/dynamoLedger.ts';
import { S3SpecBucket } from '../../adapters/s3SpecBucket.ts';
import { S3UploadHistory } from '../../adapters/s3UploadHistory.ts';
import { StepFunctionsExecutions } from '../../adapters/stepFunctionsExecutions.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import type { FleetReads } from '../../core/ports/fleetReads.ts';
import type { Ledger } from '../../core/ports/ledger.ts';
import { CommandError } from '../errorReport.ts';
import { openDestination, type RequestTo } from '../request/destination.ts';
import { embeddedCredentials, runningEndpoint, simulatedNow } from '../start/endpointFile.ts';

/** What the commands read of one environment. */
export interface Fleet extends FleetReads {
  /** The name of the spec bucket. */
  readonly bucketName: string;
  /** The code of the error with which AWS refused to show the ledger. */
  readonly ledgerDenied?: string;
}

/**
 * Finds the parts of an environment and creates their clients.
 *
 * @throws CommandError `NotFollowed` when no `npm start` runs on the data directory; `AwsTrouble`, `NotDeployed`
 */
export async function openFleet(from: RequestTo): Promise<Fleet> {
  const { client, bucket: bucketName } = await openDestination(from);
  const { account } = bucketPlace(bucketName);
  const { ledger, executions, now } = partsOf(from, bucketName);
  const ledgerDenied = await denialOf(ledger);
  const Bucket = ledgerDenied === undefined ? S3SpecBucket : PartlyReadableBucket;
  return {
    bucketName,
    ...(ledgerDenied === undefined ? { ledger } : { ledgerDenied }),
    bucket: new Bucket(bucketName, account, client),
    uploads: new S3UploadHistory(bucketName, account, client),
    executions,
    now,
  };
}

function partsOf(from: RequestTo, bucket: string) {
  if ('data' in from) {
    const endpoint = runningEndpoint(from.data);
    const settings = { region: endpoint.region, credentials: embeddedCredentials };
    return {
      ledger: new DynamoLedger(
        endpoint.ledger,
        new DynamoDBClient({ ...settings, endpoint: endpoint.dynamodb }),
      ),
      executions: new StepFunctionsExecutions(
        '',
        new SFNClient({ ...settings, endpoint: endpoint.stepFunctions }),
      ),
      now: () => simulatedNow(endpoint),
    };
  }
  const { region, environment = from.environment } = bucketPlace(bucket);
  const settings = region === undefined ? {} : { region };
  return {
    ledger: new DynamoLedger(`gateloop-${environment}-ledger`, new DynamoDBClient(settings)),
    executions: new StepFunctionsExecutions(`gateloop-${environment}-`, new SFNClient(settings)),
    now: Date.now,
  };
}

/** A team that uploads may not read the ledger, which holds the requests to people. */
async function denialOf(ledger: Pick<Ledger, 'readSuspension'>): Promise<string | undefined> {
  try {
    await ledger.readSuspension('any');
    return undefined;
  } catch (error) {
    if (isFailedRequest(error) && isException(error, 'AccessDeniedException', 'AccessDenied'))
      return rejection(error).code;
    throw error;
  }
}

/** To a user who may not list, S3 answers 403 for a missing object. */
class PartlyReadableBucket extends S3SpecBucket {
  protected override async read(key: string, etag?: string): Promise<Uint8Array | undefined> {
    try {
      return await super.read(key, etag);
    } catch (error) {
      if (isException(error, 'AccessDenied')) return undefined;
      throw error;
    }
  }
}

/** @throws CommandError `NotFollowed` where the ledger may not be read, without which the command has nothing to show */
export function needLedger({ ledger, ledgerDenied }: Fleet): NonNullable<FleetReads['ledger']> {
  if (ledger) return ledger;
  throw new CommandError('NotFollowed', {
    what: `The ledger may not be read: ${ledgerDenied}.`,
    remedy: 'Ask an operator, or use an AWS identity with the right to read the table of the ledger.',
  });
}
