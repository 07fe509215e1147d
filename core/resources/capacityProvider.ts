import { WITHOUT_INSTANCES } from './regions.ts';
import type { ResourceKind } from './resourceKind.ts';

const FIXED = 'UpdateCapacityProvider changes nothing but the description';

/** The EC2 instances of the account that runtimes run on: their types, network, volumes and lifetime. */
export const capacityProvider: ResourceKind = {
  kind: 'capacityProvider',
  section: 'capacityProviders',
  operations: {
    create: 'CreateCapacityProvider',
    get: 'GetCapacityProvider',
    list: 'ListCapacityProviders',
    update: 'UpdateCapacityProvider',
    delete: 'DeleteCapacityProvider',
  },
  arn: { resource: 'capacity-provider/*' },
  quota: 1000,
  regionsWithout: WITHOUT_INSTANCES,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'capacityProviderId',
  idRequestMember: 'capacityProviderId',
  arnMember: 'capacityProviderArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'statusReason',
  listMember: 'capacityProviders',
  listShowsChanges: true,
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [
    { member: 'permissionsConfiguration', reason: FIXED },
    { member: 'computeConfiguration', reason: FIXED },
  ],
  // The model: "The default is 900 seconds (15 minutes)", "The default is 28800 seconds (8 hours)", "The default is 8 GiB" and "If
  // you do not specify a type, the default is gp3".
  serviceDefaults: {
    computeConfiguration: {
      ec2Configuration: {
        lifecycleConfiguration: { idleInstanceTimeout: 900, maxLifetime: 28_800 },
        rootVolume: { freeSpaceGiB: 8, volumeType: 'gp3' },
      },
    },
  },
  clientToken: ['create', 'update'],
  outputs: ['capacityProviderId', 'capacityProviderArn'],
};
