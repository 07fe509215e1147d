import { describe, expect, it } from 'vitest';
import type { Contact, Owner, Owners } from './owners.ts';
import { ownerLabel } from './owners.ts';

const lead: Owner = { contacts: [{ channel: 'email', address: 'ada.lovelace@example.com' }] };
const owners: Owners = {
  default: { contacts: [{ channel: 'email', address: 'oncall@example.com' }] },
  platform: lead,
};
const withContacts = (...contacts: Contact[]) => ownerLabel({ contacts }, owners);

describe('the name that an owner goes by', () => {
  it('is that of the manifest, also where the same contacts were written out', () => {
    expect(ownerLabel(structuredClone(lead), owners)).toBe('platform');
    expect(ownerLabel(owners.default, owners)).toBe('default');
  });

  it('shows of contacts what nobody can write to', () => {
    expect(
      withContacts(
        { channel: 'email', address: 'grace@navy.example.com' },
        { channel: 'email', address: 'joan@navy.example.com' },
        { channel: 'slack', address: '#payments' },
        { channel: 'slack', address: { secretsManager: 'payments/slack' } },
        { channel: 'webhook', address: 'https://hooks.example.com/T0/very-secret' },
      ),
    ).toBe(
      'e-mail at navy.example.com, #payments, slack of the secret payments/slack, webhook at hooks.example.com',
    );
  });

  it('is nobody where nobody is named', () => {
    expect(ownerLabel(undefined, owners)).toBe('nobody');
  });
});
