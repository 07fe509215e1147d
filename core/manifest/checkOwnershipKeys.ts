import { type Address, addressOf } from '../address.ts';
import type { Path } from '../problem.ts';
import type { ParsedResource } from './readResources.ts';
import { referencesIn } from './reference.ts';
import type { ParsedSource } from './registrySources.ts';
import type { Report } from './report.ts';

/** Checks the keys of all resources against each other. */
export function checkOwnershipKeys(
  resources: readonly ParsedResource[],
  sources: readonly ParsedSource[],
  report: Report,
): void {
  const byAddress = new Map(resources.map((each) => [addressOf(each.row.kind, each.name), each]));
  const moves = new Map<Address, ParsedResource>();
  for (const resource of resources) {
    if (!resource.ownership.unmanage) checkReferences(resource.references, resource.path, byAddress, report);
    const { movedFrom } = resource.ownership;
    if (!movedFrom) continue;
    const at = [...resource.path, 'movedFrom'];
    if (byAddress.has(movedFrom))
      report.error(at, 'This target is still in the manifest.', {
        expected: 'a target that has left the manifest: it is deleted once this one is ready',
      });
    if (moves.has(movedFrom)) report.error(at, 'Another target says that it was moved from there.');
    moves.set(movedFrom, resource);
  }
  for (const { registryId, sampleTarget, gateway } of sources) {
    if (gateway.ownership.unmanage) continue;
    const references = referencesIn(registryId).map((each) => ({ ...each, path: ['registryId'] }));
    checkReferences([...references, ...sampleTarget.references], sampleTarget.path, byAddress, report);
  }
}

/** Gateloop does not read what it has given away, so that nothing can refer to it. */
function checkReferences(
  references: ParsedResource['references'],
  path: Path,
  byAddress: ReadonlyMap<Address, ParsedResource>,
  report: Report,
): void {
  for (const { text, kind, name, path: member } of references) {
    const named = kind && byAddress.get(addressOf(kind, name));
    if (named?.ownership.unmanage)
      report.error([...path, ...member], `${text} names a resource that "unmanage" gives away.`, {
        expected: 'the value itself, such as an ARN',
      });
  }
}
