import { describe, expect, it } from 'vitest';
import { isOperator, maySee, type Reader, type ReaderRules } from './workspaceReaders.ts';

const rules: ReaderRules = {
  operators: ['Ops@example.com'],
  groups: {
    claim: 'groups',
    operators: ['platform'],
    workspaces: { finance: ['payments', 'billing-*'], all: ['*'], odd: ['a*b*c'] },
  },
};
const person = (given: Partial<Reader>): Reader => ({ name: 'ada', groups: [], ...given });
const sees = (workspace: string, reader: Partial<Reader>, owners: readonly string[] = []) =>
  maySee(workspace, owners, person(reader), rules);

describe('maySee', () => {
  it('maySee: shows every workspace to operators, by their address in any case of letters or by their group', () => {
    expect(sees('payments', { email: 'ops@EXAMPLE.com' })).toBe(true);
    expect(sees('payments', { groups: ['platform'] })).toBe(true);
    expect(isOperator(person({ email: 'ops@example.com.evil' }), rules)).toBe(false);
  });

  it('maySee: shows a workspace to the owners that its manifest names, by a verified address alone', () => {
    expect(sees('payments', { email: 'ada@example.com' }, ['ADA@example.com'])).toBe(true);
    expect(sees('payments', { email: 'eve@example.com' }, ['ada@example.com'])).toBe(false);
    // The login did not verify the address, so that the person has a name only.
    expect(sees('payments', { name: 'ada@example.com' }, ['ada@example.com'])).toBe(false);
    expect(sees('payments', {})).toBe(false);
  });

  it.each([
    ['payments', ['finance'], true],
    ['payments-eu', ['finance'], false],
    ['billing-eu', ['finance'], true],
    ['billing', ['finance'], false],
    ['anything', ['all'], true],
    ['a1b2c', ['odd'], true],
    ['abc', ['odd'], true],
    ['acb', ['odd'], false],
    ['ac', ['odd'], false],
    ['payments', ['constructor', '__proto__', 'unknown'], false],
  ])('maySee: of %s and the groups %j it says %s', (workspace, groups, expected) => {
    expect(sees(workspace, { groups })).toBe(expected);
  });

  it('maySee: shows nothing by groups where the deployment has none', () => {
    expect(maySee('payments', [], person({ groups: ['platform', 'finance'] }), { operators: [] })).toBe(
      false,
    );
  });
});
