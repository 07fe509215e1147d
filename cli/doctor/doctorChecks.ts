import { BedrockAgentCoreControlClient } from '@aws-sdk/client-bedrock-agentcore-control';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { bucketPlace } from '../../core/deployedNames.ts';
import { connect } from '../operate/connect.ts';
import { SimulatedRoleRights } from '../plan/roleRights.ts';
import { destinationOf } from '../push/destination.ts';
import type { RequestTo } from '../request/destination.ts';
import { runningEndpoint } from '../start/endpointFile.ts';
import { version } from '../version.ts';
import { type AccountClients, accountChecks, nodeCheck, rightsCheck } from './accountChecks.ts';
import type { Check } from './doctor.ts';
import { commandRights, type DeployedStack, partChecks, stackCheck } from './environmentChecks.ts';

/** @returns the checks of an environment on AWS, or of a running `npm start` */
export function checksOf(to: RequestTo): Check[] {
  return 'data' in to ? localChecks(to) : awsChecks(to);
}

function localChecks(to: { readonly data: string }): Check[] {
  return [
    nodeCheck,
    {
      name: 'npm start',
      isEssential: true,
      run: async () => {
        const { pages, pid } = runningEndpoint(to.data);
        return [{ state: 'ok', found: `It runs as process ${pid}. Its console is at ${pages}.` }];
      },
    },
    ...partChecks(() => {
      const { client: s3, bucket } = destinationOf(to);
      return { ...connect(to), s3, bucket };
    }),
  ];
}

function awsChecks(to: Exclude<RequestTo, { readonly data: string }>): Check[] {
  const { region: given, environment = to.environment } = bucketPlace(to.bucket ?? '');
  const settings = given === undefined ? {} : { region: given };
  const sts = new STSClient(settings);
  const region = () => sts.config.region();
  const clients: AccountClients = {
    sts,
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    agentCore: new BedrockAgentCoreControlClient(settings),
    region,
    rights: new SimulatedRoleRights(region),
  };
  const deployed: { stack?: DeployedStack } = {};
  const bucket = () => to.bucket ?? deployed.stack?.outputs.SpecBucketName ?? '';
  const stack = async () => {
    const found = await describeStack(environment, new CloudFormationClient(settings));
    if (found) deployed.stack = found;
    return found;
  };
  return [
    nodeCheck,
    ...accountChecks(clients),
    stackCheck(environment, version, stack),
    ...partChecks(() => ({ ...connect(to), s3: new S3Client(settings), bucket: bucket() })),
    {
      name: 'Permissions',
      run: async () => {
        const { Arn = '', Account: account = '' } = await sts.send(new GetCallerIdentityCommand({}));
        const [, partition = 'aws'] = Arn.split(':');
        const place = { partition, region: await region(), account, bucket: bucket() };
        return rightsCheck(clients, commandRights(environment, place)).run();
      },
    },
  ];
}

async function describeStack(
  environment: string,
  client: CloudFormationClient,
): Promise<DeployedStack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(
      new DescribeStacksCommand({ StackName: `gateloop-${environment}` }),
    );
    if (!stack) return undefined;
    const outputs = (stack.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [
      OutputKey,
      OutputValue,
    ]);
    return { status: stack.StackStatus ?? '', outputs: Object.fromEntries(outputs) };
  } catch (error) {
    // CloudFormation has no code of its own for a missing stack.
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}
