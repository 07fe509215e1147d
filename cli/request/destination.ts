import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { bucketPlace } from '../../core/deployedNames.ts';
import { explainedAwsError, notDeployed } from '../awsErrors.ts';
import { CommandError } from '../errorReport.ts';
import { type Destination, destinationOf } from '../push/destination.ts';
import { embeddedCredentials, runningEndpoint } from '../start/endpointFile.ts';

/** An environment on AWS, or the data directory of an `npm start`. */
export type RequestTo =
  | { readonly environment: string; readonly bucket?: string }
  | { readonly data: string };

/** Where a request is sent to, and where its outcome is read. */
export interface RequestDestination extends Destination {
  readonly events: EventBridgeClient;
  readonly bus: string;
}

/**
 * Finds bus and bucket, and creates their clients. Without a bucket, the outputs of the stack name it.
 *
 * @throws CommandError `NotFollowed` when no `npm start` runs on the data directory; `AwsTrouble`
 */
export async function openDestination(to: RequestTo): Promise<RequestDestination> {
  if ('data' in to) {
    const { events: endpoint, bus, region } = runningEndpoint(to.data);
    const events = new EventBridgeClient({ endpoint, region, credentials: embeddedCredentials });
    return { ...destinationOf(to), events, bus };
  }
  const bucket = to.bucket ?? (await bucketOf(to.environment));
  const { region, environment = to.environment } = bucketPlace(bucket);
  const events = new EventBridgeClient({ ...(region !== undefined && { region }) });
  return { ...destinationOf({ bucket }), events, bus: `gateloop-${environment}` };
}

async function bucketOf(environment: string): Promise<string> {
  const { SpecBucketName } = await stackOutputs(environment);
  if (SpecBucketName) return SpecBucketName;
  throw new CommandError('NotDeployed', notDeployed(environment));
}

/**
 * @returns the outputs of the stack of an environment by name
 * @throws CommandError `NotDeployed`, `AwsTrouble`
 */
export async function stackOutputs(
  environment: string,
  region?: string,
): Promise<Readonly<Record<string, string>>> {
  const command = new DescribeStacksCommand({ StackName: `gateloop-${environment}` });
  try {
    const { Stacks: [stack] = [] } = await new CloudFormationClient(
      region === undefined ? {} : { region },
    ).send(command);
    return Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    );
  } catch (error) {
    // CloudFormation has no code of its own for a missing stack.
    if (error instanceof Error && /does not exist/.test(error.message))
      throw new CommandError('NotDeployed', notDeployed(environment));
    throw explainedAwsError(error);
  }
}
