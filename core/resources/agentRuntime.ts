import type { ResourceKind } from './resourceKind.ts';

export const agentRuntime: ResourceKind = {
  kind: 'agentRuntime',
  section: 'agentRuntimes',
  operations: {
    create: 'CreateAgentRuntime',
    get: 'GetAgentRuntime',
    list: 'ListAgentRuntimes',
    update: 'UpdateAgentRuntime',
    delete: 'DeleteAgentRuntime',
  },
  nameMember: 'agentRuntimeName',
  idMember: 'agentRuntimeId',
  idRequestMember: 'agentRuntimeId',
  arnMember: 'agentRuntimeArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'agentRuntimes',
  update: 'put',
  createOnlyMembers: [],
  clientToken: ['create', 'update'],
  outputs: ['agentRuntimeId', 'agentRuntimeArn', 'agentRuntimeVersion'],
};
