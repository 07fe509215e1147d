import type { ResourceKind } from './resourceKind.ts';

/** An endpoint of an agent runtime, which serves one of its versions. It has no id: the API uses its name instead. */
export const agentRuntimeEndpoint: ResourceKind = {
  kind: 'agentRuntimeEndpoint',
  section: 'endpoints',
  parent: 'agentRuntime',
  operations: {
    create: 'CreateAgentRuntimeEndpoint',
    get: 'GetAgentRuntimeEndpoint',
    list: 'ListAgentRuntimeEndpoints',
    update: 'UpdateAgentRuntimeEndpoint',
    delete: 'DeleteAgentRuntimeEndpoint',
  },
  quota: 10,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'name',
  idRequestMember: 'endpointName',
  arnMember: 'agentRuntimeEndpointArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'runtimeEndpoints',
  // AWS documents no update that clears the description, so that none is taken for one.
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  // The guide: "The DEFAULT endpoint automatically points to the latest version", "Endpoints must be explicitly updated".
  serviceNames: ['DEFAULT'],
  version: {
    member: 'agentRuntimeVersion',
    ofParent: 'agentRuntimeVersion',
    live: 'liveVersion',
    target: 'targetVersion',
  },
  outputMembers: { agentRuntimeVersion: 'liveVersion' },
  clientToken: ['create', 'update'],
  outputs: ['agentRuntimeEndpointArn', 'liveVersion'],
};
