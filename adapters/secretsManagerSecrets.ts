import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GateloopError } from '../core/errors.ts';
import type { Secrets } from '../core/ports/secrets.ts';
import { isException } from './awsError.ts';
import { lazy } from './lazy.ts';

/** Secrets in AWS Secrets Manager. Each use reads the value again, and nothing stores it. */
export class SecretsManagerSecrets implements Secrets {
  readonly #client: () => SecretsManagerClient;

  constructor(client?: SecretsManagerClient) {
    this.#client = lazy(() => client ?? new SecretsManagerClient());
  }

  async read(name: string): Promise<string> {
    try {
      const { SecretString } = await this.#client().send(new GetSecretValueCommand({ SecretId: name }));
      if (SecretString !== undefined) return SecretString;
      throw secretMissing(name, 'holds binary data, not text');
    } catch (error) {
      if (isException(error, 'ResourceNotFoundException')) throw secretMissing(name, 'does not exist', error);
      if (isException(error, 'AccessDeniedException'))
        throw secretMissing(name, 'may not be read by Gateloop', error);
      throw error;
    }
  }
}

function secretMissing(name: string, why: string, cause?: unknown): GateloopError {
  const message = `The secret ${name} ${why}. Put it into Secrets Manager under this name, tagged for Gateloop.`;
  return new GateloopError('SecretMissing', message, { details: { name }, cause });
}
