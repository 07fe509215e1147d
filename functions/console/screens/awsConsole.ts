import type { KindName } from '../../../core/resources/resourceKind.ts';

/** Where AWS's own console is. */
export interface AwsPlace {
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  readonly environment: string;
}

/** The pages of AgentCore's console by kind, where one is not its first page. It has no stable address for one resource. */
const PAGES: Readonly<Partial<Record<KindName, string>>> = {
  gateway: 'toolsAndGateways',
  gatewayTarget: 'toolsAndGateways',
  gatewayRule: 'toolsAndGateways',
  gatewayRateLimit: 'toolsAndGateways',
  gatewayResourcePolicy: 'toolsAndGateways',
  agentRuntime: 'agents',
  agentRuntimeEndpoint: 'agents',
  agentRuntimeResourcePolicy: 'agents',
  oauth2CredentialProvider: 'identity',
  apiKeyCredentialProvider: 'identity',
  paymentCredentialProvider: 'identity',
  workloadIdentity: 'identity',
};

const HOSTS: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

function hostOf({ region, partition }: AwsPlace): string {
  return `https://${region}.${HOSTS[partition] ?? HOSTS.aws}`;
}

/** @returns the page of AgentCore's console that lists resources of a kind */
export function resourceUrl(kind: KindName, place: AwsPlace): string {
  return `${hostOf(place)}/bedrock-agentcore/${PAGES[kind] ?? 'home'}?region=${place.region}`;
}

/** @returns the page of an execution in the console of Step Functions */
export function executionUrl(workflow: string, execution: string, place: AwsPlace): string {
  const { region, account, partition, environment } = place;
  const arn = `arn:${partition}:states:${region}:${account}:execution:gateloop-${environment}-${workflow}:${execution}`;
  return `${hostOf(place)}/states/home?region=${region}#/v2/executions/details/${arn}`;
}
