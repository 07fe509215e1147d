import { Stack, Validations } from 'aws-cdk-lib';
import { flattenCfnReference } from 'cdk-nag/lib/utils/flatten-cfn-reference.js';
import type { IConstruct } from 'constructs';
import type { Statement } from './permissions.ts';

/** Acknowledges one finding of cdk-nag on one construct, with the reason that a reviewer is to weigh. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** Why a resource of a policy may hold a `*`: the first row whose pattern it matches. What matches none stays a finding. */
const wildcardReasons: readonly { readonly resource: RegExp; readonly reason: string }[] = [
  {
    resource: /^\*$/,
    reason:
      'Only actions that IAM grants on all resources or none: infra/permissions.ts lists each with its reason, and a test holds the list to the service authorization data.',
  },
  {
    resource: /\.Arn>\/(workspaces|desired|applied|outcomes)\/\*$/,
    reason: 'One folder of the one spec bucket; the names of objects in it are what teams choose.',
  },
  {
    resource: /:bedrock-agentcore:.*\*$/,
    reason: 'One type of resource in one account and Region; its ids are chosen by the service at creation.',
  },
  {
    resource: /:secretsmanager:.*:secret:bedrock-agentcore\*$/,
    reason: 'AgentCore puts client secrets under this prefix and adds a name of its own.',
  },
  {
    resource: /:secretsmanager:.*:secret:\*$/,
    reason: 'Narrowed by a condition: only secrets whose tag `gateloop` names this environment.',
  },
  {
    resource: /:iam::.*:role\/.+$/,
    reason:
      "Patterns that the deployment's settings name, and only for handing to AgentCore (PassedToService).",
  },
];

/** Acknowledges the wildcards in a role's statements, one finding each, where the table has a reason. */
export function acknowledgeWildcards(construct: IConstruct, statements: readonly Statement[]): void {
  const stack = Stack.of(construct);
  const resources = statements.flatMap((statement) => statement.resources);
  const flat = new Set(resources.map((resource) => flattenCfnReference(stack.resolve(resource))));
  for (const resource of flat) {
    const row = wildcardReasons.find((each) => resource.includes('*') && each.resource.test(resource));
    if (row) acknowledge(construct, `AwsSolutions-IAM5[Resource::${resource}]`, row.reason);
  }
}
