import { resourceKinds } from '../resources/resourceKinds.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, type PlanRule } from './planRule.ts';

const { setting, section } = resourceKinds.tokenVault;

/** Rules on the token vault of the account. */
export const tokenVaultRules: readonly PlanRule[] = [
  {
    id: 'token-vault-is-the-only-one',
    kind: 'tokenVault',
    severity: 'error',
    source: 'developer guide, token vault: an account has one token vault, whose id is default',
    find: ({ name }) =>
      name === setting?.name
        ? noFindings
        : finding(
            [],
            `An account has one token vault, ${setting?.name}.`,
            `${section}: { ${setting?.name}: … }`,
          ),
  },
  {
    id: 'token-vault-has-own-key',
    kind: 'tokenVault',
    severity: 'error',
    source: 'API reference, KmsConfiguration: kmsKeyArn is the key of CustomerManagedKey',
    find: ({ config }) =>
      memberAt(config, ['kmsConfiguration', 'keyType']) === 'CustomerManagedKey' &&
      memberAt(config, ['kmsConfiguration', 'kmsKeyArn']) !== undefined
        ? noFindings
        : finding(
            ['kmsConfiguration'],
            'A manifest names the token vault to give it a key of your own. Without an entry, the vault has the key of AWS.',
            '{ keyType: CustomerManagedKey, kmsKeyArn: <ARN> }',
          ),
  },
];
