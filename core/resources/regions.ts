/**
 * The Regions that have AgentCore without a kind of resource, as AWS documents them:
 * https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/agentcore-regions.html
 *
 * Lists of what is missing, so that a Region that AWS adds is not refused by an older Gateloop.
 */

/** Milan, Spain, Hyderabad, Malaysia, Thailand and Northern California. */
export const WITHOUT_HARNESS_AND_MEMORY: readonly string[] = [
  'ap-south-2',
  'ap-southeast-5',
  'ap-southeast-7',
  'eu-south-1',
  'eu-south-2',
  'us-west-1',
];

/** Milan, Spain and Malaysia. The page has more Regions without evaluations: these are the ones that this project has seen in it. */
export const WITHOUT_EVALUATIONS: readonly string[] = ['ap-southeast-5', 'eu-south-1', 'eu-south-2'];

/** All Regions of the page but those that have runtimes on instances, for which capacity providers are. */
export const WITHOUT_INSTANCES: readonly string[] = [
  'ap-northeast-2',
  'ap-south-2',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-gov-west-1',
  'us-west-1',
];

/** All Regions of the page but the four with payments: Northern Virginia, Oregon, Frankfurt and Sydney. */
export const WITHOUT_PAYMENTS: readonly string[] = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-south-1',
  'ap-south-2',
  'ap-southeast-1',
  'ap-southeast-5',
  'ap-southeast-7',
  'ca-central-1',
  'eu-north-1',
  'eu-south-1',
  'eu-south-2',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-2',
  'us-gov-west-1',
  'us-west-1',
];
