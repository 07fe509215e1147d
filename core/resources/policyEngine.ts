import type { ResourceKind } from './resourceKind.ts';

/** What decides on the calls of the gateways that name it in their `policyEngineConfiguration`. */
export const policyEngine: ResourceKind = {
  kind: 'policyEngine',
  section: 'policyEngines',
  operations: {
    create: 'CreatePolicyEngine',
    get: 'GetPolicyEngine',
    list: 'ListPolicyEngines',
    update: 'UpdatePolicyEngine',
    delete: 'DeletePolicyEngine',
  },
  arn: { resource: 'policy-engine/*' },
  quota: 1000,
  nameMember: 'name',
  idMember: 'policyEngineId',
  idRequestMember: 'policyEngineId',
  arnMember: 'policyEngineArn',
  updatedAtMember: 'updatedAt',
  reasonMember: 'statusReasons',
  listMember: 'policyEngines',
  listShowsChanges: true,
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  refusedMembers: {
    encryptionKeyArn:
      'Gateloop has no right to use a key for policy engines. Remove the line: AWS encrypts with its own key.',
  },
  clientToken: ['create'],
  outputs: ['policyEngineId', 'policyEngineArn'],
};
