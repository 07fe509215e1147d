import type { ResourceKind } from './resourceKind.ts';

export const registry: ResourceKind = {
  kind: 'registry',
  section: 'registries',
  operations: {
    create: 'CreateRegistry',
    get: 'GetRegistry',
    list: 'ListRegistries',
    update: 'UpdateRegistry',
    delete: 'DeleteRegistry',
  },
  servesAgents: true,
  nameMember: 'name',
  idMember: 'registryId',
  idRequestMember: 'registryId',
  arnMember: 'registryArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReason',
  listMember: 'registries',
  update: 'patch',
  createOnlyMembers: [{ member: 'authorizerType', reason: 'UpdateRegistry does not take it' }],
  clientToken: ['create'],
  serviceDefaults: { authorizerType: 'AWS_IAM' },
  outputs: ['registryId', 'registryArn'],
};
