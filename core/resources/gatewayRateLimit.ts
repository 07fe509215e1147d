import type { ResourceKind } from './resourceKind.ts';

/** How many requests, tokens or connections a gateway takes. It has no id: the API uses its name instead. */
export const gatewayRateLimit: ResourceKind = {
  kind: 'gatewayRateLimit',
  section: 'rateLimits',
  parent: 'gateway',
  operations: {
    create: 'CreateGatewayRateLimit',
    get: 'GetGatewayRateLimit',
    list: 'ListGatewayRateLimits',
    update: 'UpdateGatewayRateLimit',
    delete: 'DeleteGatewayRateLimit',
  },
  nameMember: 'rateLimitId',
  idMember: 'rateLimitId',
  idRequestMember: 'rateLimitId',
  arnMember: 'rateLimitArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'rateLimits',
  update: 'patch',
  createOnlyMembers: [
    {
      member: 'dimensionKeys',
      reason: 'the service says "The dimension keys are immutable after creation"',
    },
  ],
  clientToken: ['create'],
  outputs: ['rateLimitId'],
};
