import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycles } from './findCycles.ts';

function graph(edges: Readonly<Record<string, readonly string[]>>): Map<string, Set<string>> {
  return new Map(Object.entries(edges).map(([node, needs]) => [node, new Set(needs)]));
}

describe('finding circles', () => {
  it.each([
    ['a chain', { a: ['b'], b: ['c'], c: [] }, []],
    ['a diamond', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    ['one that needs itself', { a: ['a'] }, [['a']]],
    ['two that need each other', { a: ['b'], b: ['a'] }, [['a', 'b']]],
    ['a way into a circle', { a: ['b'], b: ['c'], c: ['b'] }, [['b', 'c']]],
    [
      'two circles',
      { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a need of something unknown', { a: ['elsewhere'] }, []],
  ])('in %s', (_, edges, cycles) => {
    expect(findCycles(graph(edges))).toEqual(cycles);
  });

  it('walks a chain of 100,000', () => {
    const edges = Array.from({ length: 100_000 }, (_, index): [string, Set<string>] => [
      `n${index}`,
      new Set([`n${index + 1}`]),
    ]);
    expect(findCycles(new Map(edges))).toEqual([]);
  });

  it('finds one exactly when an order of making does not exist, and only true ones', () => {
    const node = fc.integer({ min: 0, max: 7 }).map(String);
    fc.assert(
      fc.property(fc.dictionary(node, fc.array(node, { maxLength: 3 })), (edges) => {
        const cycles = findCycles(graph(edges));
        for (const cycle of cycles) {
          cycle.forEach((from, index) => {
            expect(edges[from]).toContain(cycle[(index + 1) % cycle.length]);
          });
        }
        expect(cycles.length > 0).toBe(!hasOrder(edges));
      }),
    );
  });
});

/** The plainest way to know: take away what needs nothing that is left, until nothing is left or nothing moves. */
function hasOrder(edges: Readonly<Record<string, readonly string[]>>): boolean {
  let left = Object.keys(edges);
  for (;;) {
    const next = left.filter((node) => edges[node]?.some((need) => left.includes(need)));
    if (next.length === left.length) return left.length === 0;
    left = next;
  }
}
