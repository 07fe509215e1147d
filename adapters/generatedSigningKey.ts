import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GateloopError } from '../core/errors.ts';
import type { Secrets, SecretValue } from '../core/ports/secrets.ts';
import { isException, readFailure } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

export interface SigningKeyOptions {
  /** The secret's name. */
  readonly name: string;
  /** The ARN or the alias of the KMS key that encrypts the secret. */
  readonly kmsKey: string;
  /** @returns as many random bytes as asked for */
  readonly randomBytes: (size: number) => Uint8Array;
}

/** 44 characters of base64: a key as standardwebhooks.com specifies it, which allows 24 to 64 bytes. */
const KEY_BYTES = 33;

/**
 * Reads secrets, and makes the key that signs webhooks when it is read for the first time. The stack does not make it,
 * because CloudFormation cannot import a secret: the deployment after a removal would fail on the one that was kept, and
 * receivers, which have a copy, would reject another. A key that operators made before is used as it is.
 */
export class GeneratedSigningKey implements Secrets {
  readonly #secrets: Secrets;
  readonly #options: SigningKeyOptions;
  readonly #client: () => SecretsManagerClient;

  constructor(secrets: Secrets, options: SigningKeyOptions, client?: SecretsManagerClient) {
    this.#secrets = secrets;
    this.#options = options;
    this.#client = lazy(() => client ?? new SecretsManagerClient(clientSettings(callLimits.secretsManager)));
  }

  async read(name: string): Promise<SecretValue> {
    try {
      return await this.#secrets.read(name);
    } catch (error) {
      if (name !== this.#options.name || !isAbsent(error)) throw error;
      await this.#create();
      return this.#secrets.read(name);
    }
  }

  /** Does nothing when another invocation has made the key in the meantime. */
  async #create(): Promise<void> {
    const { name, kmsKey, randomBytes } = this.#options;
    try {
      await this.#client().send(
        new CreateSecretCommand({
          Name: name,
          Description: 'Gateloop signs webhooks with this key. Give it to the receivers of webhooks.',
          SecretString: Buffer.from(randomBytes(KEY_BYTES)).toString('base64'),
          KmsKeyId: kmsKey,
        }),
      );
    } catch (error) {
      if (!isException(error, 'ResourceExistsException')) throw readFailure(error);
    }
  }
}

/** Whether there is no secret of the name, which differs from one that may not be read. */
function isAbsent(error: unknown): boolean {
  return (
    error instanceof GateloopError &&
    error.code === 'SecretMissing' &&
    isException(error.cause, 'ResourceNotFoundException')
  );
}
