import { describe, expect, it } from 'vitest';
import { clientToken } from './clientToken.ts';

const create = {
  workspace: 'payments',
  address: 'gateway/front',
  fingerprint: 'f1',
  generation: 0,
  attempt: 0,
} as const;

describe('clientToken', () => {
  it('clientToken: is the same for a repeated create, in a form that the API takes', () => {
    expect(clientToken({ ...create })).toBe(clientToken(create));
    expect(clientToken(create)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('clientToken: differs with the resource, its configuration, and the number of creates and failures', () => {
    const tokens = [
      create,
      { ...create, workspace: 'books' },
      { ...create, address: 'gateway/back' as const },
      { ...create, fingerprint: 'f2' },
      { ...create, generation: 1 },
      { ...create, attempt: 1 },
    ].map(clientToken);
    expect(new Set(tokens).size).toBe(6);
  });
});
