import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of workload identities and token vaults.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on workload identities and token vaults.
 */
export const workloadIdentities: ConstraintTable = {
  values: {
    KeyType: { enum: ['CustomerManagedKey', 'ServiceManagedKey'] },
    ListWorkloadIdentitiesRequestMaxResultsInteger: { min: 1, max: 20, integer: true },
    TokenVaultIdType: { pattern: '[a-zA-Z0-9\\-_]+', min: 1, max: 64 },
  },
  members: {
    CreateWorkloadIdentityRequest: {
      name: 'WorkloadIdentityNameType',
      allowedResourceOauth2ReturnUrls: 'ResourceOauth2ReturnUrlListType',
      tags: 'TagsMap',
    },
    KmsConfiguration: { keyType: 'KeyType', kmsKeyArn: 'KmsKeyArn' },
    SetTokenVaultCMKRequest: { tokenVaultId: 'TokenVaultIdType' },
    GetTokenVaultRequest: { tokenVaultId: 'TokenVaultIdType' },
    ListWorkloadIdentitiesRequest: { maxResults: 'ListWorkloadIdentitiesRequestMaxResultsInteger' },
    DeleteWorkloadIdentityRequest: { name: 'WorkloadIdentityNameType' },
  },
};
