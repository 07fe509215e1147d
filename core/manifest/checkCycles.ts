import { addressOf } from '../address.ts';
import { parentOf } from '../resources/resourceKinds.ts';
import { findCycles } from './findCycles.ts';
import type { ManifestResource } from './manifest.ts';
import type { Report } from './report.ts';

/** Reports references that run in a circle: none of their resources could ever be the first to be made. */
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
      `References run in a circle: ${formatCycle(cycle)}. Take one of them out.`,
    );
  }
}

/** A circle of hundreds is told by its beginning. */
function formatCycle(cycle: readonly string[]): string {
  const shown = cycle.length > 10 ? [...cycle.slice(0, 10), `… ${cycle.length - 10} more`] : cycle;
  return [...shown, cycle[0]].join(' → ');
}
