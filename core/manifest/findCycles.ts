import { addressOf } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import type { ManifestResource } from './manifest.ts';
import type { Report } from './report.ts';

/**
 * Finds cycles in a dependency graph. Does not recurse, since a chain may be as long as a manifest.
 *
 * @param dependencies the dependencies of each node; a node that is not a key has none
 * @returns cycles as lists of nodes: at least one of every strongly connected component, each once
 */
export function findCycles(dependencies: ReadonlyMap<string, ReadonlySet<string>>): string[][] {
  const remaining = removeAcyclic(dependencies);
  const cycles: string[][] = [];
  const visited = new Set<string>();
  for (const start of remaining.keys()) {
    const walk: string[] = [];
    let node: string | undefined = start;
    // Every remaining node depends on another remaining node, so the walk ends only at a visited node.
    while (node !== undefined && !visited.has(node)) {
      visited.add(node);
      walk.push(node);
      node = [...(remaining.get(node) ?? [])].find((next) => remaining.has(next));
    }
    const entry = node === undefined ? -1 : walk.indexOf(node);
    if (entry >= 0) cycles.push(walk.slice(entry));
  }
  return cycles;
}

/** Repeatedly removes nodes without remaining dependencies; cycles, and nodes that lead into them, remain. */
function removeAcyclic(
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): Map<string, ReadonlySet<string>> {
  const pendingCounts = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const [node, needs] of dependencies) {
    const known = [...needs].filter((need) => dependencies.has(need));
    pendingCounts.set(node, known.length);
    for (const need of known) {
      const list = dependents.get(need);
      if (list) list.push(node);
      else dependents.set(need, [node]);
    }
  }
  const ready = [...pendingCounts].filter(([, count]) => count === 0).map(([node]) => node);
  for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
    pendingCounts.delete(node);
    for (const dependent of dependents.get(node) ?? []) {
      const count = (pendingCounts.get(dependent) ?? 0) - 1;
      pendingCounts.set(dependent, count);
      if (count === 0) ready.push(dependent);
    }
  }
  return new Map([...dependencies].filter(([node]) => pendingCounts.has(node)));
}

/** Reports circular references: Gateloop could create none of their resources first. */
export function checkCycles(resources: readonly ManifestResource[], report: Report): void {
  const byAddress = new Map(resources.map((resource) => [addressOf(resource.kind, resource.name), resource]));
  const dependencies = new Map(
    [...byAddress].map(([address, { references }]) => {
      const parent = parentOf(address);
      const needs = references.map((reference) => addressOf(reference.kind, reference.name));
      return [address, new Set<string>(parent ? [parent, ...needs] : needs)];
    }),
  );
  for (const cycle of findCycles(dependencies)) {
    const first = resources.find((resource) => addressOf(resource.kind, resource.name) === cycle[0]);
    const reference = first?.references.find(({ kind, name }) => cycle.includes(addressOf(kind, name)));
    report.error(
      [...(first?.path ?? []), ...(reference?.path ?? [])],
      `Circular references: ${formatCycle(cycle)}. Remove one of them.`,
    );
  }
}

/** Shows at most the first 10 nodes of a cycle. */
function formatCycle(cycle: readonly string[]): string {
  const shown = cycle.length > 10 ? [...cycle.slice(0, 10), `… ${cycle.length - 10} more`] : cycle;
  return [...shown, cycle[0]].join(' → ');
}
