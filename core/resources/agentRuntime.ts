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
  arn: { resource: 'runtime/*' },
  quota: 1000,
  roleMember: 'roleArn',
  servesAgents: true,
  deletedBefore: ['capacityProvider', 'memory'],
  nameMember: 'agentRuntimeName',
  idMember: 'agentRuntimeId',
  idRequestMember: 'agentRuntimeId',
  arnMember: 'agentRuntimeArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'agentRuntimes',
  listShowsChanges: true,
  update: 'put',
  tags: 'changeable',
  createOnlyMembers: [],
  // Recorded from AWS, apart from the network: seen for the runtimes of harnesses, and every response needs one.
  serviceDefaults: {
    lifecycleConfiguration: { idleRuntimeSessionTimeout: 900, maxLifetime: 28_800 },
    metadataConfiguration: { requireMMDSV2: true },
    networkConfiguration: { networkMode: 'PUBLIC' },
  },
  cappedDefaults: [
    ['lifecycleConfiguration.idleRuntimeSessionTimeout', 'lifecycleConfiguration.maxLifetime'],
  ],
  clientToken: ['create', 'update'],
  outputs: ['agentRuntimeId', 'agentRuntimeArn', 'agentRuntimeVersion'],
};
