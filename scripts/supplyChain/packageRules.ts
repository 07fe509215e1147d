/** A package of package-lock.json, as far as it is held to rules. */
export interface LockedPackage {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
}

/** Licenses that ask for no more than to be named. */
const PERMITTED_LICENSES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC-BY-4.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

/** Licenses that bind whoever changes the files themselves: bearable in tools, which are not deployed. */
const PERMITTED_TOOL_LICENSES: ReadonlySet<string> = new Set([...PERMITTED_LICENSES, 'MPL-2.0']);

/** @returns the name of the package at a path of the lockfile */
export function packageName(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * What breaks the rules in one package of the lockfile: each comes with a hash; none runs a script at installation but
 * those named in package.json; every license is known, and one that permits what this project does.
 *
 * @param license as the package's own file says it, where the lockfile does not
 * @param allowedScripts names of packages that are listed under `allowScripts`
 */
export function packageProblems(
  path: string,
  entry: LockedPackage,
  license: string | undefined,
  allowedScripts: ReadonlySet<string>,
): string[] {
  const name = packageName(path);
  const isTool = entry.dev === true || entry.devOptional === true;
  const problems: string[] = [];
  // What a package brings inside itself is covered by the hash of that package.
  if (!entry.integrity?.startsWith('sha512-') && !entry.link && !entry.inBundle)
    problems.push(`${name} has no SHA-512 hash`);
  if (entry.hasInstallScript && !allowedScripts.has(name))
    problems.push(`${name} runs a script at installation; list it under allowScripts or do without it`);
  if (!isPermitted(license ?? '', isTool ? PERMITTED_TOOL_LICENSES : PERMITTED_LICENSES))
    problems.push(
      `${name} has the license ${license || 'unknown'}, which is not among those that are allowed`,
    );
  return problems;
}

/** Any of the alternatives will do; all of the parts must. */
export function isPermitted(expression: string, permitted: ReadonlySet<string>): boolean {
  const alternatives = expression.replaceAll(/[()]/g, '').split(' OR ');
  return alternatives.some((each) => each.split(' AND ').every((part) => permitted.has(part.trim())));
}
