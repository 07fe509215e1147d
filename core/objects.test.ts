import { describe, expect, it } from 'vitest';
import { defined, omit } from './objects.ts';

describe('defined', () => {
  it('leaves out a member whose value is undefined', () => {
    expect(Object.keys(defined({ id: 'T1', link: undefined }))).toEqual(['id']);
  });

  it('keeps null, false, zero and the empty string', () => {
    expect(defined({ a: null, b: false, c: 0, d: '' })).toEqual({ a: null, b: false, c: 0, d: '' });
  });

  it('gives a type that an optional member accepts', () => {
    const id = 'T1' as string | undefined;
    const target: { readonly name: string; readonly id?: string } = defined({ name: 'ledger', id });
    expect(target).toEqual({ name: 'ledger', id: 'T1' });
  });
});

describe('omit', () => {
  it('leaves out the named members and changes nothing in the original', () => {
    const record = { address: 'gateway/payments', link: 'L', request: 'R' };
    expect(omit(record, 'link', 'request')).toEqual({ address: 'gateway/payments' });
    expect(record).toHaveProperty('link', 'L');
  });
});
