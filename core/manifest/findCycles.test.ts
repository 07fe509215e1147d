import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCycles } from './findCycles.ts';

function graph(edges: Readonly<Record<string, readonly string[]>>): Map<string, Set<string>> {
  return new Map(Object.entries(edges).map(([node, needs]) => [node, new Set(needs)]));
}

describe('findCycles', () => {
  it.each([
    ['a chain', { a: ['b'], b: ['c'], c: [] }, []],
    ['a diamond', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, []],
    ['a node that depends on itself', { a: ['a'] }, [['a']]],
    ['two nodes that depend on each other', { a: ['b'], b: ['a'] }, [['a', 'b']]],
    ['a chain into a cycle', { a: ['b'], b: ['c'], c: ['b'] }, [['b', 'c']]],
    [
      'two cycles',
      { a: ['b'], b: ['a'], c: ['d'], d: ['c'] },
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['a dependency on an unknown node', { a: ['elsewhere'] }, []],
  ])('findCycles returns exactly the cycles of %s', (_, edges, cycles) => {
    expect(findCycles(graph(edges))).toEqual(cycles);
  });

  it('findCycles handles a chain of 100,000 nodes', () => {
    const edges = Array.from({ length: 100_000 }, (_, index): [string, Set<string>] => [
      `n${index}`,
      new Set([`n${index + 1}`]),
    ]);
    expect(findCycles(new Map(edges))).toEqual([]);
  });

  it('findCycles finds a cycle exactly if no topological order exists, and only real cycles', () => {
    const node = fc.integer({ min: 0, max: 7 }).map(String);
    fc.assert(
      fc.property(fc.dictionary(node, fc.array(node, { maxLength: 3 })), (edges) => {
        const cycles = findCycles(graph(edges));
        for (const cycle of cycles) {
          cycle.forEach((from, index) => {
            expect(edges[from]).toContain(cycle[(index + 1) % cycle.length]);
          });
        }
        expect(cycles.length > 0).toBe(!hasTopologicalOrder(edges));
      }),
    );
  });
});

/** Removes nodes without remaining dependencies until none is left or nothing changes. */
function hasTopologicalOrder(edges: Readonly<Record<string, readonly string[]>>): boolean {
  let remaining = Object.keys(edges);
  for (;;) {
    const next = remaining.filter((node) =>
      edges[node]?.some((dependency) => remaining.includes(dependency)),
    );
    if (next.length === remaining.length) return remaining.length === 0;
    remaining = next;
  }
}
