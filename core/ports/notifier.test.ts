import { describe, expect, it } from 'vitest';
import type { Contact } from '../manifest/owners.ts';
import { contactName } from './notifier.ts';

const contacts: readonly Contact[] = [
  { channel: 'email', address: 'ada@example.com' },
  { channel: 'email', address: 'bob@example.com' },
  { channel: 'webhook', address: 'https://hooks.example.com/T0/B1/secret' },
  { channel: 'webhook', address: 'https://hooks.example.com/T0/B2/secret' },
  { channel: 'webhook', address: { secretsManager: 'payments/hook' } },
  { channel: 'slack', address: { secretsManager: 'payments/hook' } },
  { channel: 'slack', address: '#payments' },
];

describe('contactName', () => {
  it('contactName: returns a different, stable name for each contact', () => {
    const names = contacts.map((contact) => contactName(contact));
    expect(new Set([...names, contactName(undefined)]).size).toBe(contacts.length + 1);
    expect(contacts.map((contact) => contactName({ ...contact }))).toEqual(names);
  });

  it('contactName: contains no address', () => {
    const names = contacts.map((contact) => contactName(contact));
    expect(names.slice(0, 4)).toEqual([
      expect.stringMatching(/^e-mail at example\.com \([0-9a-f]{12}\)$/),
      expect.stringMatching(/^e-mail at example\.com \([0-9a-f]{12}\)$/),
      expect.stringMatching(/^webhook at hooks\.example\.com \([0-9a-f]{12}\)$/),
      expect.stringMatching(/^webhook at hooks\.example\.com \([0-9a-f]{12}\)$/),
    ]);
  });

  it('contactName: names secrets and channels without a hash, and the listeners of all messages', () => {
    expect(contacts.slice(4).map((contact) => contactName(contact))).toEqual([
      'webhook of the secret payments/hook',
      'slack of the secret payments/hook',
      '#payments',
    ]);
    expect(contactName(undefined)).toBe('nobody');
  });
});
