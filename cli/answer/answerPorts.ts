import { userInfo } from 'node:os';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { S3JsonStore } from '../../adapters/s3JsonStore.ts';
import { bucketPlace } from '../../core/deployedNames.ts';
import { defined } from '../../core/objects.ts';
import { CommandError } from '../errorReport.ts';
import { connect } from '../operate/connect.ts';
import { openDestination, type RequestTo, stackOutputs } from '../request/destination.ts';
import { outcomesIn } from '../request/outcomesIn.ts';
import { runningEndpoint } from '../start/endpointFile.ts';
import type { AnswerSystem } from './answer.ts';
import { awsIdentity } from './awsIdentity.ts';

/** @throws CommandError `NotFollowed` when no `npm start` runs on the data directory; `NotDeployed`, `AwsTrouble` */
export async function answerPortsOf(to: RequestTo): Promise<AnswerSystem> {
  const { client, bucket, events, bus } = await openDestination(to);
  const common = {
    ledger: connect(to).ledger,
    store: new S3JsonStore(bucket, bucketPlace(bucket).account, client),
    listWorkspaces: () => outcomesIn(client, bucket),
    events,
    bus,
  };
  if ('data' in to)
    return {
      ...common,
      pagesUrl: runningEndpoint(to.data).pages,
      // The pages of npm start have no login: every user of this machine may answer.
      answersFrom: 'anybody',
      identity: async () => ({ name: userInfo().username }),
    };
  const { region, environment = to.environment } = bucketPlace(bucket);
  const { PagesUrl, AnswersFrom } = await outputsOf(environment, region, to.bucket !== undefined);
  return {
    ...common,
    ...defined({ pagesUrl: PagesUrl }),
    // A deployment of an earlier version, and one in the stack of another app, does not say it.
    answersFrom: AnswersFrom === 'anybody' ? 'anybody' : 'owners',
    identity: async () =>
      awsIdentity((await new STSClient({}).send(new GetCallerIdentityCommand({}))).Arn ?? ''),
  };
}

/** An app of its own may deploy Gateloop in a stack of another name: then the bucket was given. */
async function outputsOf(
  environment: string,
  region: string | undefined,
  isBucketGiven: boolean,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await stackOutputs(environment, region);
  } catch (error) {
    if (isBucketGiven && error instanceof CommandError && error.code === 'NotDeployed') return {};
    throw error;
  }
}
