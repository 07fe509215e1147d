import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerSecrets, SecretsManagerVersions } from './secretsManagerSecrets.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeSecretsContract } from './testing/secretsContract.ts';

describeSecretsContract('SecretsManagerSecrets', async () => {
  const { settings } = await startEmbeddedServices({ secrets: { 'payments/github': 'secret-value' } });
  const client = new SecretsManagerClient(settings('SECRETS_MANAGER'));
  /** Replaces the response of the embedded service, which stores only text and denies no access. */
  const respond = (make: () => object) =>
    client.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, ...make() } }), {
      step: 'initialize',
    });
  const fail = (name: string) =>
    respond(() => {
      throw Object.assign(new Error('rejected'), { name });
    });
  return {
    secrets: new SecretsManagerSecrets(client),
    versions: new SecretsManagerVersions(client),
    rotate: async (name, value) => {
      await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: value }));
    },
    makeBinary: () => respond(() => ({ SecretBinary: new Uint8Array([1]) })),
    forbid: () => fail('AccessDeniedException'),
    throttle: () => fail('ThrottlingException'),
  };
});
