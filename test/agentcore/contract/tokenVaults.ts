import { expect } from 'vitest';
import { invalid, notFound, type OperationContract } from './contract.ts';

const KEY = 'arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012';

export const tokenVaultContracts: readonly OperationContract[] = [
  {
    operation: 'SetTokenVaultCMK',
    accepted: [
      {
        title: "a customer's key",
        needsEmulator: true,
        input: { kmsConfiguration: { keyType: 'CustomerManagedKey', kmsKeyArn: KEY } },
        verify: async (subject) => {
          const vault = await subject.call('GetTokenVault', {});
          expect(vault.kmsConfiguration).toEqual({ keyType: 'CustomerManagedKey', kmsKeyArn: KEY });
        },
      },
    ],
    rejected: [
      {
        title: "a customer's key without its ARN",
        needsEmulator: true,
        input: { kmsConfiguration: { keyType: 'CustomerManagedKey' } },
        expectedError: invalid('kmsConfiguration.kmsKeyArn'),
      },
      {
        title: 'an unknown vault',
        input: { tokenVaultId: 'unknown', kmsConfiguration: { keyType: 'ServiceManagedKey' } },
        expectedError: notFound,
      },
    ],
  },
  {
    operation: 'GetTokenVault',
    accepted: [
      {
        title: "no id, and shows the account's vault",
        needsEmulator: true,
        input: {},
        expectedResponse: { tokenVaultId: 'default' },
      },
    ],
    rejected: [{ title: 'an unknown vault', input: { tokenVaultId: 'unknown' }, expectedError: notFound }],
  },
];
