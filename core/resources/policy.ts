import type { ResourceKind } from './resourceKind.ts';

/** What the agents of a gateway may do, in Cedar or Dogwood. */
export const policy: ResourceKind = {
  kind: 'policy',
  section: 'policies',
  parent: 'policyEngine',
  operations: {
    create: 'CreatePolicy',
    get: 'GetPolicy',
    list: 'ListPolicies',
    update: 'UpdatePolicy',
    delete: 'DeletePolicy',
  },
  quota: 1000,
  nameMember: 'name',
  idMember: 'policyId',
  idRequestMember: 'policyId',
  arnMember: 'policyArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'policies',
  update: 'patch',
  createOnlyMembers: [],
  // The API model: "Defaults to ACTIVE", and "FAIL_ON_ANY_FINDINGS (default)".
  serviceDefaults: { enforcementMode: 'ACTIVE', validationMode: 'FAIL_ON_ANY_FINDINGS' },
  clientToken: ['create'],
  outputs: ['policyId', 'policyArn'],
};
