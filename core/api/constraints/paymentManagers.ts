import type { ConstraintTable } from './constraintTable.ts';

/**
 * The constraints of payment managers.
 *
 * Source: the service model of `bedrock-agentcore-control`, API version 2023-06-05, as in botocore 1.44.8: shapes reachable
 * from the inputs of the operations on payment managers.
 */
export const paymentManagers: ConstraintTable = {
  values: {
    PaymentManagerId: { pattern: '([0-9a-z][-]?){1,100}-[0-9a-z]{10}', min: 12, max: 211 },
    PaymentManagerName: { pattern: '[a-zA-Z][a-zA-Z0-9]{0,47}', min: 1, max: 48 },
    PaymentsAuthorizerType: { enum: ['CUSTOM_JWT', 'AWS_IAM'] },
    PaymentsDescription: { pattern: '[^\\p{C}]*', min: 1, max: 4096 },
  },
  members: {
    CreatePaymentManagerRequest: {
      name: 'PaymentManagerName',
      description: 'PaymentsDescription',
      authorizerType: 'PaymentsAuthorizerType',
      roleArn: 'RoleArn',
      clientToken: 'ClientToken',
      tags: 'TagsMap',
      kmsKeyArn: 'KmsKeyArn',
    },
    DeletePaymentManagerRequest: { paymentManagerId: 'PaymentManagerId', clientToken: 'ClientToken' },
    GetPaymentManagerRequest: { paymentManagerId: 'PaymentManagerId' },
    ListPaymentManagersRequest: { maxResults: 'MaxResults', nextToken: 'NextToken' },
    UpdatePaymentManagerRequest: {
      paymentManagerId: 'PaymentManagerId',
      description: 'PaymentsDescription',
      authorizerType: 'PaymentsAuthorizerType',
      roleArn: 'RoleArn',
      clientToken: 'ClientToken',
      kmsKeyArn: 'KmsKeyArn',
    },
  },
};
