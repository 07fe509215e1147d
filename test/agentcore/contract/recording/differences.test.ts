import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';
import { FOREIGN_ITEM } from './scrub.ts';

describe('differences', () => {
  it('names each differing, missing and additional member by its path', () => {
    const recorded = { status: 200, body: { items: [{ name: 'a', port: 1 }, { name: 'b' }], gone: null } };
    const answered = { status: 200, body: { items: [{ name: 'c' }, { name: 'b' }, { name: 'd' }] } };
    expect(differences(recorded, answered)).toEqual([
      { path: 'body.gone', recorded: null },
      { path: 'body.items[0].name', recorded: 'a', answered: 'c' },
      { path: 'body.items[0].port', recorded: 1 },
      { path: 'body.items[2]', answered: { name: 'd' } },
    ]);
  });

  it('finds a member of another type', () => {
    expect(differences({ a: [] }, { a: {} })).toEqual([{ path: 'a', recorded: [], answered: {} }]);
  });

  it('leaves the items of other programs out, and then demands only the own ones', () => {
    expect(differences([FOREIGN_ITEM, 'own'], ['own', 'more'])).toEqual([]);
    expect(differences([FOREIGN_ITEM], ['own'])).toEqual([]);
    expect(differences([FOREIGN_ITEM, 'own'], [])).toEqual([{ path: '[0]', recorded: 'own' }]);
  });
});
