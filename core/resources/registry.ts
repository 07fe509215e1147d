import { refusedSchemaChange } from '../registry/metadataSchemas.ts';
import type { ResourceKind } from './resourceKind.ts';

export const registry: ResourceKind = {
  kind: 'registry',
  service: 'agentRegistry',
  section: 'registries',
  operations: {
    create: 'CreateRegistry',
    get: 'GetRegistry',
    list: 'ListRegistries',
    update: 'UpdateRegistry',
    delete: 'DeleteRegistry',
  },
  arn: { resource: 'registry/*' },
  quota: 5,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'registryId',
  idRequestMember: 'registryId',
  arnMember: 'registryArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReason',
  listMember: 'registries',
  listShowsChanges: true,
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [
    { member: 'discoveryConfiguration.authorizerType', reason: 'UpdateRegistry does not take it' },
    {
      member: 'discoveryConfiguration.authorizerConfiguration.customJWTAuthorizer.discoveryUrl',
      reason: 'the service fixes it at creation',
    },
    { member: 'encryptionConfiguration', reason: 'UpdateRegistry does not take it' },
  ],
  refusedChanges: [{ member: 'customMetadataSchemaConfiguration', reason: refusedSchemaChange }],
  clientToken: ['create'],
  serviceDefaults: { discoveryConfiguration: { authorizerType: 'AWS_IAM' } },
  outputMembers: { autoDetectionConfiguration: 'autoDetection.configuration' },
  outputs: ['registryId', 'registryArn'],
};
