import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SecretsManagerSecrets } from './secretsManagerSecrets.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';
import { describeSecretsContract } from './testing/secretsContract.ts';

describeSecretsContract('secrets in Secrets Manager', async () => {
  const { settings } = await startEmbeddedServices({ secrets: { 'payments/github': 'hush' } });
  const client = new SecretsManagerClient(settings('SECRETS_MANAGER'));
  /** Answers in place of the service, which here holds texts alone and refuses nobody. */
  const answer = (make: () => object) =>
    client.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, ...make() } }), {
      step: 'initialize',
    });
  const fail = (name: string) =>
    answer(() => {
      throw Object.assign(new Error('refused'), { name });
    });
  return {
    secrets: new SecretsManagerSecrets(client),
    makeBinary: () => answer(() => ({ SecretBinary: new Uint8Array([1]) })),
    forbid: () => fail('AccessDeniedException'),
    throttle: () => fail('ThrottlingException'),
  };
});
