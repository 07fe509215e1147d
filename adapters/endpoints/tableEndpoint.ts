import {
  type EndpointParameters,
  type EndpointResolver,
  endpointAt,
  type Partition,
  partitionOf,
  refuse,
  refuseOthers,
} from './regionalEndpoint.ts';

/** Partitions where DynamoDB has a host for each account. */
const WITH_ACCOUNTS: readonly string[] = ['aws', 'aws-cn', 'aws-us-gov'];

/**
 * Resolves as DynamoDB's rules do for a table that is called by its name: to the endpoint that was set, to the
 * account's own where the credentials say which account it is (`AWS_ACCOUNT_ID`, which Lambda does not set), or else
 * to the Region's.
 */
export function tableEndpoint(partitions: readonly Partition[]): EndpointResolver {
  return (parameters) => {
    refuseOthers(parameters, ['AccountId', 'AccountIdEndpointMode', 'ResourceArn', 'ResourceArnList']);
    const { Endpoint: endpoint, Region: region } = parameters;
    if (typeof endpoint === 'string') return endpointAt(endpoint);
    refuseArns(parameters);
    const { name, suffix } = partitionOf(region, partitions);
    const account = accountOf(parameters, name);
    if (account === undefined) return endpointAt(`https://dynamodb.${region}.${suffix}`);
    // The SDK counts such requests, in the User-Agent.
    return endpointAt(`https://${account}.ddb.${region}.${suffix}`, { metricValues: ['O'] });
  };
}

/** An ARN would tell an account by itself. */
function refuseArns({ ResourceArn: one, ResourceArnList: several }: EndpointParameters): void {
  const tables = Array.isArray(several) ? [one, ...several] : [one];
  if (tables.some((table) => String(table).startsWith('arn:')))
    refuse('ResourceArn', 'is not the name of a table');
}

function accountOf(
  { AccountId: account, AccountIdEndpointMode: mode }: EndpointParameters,
  partition: string,
) {
  if (mode === undefined || mode === 'disabled') return undefined;
  if (!WITH_ACCOUNTS.includes(partition) || account === undefined) {
    return mode === 'required' ? refuse('AccountIdEndpointMode', 'is required') : undefined;
  }
  return /^\d{12}$/.test(String(account)) ? account : refuse('AccountId', 'is not the number of an account');
}
