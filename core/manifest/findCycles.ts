/**
 * Finds the circles in a graph of dependencies, without recursion: a chain may be as long as a manifest.
 *
 * @param dependencies of each node; nodes that are no key have none
 * @returns circles as the nodes along them: one at least of every knot, none twice
 */
export function findCycles(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const left = withoutAcyclic(dependencies);
  const cycles: string[][] = [];
  const seen = new Set<string>();
  for (const start of left.keys()) {
    const walk: string[] = [];
    let node: string | undefined = start;
    // Every node that is left depends on another that is left, so the walk ends only where it has been before.
    while (node !== undefined && !seen.has(node)) {
      seen.add(node);
      walk.push(node);
      node = [...(left.get(node) ?? [])].find((next) => left.has(next));
    }
    const entry = node === undefined ? -1 : walk.indexOf(node);
    if (entry >= 0) cycles.push(walk.slice(entry));
  }
  return cycles;
}

/** Takes away, again and again, what depends on nothing that is left; circles and what leads into them remain. */
function withoutAcyclic(
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, ReadonlySet<string>> {
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [node, needs] of dependencies) {
    const known = [...needs].filter((need) => dependencies.has(need));
    waiting.set(node, known.length);
    for (const need of known) {
      const list = dependents.get(need);
      if (list) list.push(node);
      else dependents.set(need, [node]);
    }
  }
  const free = [...waiting].filter(([, count]) => count === 0).map(([node]) => node);
  for (let node = free.pop(); node !== undefined; node = free.pop()) {
    waiting.delete(node);
    for (const dependent of dependents.get(node) ?? []) {
      const count = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, count);
      if (count === 0) free.push(dependent);
    }
  }
  return new Map([...dependencies].filter(([node]) => waiting.has(node)));
}
