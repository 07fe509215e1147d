import type { KindName, ResourceKind } from './resourceKind.ts';

/** The policies that say who may call one gateway or runtime. The API has them for these two kinds alone. */
export const gatewayResourcePolicy = policyOf('gateway', 'gatewayResourcePolicy');
export const agentRuntimeResourcePolicy = policyOf('agentRuntime', 'agentRuntimeResourcePolicy');

/**
 * The API names the policy by the ARN of what it is of. It has no List, no status and no time: the adapter gives it a number
 * of its content for a time.
 */
function policyOf(parent: KindName, kind: KindName): ResourceKind {
  return {
    kind,
    section: 'resourcePolicy',
    parent,
    isOnly: true,
    operations: {
      create: 'PutResourcePolicy',
      get: 'GetResourcePolicy',
      list: 'GetResourcePolicy',
      update: 'PutResourcePolicy',
      delete: 'DeleteResourcePolicy',
    },
    idMember: 'resourceArn',
    idRequestMember: 'resourceArn',
    arnMember: 'resourceArn',
    updatedAtMember: 'updatedAt',
    reasonMember: 'failureReason',
    listMember: 'policies',
    update: 'put',
    createOnlyMembers: [],
    jsonMember: 'policy',
    clientToken: [],
    outputs: [],
  };
}
