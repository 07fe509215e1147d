import { memberAt } from '../manifest/memberAt.ts';
import type { ResourceKind } from './resourceKind.ts';

/** The key that encrypts the credentials which AgentCore keeps for an account. Without a key of the customer's, AWS has its own. */
export const tokenVault: ResourceKind = {
  kind: 'tokenVault',
  section: 'tokenVaults',
  operations: {
    create: 'SetTokenVaultCMK',
    get: 'GetTokenVault',
    list: 'GetTokenVault',
    update: 'SetTokenVaultCMK',
    delete: 'SetTokenVaultCMK',
  },
  setting: {
    name: 'default',
    isSet: (shown) => memberAt(shown, ['kmsConfiguration', 'keyType']) === 'CustomerManagedKey',
    reset: { kmsConfiguration: { keyType: 'ServiceManagedKey' } },
  },
  arn: { resource: 'token-vault/default' },
  nameMember: 'tokenVaultId',
  idMember: 'tokenVaultId',
  idRequestMember: 'tokenVaultId',
  arnMember: 'tokenVaultArn',
  updatedAtMember: 'lastModifiedDate',
  reasonMember: 'failureReason',
  listMember: 'tokenVaults',
  update: 'put',
  createOnlyMembers: [],
  clientToken: [],
  outputs: ['tokenVaultId'],
};
