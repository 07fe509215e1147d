import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { GeneratedSigningKey } from './generatedSigningKey.ts';
import { SecretsManagerSecrets } from './secretsManagerSecrets.ts';
import { startEmbeddedServices } from './testing/embeddedServices.ts';

const name = 'gateloop/main/webhook-signing-key';

async function open() {
  const { settings } = await startEmbeddedServices({ secrets: { 'payments/github': 'secret-value' } });
  const client = new SecretsManagerClient(settings('SECRETS_MANAGER'));
  let made = 0;
  const randomBytes = (size: number) => new Uint8Array(size).fill(++made);
  const options = { name, kmsKey: 'alias/aws/secretsmanager', randomBytes };
  const secrets = () => new GeneratedSigningKey(new SecretsManagerSecrets(client), options, client);
  return { client, secrets };
}

describe('GeneratedSigningKey', () => {
  it('GeneratedSigningKey: makes the key at the first read, and reads the same key afterwards', async () => {
    const { secrets } = await open();
    const { value } = await secrets().read(name);
    expect(Buffer.from(value, 'base64')).toHaveLength(33);
    expect(value).toHaveLength(44);
    expect((await secrets().read(name)).value).toBe(value);
  });

  it('GeneratedSigningKey: makes one key when two invocations read it at the same time', async () => {
    const { secrets } = await open();
    const [one, other] = await Promise.all([secrets().read(name), secrets().read(name)]);
    expect(other.value).toBe(one.value);
  });

  it('GeneratedSigningKey: uses the key that an earlier deployment or an operator left', async () => {
    const { client, secrets } = await open();
    await secrets().read(name);
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'of an operator' }));
    expect((await secrets().read(name)).value).toBe('of an operator');
  });

  it('GeneratedSigningKey: makes no other secret that is missing', async () => {
    const { client, secrets } = await open();
    await expect(secrets().read('payments/slack')).rejects.toThrow('does not exist');
    await expect(client.send(new GetSecretValueCommand({ SecretId: 'payments/slack' }))).rejects.toThrow();
    expect((await secrets().read('payments/github')).value).toBe('secret-value');
  });
});
