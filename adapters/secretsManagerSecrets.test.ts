import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { SecretsManagerSecrets } from './secretsManagerSecrets.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

async function openSecrets() {
  const { settings } = await startEmbeddedServices({ secrets: { 'payments/github': 'hush' } });
  const client = new SecretsManagerClient(settings('SECRETS_MANAGER'));
  return { secrets: new SecretsManagerSecrets(client), client };
}

/** Answers in place of the service. */
function respondWith(client: SecretsManagerClient, answer: () => object): void {
  client.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, ...answer() } }), {
    step: 'initialize',
  });
}

describe('secrets in Secrets Manager', () => {
  it('are read by their name', async () => {
    const { secrets } = await openSecrets();
    expect(await secrets.read('payments/github')).toBe('hush');
  });

  it('that do not exist are named, with what to do', async () => {
    const { secrets } = await openSecrets();
    await expect(secrets.read('payments/gitlab')).rejects.toMatchObject({
      code: 'SecretMissing',
      retryable: false,
      details: { name: 'payments/gitlab' },
      message: expect.stringContaining('payments/gitlab does not exist. Put it into Secrets Manager'),
    });
  });

  it('that hold no text are as good as missing', async () => {
    const { secrets, client } = await openSecrets();
    respondWith(client, () => ({ SecretBinary: new Uint8Array([1]) }));
    await expect(secrets.read('payments/github')).rejects.toMatchObject({ code: 'SecretMissing' });
  });

  it('that may not be read say so, and nothing of what they hold', async () => {
    const { secrets, client } = await openSecrets();
    respondWith(client, () => {
      throw Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    });
    await expect(secrets.read('payments/github')).rejects.toMatchObject({
      code: 'SecretMissing',
      message: expect.stringContaining('may not be read'),
    });
  });

  it('pass on trouble that may be over at the next try', async () => {
    const { secrets, client } = await openSecrets();
    respondWith(client, () => {
      throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
    });
    await expect(secrets.read('payments/github')).rejects.toMatchObject({ name: 'ThrottlingException' });
  });
});
