import { describe, expect, it } from 'vitest';
import { type Contact, type Owner, type Owners, ownerLabel } from './owners.ts';
import { parseText, problemsWithoutResources } from './testing/sampleManifest.ts';

describe('readOwners', () => {
  const owner = (text: string) =>
    parseText(`owners: { default: ${text} }`).manifest?.owners.default?.contacts;

  it.each([
    ['{ email: a@example.com }', [{ channel: 'email', address: 'a@example.com' }]],
    ["{ slack: '#payments' }", [{ channel: 'slack', address: '#payments' }]],
    ['{ slack: C0123456789 }', [{ channel: 'slack', address: 'C0123456789' }]],
    ['{ slack: { secretsManager: hook } }', [{ channel: 'slack', address: { secretsManager: 'hook' } }]],
    ['{ webhook: https://a.example.com/x }', [{ channel: 'webhook', address: 'https://a.example.com/x' }]],
    ['{ webhook: { secretsManager: hook } }', [{ channel: 'webhook', address: { secretsManager: 'hook' } }]],
    [
      '{ email: [a@example.com, b@example.com] }',
      [
        { channel: 'email', address: 'a@example.com' },
        { channel: 'email', address: 'b@example.com' },
      ],
    ],
    [
      "{ email: a@example.com, slack: '#a' }",
      [
        { channel: 'email', address: 'a@example.com' },
        { channel: 'slack', address: '#a' },
      ],
    ],
    [
      "[{ email: a@example.com }, { slack: '#a' }]",
      [
        { channel: 'email', address: 'a@example.com' },
        { channel: 'slack', address: '#a' },
      ],
    ],
  ])('reads the contacts %s', (text, contacts) => {
    expect(owner(text)).toEqual(contacts);
  });

  it.each([
    ['{ email: nobody }', 'owners.default.email: This is not a valid email address.'],
    ['{ email: "a@example.com\\nBcc: b@example.com" }', 'This is not a valid email address.'],
    ['{ email: { secretsManager: a } }', 'owners.default.email: This is a mapping.'],
    ['{ slack: payments }', 'This is not a valid slack address.'],
    ['{ slack: }', 'owners.default.slack: This is empty.'],
    ['{ webhook: http://a.example.com }', 'This is not a valid webhook address.'],
    ['{ webhook: https://user:word@a.example.com }', 'This is not a valid webhook address.'],
    ['{ webhook: https://169.254.169.254/latest }', 'This is not a valid webhook address.'],
    ['{ webhook: https://localhost:9001/2018-06-01/runtime }', 'This is not a valid webhook address.'],
    ["{ webhook: 'https://[::ffff:10.1.2.3]/' }", 'This is not a valid webhook address.'],
    ['{ webhook: https://0x7f000001/ }', 'This is not a valid webhook address.'],
    ['{ webhook: https://vault.corp.internal/ }', 'This is not a valid webhook address.'],
    ['{ mail: a@example.com }', 'Did you mean "email"?'],
    ['a@example.com', 'owners.default: This is a string. Expected contacts such as'],
    ['{}', 'This owner has no contact.'],
    ['[]', 'This owner has no contact.'],
    [
      `{ email: [${Array.from({ length: 21 }, (_, index) => `a${index}@example.com`)}] }`,
      'This owner has 21 contacts. Expected at most 20.',
    ],
  ])('rejects the contacts %s', (text, message) => {
    expect(problemsWithoutResources(`owners: { default: ${text} }`)).toEqual([
      expect.stringContaining(message),
    ]);
  });

  it('rejects an owner name that contains a space', () => {
    expect(problemsWithoutResources('owners: { a b: { email: a@example.com } }')).toEqual([
      expect.stringContaining('This is not a valid owner name.'),
    ]);
  });

  it('resolves the name of an owner, and rejects an unknown name', () => {
    const text = (name: string) =>
      `owners: { team: { email: a@example.com } }\nregistries: { tools: { owner: ${name} } }`;
    expect(parseText(text('team')).manifest?.resources[0]?.owner?.contacts).toEqual([
      { channel: 'email', address: 'a@example.com' },
    ]);
    expect(problemsWithoutResources(text('taem'))).toEqual([expect.stringContaining('Did you mean "team"?')]);
    expect(problemsWithoutResources(text('toString'))).toEqual([
      expect.stringContaining('"owners" has no owner of this name.'),
    ]);
  });

  it('leaves a resource without an owner if the manifest names none', () => {
    expect(parseText('registries: { tools: {} }').manifest?.resources[0]).not.toHaveProperty('owner');
  });
});

const lead: Owner = { contacts: [{ channel: 'email', address: 'ada.lovelace@example.com' }] };
const owners: Owners = {
  default: { contacts: [{ channel: 'email', address: 'oncall@example.com' }] },
  platform: lead,
};
const withContacts = (...contacts: Contact[]) => ownerLabel({ contacts }, owners);

describe('ownerLabel', () => {
  it('returns the name under "owners", even if a resource repeats the contacts', () => {
    expect(ownerLabel(structuredClone(lead), owners)).toBe('platform');
    expect(ownerLabel(owners.default, owners)).toBe('default');
  });

  it('masks the contacts of an owner without a name', () => {
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

  it('returns "nobody" for a resource without an owner', () => {
    expect(ownerLabel(undefined, owners)).toBe('nobody');
  });
});
