import { isDeepStrictEqual } from 'node:util';
import type { Manifest, ManifestResource } from '../manifest/manifest.ts';
import type { Owner, Owners } from '../manifest/owners.ts';
import { formatPath, type Problem } from '../problem.ts';

/** Whom the refusal of an upload concerns, as far as its manifest can be read. */
export interface Refusal {
  readonly owners: Owners;
  /** The owners of targets with problems in their schemas. */
  readonly schemaOwners: readonly SchemaOwner[];
}

export interface SchemaOwner {
  readonly owner: Owner;
  readonly problems: readonly Problem[];
}

/** @param manifest what can be read of a manifest, which may have errors elsewhere */
export function refusalOf({ owners, resources, file }: Manifest, problems: readonly Problem[]): Refusal {
  const schemaOwners: { owner: Owner; problems: Problem[] }[] = [];
  for (const problem of problems) {
    for (const { owner } of resources.filter((resource) => concernsSchema(resource, problem, file))) {
      if (!owner) continue;
      const known = schemaOwners.find((each) => isDeepStrictEqual(each.owner, owner));
      if (!known) schemaOwners.push({ owner, problems: [problem] });
      else if (!known.problems.includes(problem)) known.problems.push(problem);
    }
  }
  return { owners, schemaOwners };
}

/** @returns whether a problem is in a schema file of the resource, or at the place where the manifest has its schema */
function concernsSchema(
  { schemas, path }: ManifestResource,
  problem: Problem,
  manifestFile: string,
): boolean {
  return schemas.some((use) =>
    problem.file === manifestFile
      ? problem.path.startsWith(formatPath([...path, ...use.path]))
      : problem.file === use.file,
  );
}
