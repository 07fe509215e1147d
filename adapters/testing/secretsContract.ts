import { describe, expect, it } from 'vitest';
import type { Secrets } from '../../core/ports/secrets.ts';

/** A store that holds the secret `payments/github` with the value `hush`. */
export interface OpenedSecrets {
  readonly secrets: Secrets;
  /** From now on the secret holds no text. */
  makeBinary(name: string): void;
  /** From now on the secret may not be read. */
  forbid(name: string): void;
  /** The next read is throttled. */
  throttle(): void;
}

/** What every store of secrets does. Each test opens one of its own. */
export function describeSecretsContract(name: string, open: () => Promise<OpenedSecrets>): void {
  describe(name, () => {
    it('reads a secret by its name', async () => {
      const { secrets } = await open();
      expect(await secrets.read('payments/github')).toBe('hush');
    });

    it('names a secret that does not exist, with what to do', async () => {
      const { secrets } = await open();
      await expect(secrets.read('payments/gitlab')).rejects.toMatchObject({
        code: 'SecretMissing',
        retryable: false,
        details: { name: 'payments/gitlab' },
        message: expect.stringContaining('payments/gitlab does not exist. Put it into Secrets Manager'),
      });
    });

    it('treats a secret that holds no text as missing', async () => {
      const { secrets, makeBinary } = await open();
      makeBinary('payments/github');
      await expect(secrets.read('payments/github')).rejects.toMatchObject({
        code: 'SecretMissing',
        message: expect.stringContaining('holds binary data'),
      });
    });

    it('says of a secret that may not be read that it may not be read', async () => {
      const { secrets, forbid } = await open();
      forbid('payments/github');
      await expect(secrets.read('payments/github')).rejects.toMatchObject({
        code: 'SecretMissing',
        message: expect.stringContaining('may not be read'),
      });
    });

    it('passes on throttling, which may be over at the next try', async () => {
      const { secrets, throttle } = await open();
      throttle();
      await expect(secrets.read('payments/github')).rejects.toMatchObject({ name: 'ThrottlingException' });
    });
  });
}
