import { describe, expect, it } from 'vitest';
import type { Secrets, SecretVersionReader } from '../../core/ports/secrets.ts';

/** A store with the secret `payments/github`, whose value is `secret-value`. */
export interface OpenedSecrets {
  readonly secrets: Secrets;
  readonly versions: SecretVersionReader;
  /** Gives the secret another value. */
  rotate(name: string, value: string): Promise<void> | void;
  /** Makes the secret binary. */
  makeBinary(name: string): void;
  /** Denies access to the secret. */
  forbid(name: string): void;
  /** Makes the service throttle the next read. */
  throttle(): void;
}

/** The behavior of every `Secrets`. `open` opens a store for each test. */
export function describeSecretsContract(name: string, open: () => Promise<OpenedSecrets>): void {
  describe(name, () => {
    it('reads a secret by its name', async () => {
      const { secrets } = await open();
      expect((await secrets.read('payments/github')).value).toBe('secret-value');
    });

    it('tells the version of the value without reading it, and another one after a rotation', async () => {
      const { secrets, versions, rotate } = await open();
      const before = await secrets.read('payments/github');
      expect(await versions.currentVersion('payments/github')).toBe(before.versionId);
      await rotate('payments/github', 'another-value');
      const after = await secrets.read('payments/github');
      expect(after).toEqual({
        value: 'another-value',
        versionId: expect.not.stringMatching(before.versionId),
      });
      expect(await versions.currentVersion('payments/github')).toBe(after.versionId);
    });

    it('names a missing secret, and one that it may not read, where a version is asked for', async () => {
      const { versions, forbid } = await open();
      await expect(versions.currentVersion('payments/gitlab')).rejects.toMatchObject({
        code: 'SecretMissing',
      });
      forbid('payments/github');
      await expect(versions.currentVersion('payments/github')).rejects.toMatchObject({
        code: 'SecretMissing',
      });
    });

    it('names a missing secret and the remedy', async () => {
      const { secrets } = await open();
      await expect(secrets.read('payments/gitlab')).rejects.toMatchObject({
        code: 'SecretMissing',
        retryable: false,
        details: { name: 'payments/gitlab' },
        message: expect.stringContaining('payments/gitlab does not exist. Put it into Secrets Manager'),
      });
    });

    it('treats a binary secret as missing', async () => {
      const { secrets, makeBinary } = await open();
      makeBinary('payments/github');
      await expect(secrets.read('payments/github')).rejects.toMatchObject({
        code: 'SecretMissing',
        message: expect.stringContaining('holds binary data'),
      });
    });

    it('reports a secret that it may not read', async () => {
      const { secrets, forbid } = await open();
      forbid('payments/github');
      await expect(secrets.read('payments/github')).rejects.toMatchObject({
        code: 'SecretMissing',
        message: expect.stringContaining('may not be read'),
      });
    });

    it('rethrows throttling, so that the step is retried', async () => {
      const { secrets, throttle } = await open();
      throttle();
      await expect(secrets.read('payments/github')).rejects.toMatchObject({ name: 'ThrottlingException' });
    });
  });
}
