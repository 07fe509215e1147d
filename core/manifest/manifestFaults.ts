import { type Address, addressOf } from '../address.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { Path, Problem } from '../problem.ts';
import { manifestShape } from '../resources/manifestShape.ts';
import type { ResourceKind } from '../resources/resourceKind.ts';
import { childKindsOf, ONLY_NAME, parentOf, topLevelKinds } from '../resources/resourceKinds.ts';
import type { ManifestResource } from './manifest.ts';

/** Which parts of a manifest its errors spoil. */
export interface ManifestFaults {
  /** An error concerns the manifest as a whole, such as its settings, so that nothing of it can be carried out. */
  readonly concernsAll: boolean;
  /** The errors in single resources. The other resources are not concerned. */
  readonly byResource: ReadonlyMap<Address, readonly Problem[]>;
}

/** An error, and the path of what it is about; absent for an error of the YAML text. */
export interface LocatedError {
  readonly problem: Problem;
  readonly path: Path | undefined;
}

/** Names of the service are shorter. A longer or stranger name could not be a key of the ledger. */
const NAME = /^[\w.-]{1,100}$/;

/**
 * Problems kept for each resource. A gateway of 1 MB may have 20,000 unknown keys and 20,000 targets, which inherit the
 * problems: without a bound, 400 million would be kept.
 */
const MAX_PROBLEMS_PER_RESOURCE = 50;

/** Finds the resources that errors of a manifest are about, whether the manifest reader could read them or not. */
export function manifestFaults(
  errors: readonly LocatedError[],
  resources: readonly Pick<ManifestResource, 'kind' | 'name'>[],
  catalog: ShapeCatalog,
): ManifestFaults {
  const byResource = new Map<Address, Problem[]>();
  const children = Map.groupBy(
    resources.map(({ kind, name }) => addressOf(kind, name)),
    parentOf,
  );
  let concernsAll = false;
  for (const { problem, path } of errors) {
    const faulty = path && resourceAt(path);
    if (!faulty) {
      concernsAll = true;
      continue;
    }
    if ((byResource.get(faulty.address)?.length ?? 0) >= MAX_PROBLEMS_PER_RESOURCE) continue;
    const heirs = isInherited(faulty, catalog) ? (children.get(faulty.address) ?? []) : [];
    for (const address of [faulty.address, ...heirs]) {
      const problems = byResource.get(address);
      if (problems) problems.push(problem);
      else byResource.set(address, [problem]);
    }
  }
  return { concernsAll, byResource };
}

interface FaultyMember {
  readonly row: ResourceKind;
  readonly address: Address;
  /** The key in the entry of the resource; undefined for the entry as a whole. */
  readonly member: string | undefined;
}

function resourceAt([section, name, ...rest]: Path): FaultyMember | undefined {
  const row = topLevelKinds.find((kind) => kind.section === section);
  if (!row || !isName(name)) return undefined;
  const [member, childName, childMember] = rest;
  const child = childKindsOf(row.kind).find((kind) => kind.section === member);
  if (child?.isOnly)
    return { row: child, address: addressOf(child.kind, `${name}/${ONLY_NAME}`), member: text(childName) };
  if (child && childName !== undefined)
    return isName(childName)
      ? { row: child, address: addressOf(child.kind, `${name}/${childName}`), member: text(childMember) }
      : undefined;
  return { row, address: addressOf(row.kind, name), member: text(member) };
}

function isName(step: string | number | undefined): step is string {
  return typeof step === 'string' && NAME.test(step);
}

function text(step: string | number | undefined): string | undefined {
  return step === undefined ? undefined : String(step);
}

/**
 * Whether targets may lack what the faulty key of their gateway says: they inherit its owner, for example, and a misspelled
 * key may be any. A member of the API says nothing about targets.
 */
function isInherited({ row, member }: FaultyMember, catalog: ShapeCatalog): boolean {
  if (member === undefined || childKindsOf(row.kind).length === 0) return false;
  return !manifestShape(row, catalog).all.members.has(member);
}
