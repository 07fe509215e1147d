import type { ResourceKind } from './resourceKind.ts';

export const gatewayTarget: ResourceKind = {
  kind: 'gatewayTarget',
  section: 'targets',
  parent: 'gateway',
  operations: {
    create: 'CreateGatewayTarget',
    get: 'GetGatewayTarget',
    list: 'ListGatewayTargets',
    update: 'UpdateGatewayTarget',
    delete: 'DeleteGatewayTarget',
  },
  nameMember: 'name',
  idMember: 'targetId',
  idRequestMember: 'targetId',
  arnMember: 'gatewayArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'items',
  update: 'put',
  createOnlyMembers: [],
  clientToken: ['create'],
  outputs: ['targetId'],
};
