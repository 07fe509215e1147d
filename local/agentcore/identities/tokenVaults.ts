import type {
  GetTokenVaultRequest,
  GetTokenVaultResponse,
  SetTokenVaultCMKRequest,
} from '@aws-sdk/client-bedrock-agentcore-control';
import type { Table } from '../../simulation/table.ts';
import type { EmulatorContext } from '../emulatorContext.ts';
import type { Checked, Operations } from '../operation.ts';
import { invalid, notFound } from '../serviceError.ts';

/** The vault that each account has. No operation makes another one. */
const DEFAULT_VAULT = 'default';

type KmsConfiguration = Checked<SetTokenVaultCMKRequest>['kmsConfiguration'];

interface VaultRecord {
  readonly kmsConfiguration: KmsConfiguration;
  /** Milliseconds since the epoch, simulated time. */
  readonly modifiedAt: number;
}

/** The token vault of the account, with the key that encrypts it. */
export class TokenVaults {
  readonly #context: EmulatorContext;
  readonly #vaults: Table<VaultRecord>;

  constructor(context: EmulatorContext) {
    this.#context = context;
    this.#vaults = context.table('tokenVault');
  }

  operations(): Operations {
    return {
      GetTokenVault: ({ tokenVaultId }: Checked<GetTokenVaultRequest>) => this.#show(tokenVaultId),
      SetTokenVaultCMK: ({ tokenVaultId, kmsConfiguration }: Checked<SetTokenVaultCMKRequest>) => {
        this.#show(tokenVaultId);
        checkKey(kmsConfiguration);
        this.#vaults.put(DEFAULT_VAULT, { kmsConfiguration, modifiedAt: this.#context.clock.now() });
        return this.#show(tokenVaultId);
      },
    };
  }

  #show(tokenVaultId: string = DEFAULT_VAULT): GetTokenVaultResponse {
    if (tokenVaultId !== DEFAULT_VAULT) throw notFound(`The token vault ${tokenVaultId} does not exist.`);
    const { kmsConfiguration, modifiedAt } = this.#vaults.get(DEFAULT_VAULT) ?? {
      kmsConfiguration: { keyType: 'ServiceManagedKey' as const },
      modifiedAt: 0,
    };
    return { tokenVaultId, kmsConfiguration, lastModifiedDate: new Date(modifiedAt) };
  }
}

/** Guessed: a customer's key needs its ARN, and the service's own has none. */
function checkKey({ keyType, kmsKeyArn }: KmsConfiguration): void {
  if ((keyType === 'CustomerManagedKey') !== (kmsKeyArn !== undefined))
    throw invalid('kmsKeyArn is required for CustomerManagedKey, and refused for ServiceManagedKey.', {
      name: 'kmsConfiguration.kmsKeyArn',
      message: 'does not fit the type of the key',
    });
}
