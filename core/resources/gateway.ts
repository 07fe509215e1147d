import type { ResourceKind } from './resourceKind.ts';

export const gateway: ResourceKind = {
  kind: 'gateway',
  section: 'gateways',
  operations: {
    create: 'CreateGateway',
    get: 'GetGateway',
    list: 'ListGateways',
    update: 'UpdateGateway',
    delete: 'DeleteGateway',
  },
  arn: { resource: 'gateway/*' },
  quota: 1000,
  pageSize: 1000,
  roleMember: 'roleArn',
  servesAgents: true,
  deletedBefore: ['policyEngine'],
  nameMember: 'name',
  idMember: 'gatewayId',
  idRequestMember: 'gatewayIdentifier',
  arnMember: 'gatewayArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'items',
  listShowsChanges: true,
  update: 'put',
  tags: 'changeable',
  createOnlyMembers: [
    {
      member: 'authorizerType',
      with: ['authorizerConfiguration'],
      reason: 'the service answers "Authorizer type cannot be updated for an existing gateway"',
    },
  ],
  // The API model: the default value is 3600 seconds (1 hour).
  serviceDefaults: {
    protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 3600 } } },
  },
  clientToken: ['create'],
  outputs: ['gatewayId', 'gatewayArn', 'gatewayUrl'],
};
