import { WITHOUT_PAYMENTS } from './regions.ts';
import type { ResourceKind } from './resourceKind.ts';

/** What agents pay through: who may call it, and the role with which it reads the credentials of payment providers. */
export const paymentManager: ResourceKind = {
  kind: 'paymentManager',
  section: 'paymentManagers',
  operations: {
    create: 'CreatePaymentManager',
    get: 'GetPaymentManager',
    list: 'ListPaymentManagers',
    update: 'UpdatePaymentManager',
    delete: 'DeletePaymentManager',
  },
  arn: { resource: 'payment-manager/*' },
  regionsWithout: WITHOUT_PAYMENTS,
  servesAgents: true,
  nameMember: 'name',
  idMember: 'paymentManagerId',
  idRequestMember: 'paymentManagerId',
  arnMember: 'paymentManagerArn',
  updatedAtMember: 'lastUpdatedAt',
  reasonMember: 'failureReason',
  listMember: 'paymentManagers',
  listShowsChanges: true,
  // Its members are optional, and AWS does not say that an update clears what it leaves out.
  update: 'patch',
  tags: 'changeable',
  createOnlyMembers: [],
  refusedMembers: {
    kmsKeyArn:
      'Gateloop has no right to use a key for payment managers. Remove the line: AWS encrypts with its own key.',
  },
  clientToken: ['create', 'update'],
  outputs: ['paymentManagerId', 'paymentManagerArn'],
};
