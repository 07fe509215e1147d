import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Store } from './store.ts';

const key = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 3 }),
  // These sort differently by UTF-16 units than by UTF-8 bytes.
  fc.constantFrom('\u{ff5e}', '\u{1f600}', 'a\u{ff5e}', 'a\u{1f600}'),
);
const limit = fc.integer({ min: -1, max: 3 });
const change = fc.oneof(
  fc.record({ do: fc.constant('put' as const), key, value: fc.nat(9) }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constant('clear' as const), prefix: fc.constantFrom('', 'a', 'a/', '\u{ff5e}') }),
);
const step = fc.oneof(
  { weight: 8, arbitrary: change },
  fc.record({
    do: fc.constant('transaction' as const),
    changes: fc.array(change, { maxLength: 4 }),
    fails: fc.boolean(),
  }),
);

type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function apply(store: Store, each: Step): void {
  const table = store.table<number>('numbers');
  const run = (one: Change) => {
    if (one.do === 'put') table.put(one.key, one.value);
    else if (one.do === 'delete') table.delete(one.key);
    else table.clear(one.prefix);
  };
  if (each.do !== 'transaction') {
    run(each);
    return;
  }
  try {
    store.transaction(() => {
      each.changes.forEach(run);
      if (each.fails) throw new Error('taken back');
    });
  } catch {
    expect(each.fails).toBe(true);
  }
}

describe('Store', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateloop-store-'));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('holds the same in memory as in a file, after any changes and failed transactions', () => {
    const inFile = new Store(join(directory, 'store.sqlite'));
    const queries = fc.array(
      fc.record({ prefix: fc.constantFrom('', 'a', 'a/', '\u{1f600}'), after: key, limit }),
      {
        maxLength: 3,
      },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), queries, (steps, asked) => {
        const inMemory = new Store(':memory:');
        inFile.table('numbers').clear();
        for (const store of [inMemory, inFile]) for (const each of steps) apply(store, each);
        const [memory, file] = [inMemory, inFile].map((store) => store.table<number>('numbers'));
        expect(memory?.list()).toEqual(file?.list());
        for (const query of asked) {
          expect(memory?.list(query)).toEqual(file?.list(query));
          expect(memory?.count(query.prefix)).toBe(file?.count(query.prefix));
          expect(memory?.get(query.after)).toBe(file?.get(query.after));
        }
      }),
      { numRuns: 60 },
    );
    inFile.close();
  });

  it('keeps a stored value when the caller changes its own', () => {
    const table = new Store(':memory:').table<{ names: string[] }>('lists');
    const value = { names: ['one'] };
    table.put('a', value);
    value.names.push('two');
    table.get('a')?.names.push('three');
    expect(table.get('a')).toEqual({ names: ['one'] });
  });
});
