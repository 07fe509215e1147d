import { type CloudFormationClient, DescribeStacksCommand, type Stack } from '@aws-sdk/client-cloudformation';
import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { ListExecutionsCommand, ListStateMachinesCommand, type SFNClient } from '@aws-sdk/client-sfn';
import { GateloopError } from '../../core/errors.ts';
import { missingKinds } from '../../core/resources/regionSupport.ts';
import { inWords, kindNames, resourceKinds } from '../../core/resources/resourceKinds.ts';
import { FORMATS_OUTPUT, formatDifferences } from '../../core/storage/storedFormats.ts';
import { type FunctionEntry, functionCatalog } from '../../functions/functionCatalog.ts';
import type { Deployment } from '../../infra/deployment.ts';
import { findRemains, type RemainsClients } from '../destroy/remains.ts';

export interface AccountClients extends RemainsClients {
  readonly cloudFormation: CloudFormationClient;
  readonly lambda: LambdaClient;
  readonly sfn: SFNClient;
}

/** What Lambda keeps unreserved of an account's limit of concurrent executions. */
const UNRESERVED = 100;

/** The concurrent executions that the setting `reserveConcurrency` reserves. */
export const RESERVED = Object.values<FunctionEntry>(functionCatalog).reduce(
  (sum, { concurrency = 0 }) => sum + concurrency,
  0,
);

/**
 * Reads what a deployment depends on and a template cannot show: the account's limit, what the Region lacks, the data of an
 * earlier deployment, and what is running under the present version.
 *
 * @returns one sentence for each
 * @throws GateloopError `AccountLimit` for a deployment that Lambda would refuse after minutes
 */
export async function accountReport(
  { environment, reserveConcurrency }: Deployment,
  region: string,
  clients: AccountClients,
): Promise<string[]> {
  const lines = [await concurrencyLine(reserveConcurrency, clients.lambda)];
  const missing = missingKinds(kindNames, region).map((kind) => inWords(resourceKinds[kind].section));
  if (missing.length > 0) lines.push(`AgentCore has no ${missing.join(', ')} in ${region}.`);
  const stack = await findStack(`gateloop-${environment}`, clients.cloudFormation);
  if (stack) {
    const formats = stack.Outputs?.find(({ OutputKey }) => OutputKey === FORMATS_OUTPUT)?.OutputValue;
    return [...lines, ...formatDifferences(formats), ...(await runningLines(environment, clients.sfn))];
  }
  const remains = await findRemains(environment, clients);
  return [
    ...lines,
    ...remains.map(({ label }) => `Found from an earlier deployment, and used again: ${label}.`),
  ];
}

async function concurrencyLine(reserveConcurrency: boolean, lambda: LambdaClient): Promise<string> {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
  const limit = AccountLimit?.ConcurrentExecutions ?? 0;
  const needed = UNRESERVED + RESERVED;
  const has = `The account runs at most ${limit} functions at once`;
  if (!reserveConcurrency)
    return limit >= needed
      ? `${has}: "reserveConcurrency": true would keep ${RESERVED} for the pages and for what guards a quota.`
      : `${has}, which all its functions share. A page that gets none answers with an error: request more "Concurrent executions" in Service Quotas for more than a few workspaces.`;
  if (limit >= needed) return `${has}, of which Gateloop reserves ${RESERVED}.`;
  throw new GateloopError(
    'AccountLimit',
    `${has}, and "reserveConcurrency" needs ${needed}: it reserves ${RESERVED}, and Lambda keeps ${UNRESERVED} unreserved. Take the setting out of infra/environments, or request more "Concurrent executions" in Service Quotas.`,
  );
}

async function findStack(
  StackName: string,
  cloudFormation: CloudFormationClient,
): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    return stack?.StackStatus === 'REVIEW_IN_PROGRESS' ? undefined : stack;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** An execution keeps the definition that it began with, and calls the functions that are deployed when it comes to them. */
async function runningLines(environment: string, sfn: SFNClient): Promise<string[]> {
  const prefix = `gateloop-${environment}-`;
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({ maxResults: 1000 }));
  const lines: string[] = [];
  for (const { name = '', stateMachineArn } of stateMachines.filter(({ name = '' }) =>
    name.startsWith(prefix),
  )) {
    const { executions = [] } = await sfn.send(
      new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1000 }),
    );
    if (executions.length > 0)
      lines.push(
        `${executions.length} executions of ${name} are running. They go on under their definition, with the functions of this version.`,
      );
  }
  return lines;
}
