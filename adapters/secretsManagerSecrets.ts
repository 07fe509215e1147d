import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { GateloopError } from '../core/errors.ts';
import type { Secrets, SecretValue, SecretVersionReader } from '../core/ports/secrets.ts';
import { isException, readFailure } from './awsError.ts';
import { callLimits, clientSettings } from './clientSettings.ts';
import { lazy } from './lazy.ts';

/** Secrets in AWS Secrets Manager. Each use reads the value again, and nothing stores it. */
export class SecretsManagerSecrets implements Secrets {
  readonly #client: () => SecretsManagerClient;

  constructor(client?: SecretsManagerClient) {
    this.#client = lazy(() => client ?? new SecretsManagerClient(clientSettings(callLimits.secretsManager)));
  }

  async read(name: string): Promise<SecretValue> {
    const { SecretString: value, VersionId: versionId = '' } = await orMissing(
      name,
      this.#client().send(new GetSecretValueCommand({ SecretId: name })),
    );
    if (value !== undefined) return { value, versionId };
    throw secretMissing(name, 'holds binary data, not text');
  }
}

/** The versions of secrets in AWS Secrets Manager: a function that has only this cannot read a value. */
export class SecretsManagerVersions implements SecretVersionReader {
  readonly #client: () => SecretsManagerClient;

  constructor(client?: SecretsManagerClient) {
    this.#client = lazy(() => client ?? new SecretsManagerClient(clientSettings(callLimits.secretsManager)));
  }

  async currentVersion(name: string): Promise<string> {
    const { VersionIdsToStages: stages = {} } = await orMissing(
      name,
      this.#client().send(new DescribeSecretCommand({ SecretId: name })),
    );
    const [current] = Object.entries(stages).find(([, labels]) => labels.includes('AWSCURRENT')) ?? [];
    if (current !== undefined) return current;
    throw secretMissing(name, 'has no current value');
  }
}

async function orMissing<Result>(name: string, call: Promise<Result>): Promise<Result> {
  try {
    return await call;
  } catch (error) {
    if (isException(error, 'ResourceNotFoundException')) throw secretMissing(name, 'does not exist', error);
    if (isException(error, 'AccessDeniedException'))
      throw secretMissing(name, 'may not be read by Gateloop', error);
    throw readFailure(error);
  }
}

function secretMissing(name: string, why: string, cause?: unknown): GateloopError {
  const message = `The secret ${name} ${why}. Put it into Secrets Manager under this name, tagged for Gateloop.`;
  return new GateloopError('SecretMissing', message, { details: { name }, cause });
}
