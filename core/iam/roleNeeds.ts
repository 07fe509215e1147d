import type { Conditions, Statement } from './statement.ts';

/** Where the resources lie. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** What a role is for. Each is one word of `gateloop policy`. */
export type RoleUse =
  | 'lambda'
  | 'apiGateway'
  | 'agentcoreRuntime'
  | 'webSearch'
  | 'oauth'
  | 'apiKey'
  | 'interceptor'
  | 'policyEngine'
  | 'gatewayKey'
  | 'runtime'
  | 'container'
  | 'harness'
  | 'harnessMemory'
  | 'browserRecording'
  | 'evaluation';

/** The names in the permissions of a use. */
export interface RoleNames {
  /** How the id of the role's own gateway, runtime or harness begins, and the name of its workload identity. */
  readonly owner: string;
  /** What the use is about: a function's ARN, a credential provider's name, a key's ARN and so on. */
  readonly subject: string;
  /** The ARN of the provider's secret, or a pattern of it; absent for one that AgentCore manages. */
  readonly secret?: string;
}

interface RoleUseRow {
  readonly title: string;
  /** What `subject` stands for where nobody has named one. */
  readonly example: string;
  readonly statements: (place: Place, names: RoleNames) => readonly Statement[];
  /** `CDK` for the grants of aws-cdk-lib, or a page of AWS's guide. */
  readonly source: string;
}

const GUIDE = 'https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide';

const arn = ({ partition, region, account }: Place, service: string, resource: string) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;
const agentCore = (place: Place, ...resources: readonly string[]) =>
  resources.map((resource) => arn(place, 'bedrock-agentcore', resource));
const actions = (...names: readonly string[]) => names.map((name) => `bedrock-agentcore:${name}`);
const allow = (
  allowed: readonly string[],
  resources: readonly string[],
  conditions?: Conditions,
): Statement => ({
  actions: allowed,
  resources,
  ...(conditions && { conditions }),
});

const identities = (place: Place, owner: string) =>
  agentCore(
    place,
    'workload-identity-directory/default',
    `workload-identity-directory/default/workload-identity/${owner}-*`,
  );

const provider = (place: Place, type: 'oauth2' | 'apikey', name: string) =>
  agentCore(place, 'token-vault/default', `token-vault/default/${type}credentialprovider/${name}`);
const managedSecret = (place: Place, type: 'oauth2' | 'apikey', name: string) =>
  arn(place, 'secretsmanager', `secret:bedrock-agentcore-identity!default/${type}/${name}-*`);

const LOGS = 'log-group:/aws/bedrock-agentcore/runtimes/*';

/** What every runtime writes, and what a harness writes through its own. */
const observability = (place: Place): readonly Statement[] => [
  allow(['logs:CreateLogGroup', 'logs:DescribeLogStreams'], [arn(place, 'logs', LOGS)]),
  allow(['logs:DescribeLogGroups'], [arn(place, 'logs', 'log-group:*')]),
  allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [arn(place, 'logs', `${LOGS}:log-stream:*`)]),
  allow(
    ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    ['*'],
  ),
  allow(['cloudwatch:PutMetricData'], ['*'], {
    StringEquals: { 'cloudwatch:namespace': 'bedrock-agentcore' },
  }),
];

const invokeFunction = (_: Place, { subject }: RoleNames) => [
  allow(['lambda:InvokeFunction'], [subject, `${subject}:*`]),
];

/** What the roles that AgentCore gets must be allowed, by what the role is for. */
export const roleUses: Readonly<Record<RoleUse, RoleUseRow>> = {
  lambda: {
    title: 'a gateway with a Lambda target, or a harness with a Lambda hook',
    example: 'arn:aws:lambda:REGION:ACCOUNT:function:FUNCTION',
    statements: invokeFunction,
    source: 'CDK: LambdaTargetConfiguration',
  },
  apiGateway: {
    title: "a gateway with an API Gateway target and the gateway's role as credential",
    example: 'API/STAGE',
    statements: (place, { subject }) => [
      allow(['execute-api:Invoke'], [arn(place, 'execute-api', `${subject}/*/*`)]),
    ],
    source: 'CDK: ApiGatewayTargetConfiguration',
  },
  agentcoreRuntime: {
    title: 'a gateway with a runtime of AgentCore behind a target, and the role as credential',
    example: 'arn:aws:bedrock-agentcore:REGION:ACCOUNT:runtime/RUNTIME',
    statements: (_, { subject }) => [
      allow(actions('InvokeAgentRuntime'), [subject, `${subject}/runtime-endpoint/*`]),
    ],
    source: 'CDK: RuntimeBase.grantInvokeRuntime',
  },
  webSearch: {
    title: 'a gateway with the connector for web search',
    example: '-',
    statements: (place) => [allow(actions('InvokeWebSearch'), agentCore(place, 'tool/web-search.v1'))],
    source: 'service authorization reference',
  },
  oauth: {
    title: 'a gateway with a target that uses an OAuth2 credential provider',
    example: 'PROVIDER',
    statements: (place, { owner, subject, secret }) => [
      allow(
        actions('GetWorkloadAccessToken', 'GetWorkloadAccessTokenForJWT', 'GetWorkloadAccessTokenForUserId'),
        identities(place, owner),
      ),
      allow(actions('GetResourceOauth2Token', 'CompleteResourceTokenAuth'), [
        ...provider(place, 'oauth2', subject),
        ...identities(place, owner),
      ]),
      allow(['secretsmanager:GetSecretValue'], [secret ?? managedSecret(place, 'oauth2', subject)]),
    ],
    source: 'CDK: OAuthCredentialProviderConfiguration',
  },
  apiKey: {
    title: 'a gateway with a target that uses an API key credential provider',
    example: 'PROVIDER',
    statements: (place, { owner, subject, secret }) => [
      allow(actions('GetWorkloadAccessToken'), identities(place, owner)),
      allow(actions('GetResourceApiKey'), [
        ...provider(place, 'apikey', subject),
        ...identities(place, owner),
      ]),
      allow(['secretsmanager:GetSecretValue'], [secret ?? managedSecret(place, 'apikey', subject)]),
    ],
    source: 'CDK: ApiKeyCredentialProviderConfiguration',
  },
  interceptor: {
    title: 'a gateway with a Lambda interceptor',
    example: 'arn:aws:lambda:REGION:ACCOUNT:function:FUNCTION',
    statements: invokeFunction,
    source: 'CDK: LambdaInterceptor',
  },
  policyEngine: {
    title: 'a gateway with a policy engine',
    example: 'arn:aws:bedrock-agentcore:REGION:ACCOUNT:policy-engine/ENGINE',
    statements: (place, { owner, subject }) => [
      allow(actions('GetPolicyEngine'), [subject]),
      allow(actions('AuthorizeAction', 'PartiallyAuthorizeActions'), [
        subject,
        ...agentCore(place, `gateway/${owner}-*`),
      ]),
    ],
    source: 'CDK: PolicyEngineBase.grantEvaluateForGateway',
  },
  gatewayKey: {
    title: 'a gateway that a KMS key encrypts',
    example: 'arn:aws:kms:REGION:ACCOUNT:key/KEY',
    statements: ({ region }, { subject }) => [
      allow(['kms:CreateGrant', 'kms:DescribeKey', 'kms:Decrypt', 'kms:GenerateDataKey'], [subject], {
        StringEquals: { 'kms:ViaService': `bedrock-agentcore.${region}.amazonaws.com` },
      }),
    ],
    source: `${GUIDE}/gateway-encryption.html`,
  },
  runtime: {
    title: 'an agent runtime',
    example: '-',
    statements: (place, { owner }) => [
      ...observability(place),
      allow(
        actions('GetWorkloadAccessToken', 'GetWorkloadAccessTokenForJWT', 'GetWorkloadAccessTokenForUserId'),
        identities(place, owner),
      ),
    ],
    source: 'CDK: Runtime',
  },
  container: {
    title: 'a runtime or a harness from a container in ECR',
    example: 'REPOSITORY',
    statements: (place, { subject }) => [
      allow(
        ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        [arn(place, 'ecr', `repository/${subject}`)],
      ),
      allow(['ecr:GetAuthorizationToken'], ['*']),
    ],
    source: 'CDK: AgentRuntimeArtifact',
  },
  harness: {
    title: 'a harness',
    example: 'MODEL',
    statements: (place, { owner, subject }) => [
      allow(
        ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
        [
          `arn:${place.partition}:bedrock:*::foundation-model/${subject.replace(/^(global|us|eu|apac|jp|au)\./, '')}`,
          arn(place, 'bedrock', `inference-profile/${subject}`),
        ],
      ),
      // The image of the harness is in a public registry.
      allow(['ecr-public:GetAuthorizationToken', 'sts:GetServiceBearerToken'], ['*']),
      ...observability(place),
      allow(
        actions('GetWorkloadAccessToken', 'GetWorkloadAccessTokenForJWT'),
        identities(place, `harness_${owner}`),
      ),
    ],
    source: `${GUIDE}/harness-security.html`,
  },
  harnessMemory: {
    title: 'a harness with a memory',
    example: 'MEMORY',
    statements: (place, { subject }) => [
      allow(
        actions('CreateEvent', 'DeleteEvent', 'GetEvent', 'ListEvents', 'RetrieveMemoryRecords'),
        agentCore(place, `memory/${subject}`),
      ),
    ],
    source: `${GUIDE}/harness-security.html`,
  },
  browserRecording: {
    title: 'a browser that records its sessions',
    example: 'BUCKET/PREFIX',
    statements: ({ partition }, { subject }) => [
      allow(
        ['s3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
        [`arn:${partition}:s3:::${subject}*`],
      ),
    ],
    source: 'CDK: BrowserCustom',
  },
  evaluation: {
    title: 'an online evaluation of the traces in a log group',
    example: 'LOG-GROUP',
    statements: (place, { subject }) => {
      const groups = (name: string) => ['', ':*'].map((end) => arn(place, 'logs', `log-group:${name}${end}`));
      return [
        allow(['logs:DescribeLogGroups'], ['*']),
        allow(['logs:GetQueryResults', 'logs:StartQuery'], [...groups(subject), ...groups('aws/spans')]),
        allow(
          ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'],
          [arn(place, 'logs', 'log-group:/aws/bedrock-agentcore/evaluations/*')],
        ),
        allow(['logs:DescribeIndexPolicies', 'logs:PutIndexPolicy'], groups('aws/spans')),
        allow(
          ['bedrock:InvokeModel', 'bedrock:InvokeModelWithResponseStream'],
          [
            `arn:${place.partition}:bedrock:*::foundation-model/*`,
            `arn:${place.partition}:bedrock:*:${place.account}:inference-profile/*`,
          ],
        ),
      ];
    },
    source: 'CDK: OnlineEvaluationConfig',
  },
};

export const roleUseNames = Object.keys(roleUses) as readonly RoleUse[]; // The keys of the table are its names.

/** A policy document, as IAM takes it. */
export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Readonly<Record<string, unknown>>[];
}

/** @returns the policy with these statements, each of them once */
export function policyDocument(statements: readonly Statement[]): PolicyDocument {
  const documents = statements.map(({ effect = 'Allow', actions: named, resources, conditions }) => ({
    Effect: effect,
    Action: named,
    Resource: [...new Set(resources)],
    ...(conditions && { Condition: conditions }),
  }));
  const once = new Map(documents.map((document) => [JSON.stringify(document), document]));
  return { Version: '2012-10-17', Statement: [...once.values()] };
}

/** @returns the trust policy of such roles: only AgentCore assumes them, and only for resources of this account */
export function trustPolicy(place: Place): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'bedrock-agentcore.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': place.account },
          ArnLike: { 'aws:SourceArn': arn(place, 'bedrock-agentcore', '*') },
        },
      },
    ],
  };
}
