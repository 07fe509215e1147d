import type { ResourceKind } from './resourceKind.ts';

/** How a gateway routes requests, and with which configuration bundle. The service gives it an id, and nothing a name. */
export const gatewayRule: ResourceKind = {
  kind: 'gatewayRule',
  section: 'rules',
  parent: 'gateway',
  operations: {
    create: 'CreateGatewayRule',
    get: 'GetGatewayRule',
    list: 'ListGatewayRules',
    update: 'UpdateGatewayRule',
    delete: 'DeleteGatewayRule',
  },
  matchMember: 'priority',
  deletedBefore: ['gatewayTarget'],
  idMember: 'ruleId',
  idRequestMember: 'ruleId',
  arnMember: 'ruleArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'gatewayRules',
  update: 'patch',
  createOnlyMembers: [],
  clientToken: ['create'],
  outputs: ['ruleId'],
};
