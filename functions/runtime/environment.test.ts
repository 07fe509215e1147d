import { afterEach, describe, expect, it, vi } from 'vitest';
import { setting } from './environment.ts';

describe('setting', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('reads a setting from the environment variable of its name', () => {
    vi.stubEnv('LEDGER_TABLE', 'ledger');
    expect(setting('LEDGER_TABLE')).toBe('ledger');
  });

  it.each([undefined, ''])('fails with SettingMissing and the name when the variable is %j', (value) => {
    vi.stubEnv('LEDGER_TABLE', value);
    expect(() => setting('LEDGER_TABLE')).toThrow(
      expect.objectContaining({
        code: 'SettingMissing',
        retryable: false,
        message: expect.stringContaining('LEDGER_TABLE'),
      }),
    );
  });
});
