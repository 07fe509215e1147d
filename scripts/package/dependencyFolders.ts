/** The members of package-lock.json that say which folders a dependency needs. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

interface LockedPackage {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * @param name a dependency of the repository
 * @returns its folder and those of all that it depends on, as `node_modules/a` and `node_modules/a/node_modules/b`, sorted
 */
export function dependencyFolders({ packages }: Lockfile, name: string): readonly string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    if (found.has(folder)) return;
    found.add(folder);
    const { dependencies, optionalDependencies } = packages[folder] ?? {};
    for (const each of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const needed = resolveFrom(folder, each, packages);
      if (needed !== undefined) visit(needed);
    }
  };
  visit(`node_modules/${name}`);
  return [...found].sort();
}

/** @returns the folder that Node finds the package in: the nearest one; undefined for an optional package of another platform */
function resolveFrom(folder: string, name: string, packages: Lockfile['packages']): string | undefined {
  const nested = `${folder}/node_modules/${name}`;
  if (packages[nested]) return nested;
  const outer = folder.lastIndexOf('/node_modules/');
  if (outer >= 0) return resolveFrom(folder.slice(0, outer), name, packages);
  return packages[`node_modules/${name}`] && `node_modules/${name}`;
}
