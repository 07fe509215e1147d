import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';
import type { Statement } from '../core/iam/statement.ts';

/** Acknowledges one finding of cdk-nag on one construct, with the reason for the reviewer. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Why a policy's resource may contain a `*`: the first row whose pattern matches. Without a row it stays a finding. */
const wildcardReasons: readonly { readonly resource: RegExp; readonly reason: string }[] = [
  {
    resource: /^\*$/,
    reason:
      'Only actions that IAM grants on all resources or none. docs/permissions.md lists each with its reason, and a test compares the list with the service authorization data.',
  },
  {
    resource: /\.Arn>\/(workspaces|desired|desired\/[a-z]+|applied|outcomes)\/\*$/,
    reason: 'One folder of the spec bucket. Teams choose the names of the objects in it.',
  },
  {
    resource: /:(bedrock-agentcore|agent-registry):.*\*$/,
    reason:
      'One resource type, or the lists, of one account and Region. The service chooses the ids at creation.',
  },
  {
    resource: /:s3:::[^*]+\*$/,
    reason: "The objects of the deployment's setting sourceBuckets, which AgentCore reads for manifests.",
  },
  {
    resource: /:apigateway:[^*]+\/exports\/\*$/,
    reason: "The exports of one stage of the deployment's setting restApis. The service chooses the format.",
  },
  {
    resource: /:ec2:.*:network-interface\/\*$/,
    reason: 'The interfaces do not exist yet. The same statement names the subnets and security groups.',
  },
  {
    resource: /:vpc-lattice:.*:(servicenetworkresourceassociation|servicenetwork)\/\*$/,
    reason:
      "The association does not exist yet, and the service network is AgentCore's own. The statement names the resource configurations.",
  },
  {
    resource: /:secretsmanager:.*:secret:bedrock-agentcore-identity!default\/(oauth2|apikey|payment)\/\*$/,
    reason:
      'AgentCore stores the secrets of credential providers under this prefix. Manifests name the providers.',
  },
  {
    resource: /:secretsmanager:.*:secret:gateloop\/[a-z0-9-]+\/webhook-signing-key\*$/,
    reason: 'One secret. Secrets Manager appends six random letters to its name.',
  },
  {
    resource: /:secretsmanager:.*:secret:\*$/,
    reason: 'A condition narrows it to secrets whose tag `gateloop` names this environment.',
  },
  {
    resource: /:secretsmanager:.*:secret:gateloop\/[\w-]+\/watch\/\*$/,
    reason: 'The tokens for gateways of this environment. Workspaces and gateways name them.',
  },
  {
    resource: /:states:.*:execution:gateloop-[a-z0-9-]+:\*$/,
    reason: 'The executions of one state machine of Gateloop. Events and requests name them.',
  },
  {
    resource: /:iam::.*:role\/.+$/,
    reason: "The patterns of the deployment's setting passedRoles, and only for AgentCore (PassedToService).",
  },
];

/** Acknowledges each wildcard in a role's statements for which the table has a reason. */
export function acknowledgeWildcards(construct: IConstruct, statements: readonly Statement[]): void {
  const stack = Stack.of(construct);
  const resources = statements.flatMap((statement) => statement.resources);
  const flat = new Set(resources.map((resource) => flattenCfnReference(stack.resolve(resource))));
  for (const resource of flat) {
    const row = wildcardReasons.find((each) => resource.includes('*') && each.resource.test(resource));
    if (row) acknowledge(construct, `AwsSolutions-IAM5[Resource::${resource}]`, row.reason);
  }
}
