/** The members of a package in package-lock.json that the rules use. */
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

/** Licenses that require only attribution. */
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
  'PSF-2.0',
  'Unlicense',
  'WTFPL',
  'Zlib',
]);

/** Tools may also have licenses with conditions for changed files, because Gateloop does not deploy tools. */
const PERMITTED_TOOL_LICENSES: ReadonlySet<string> = new Set([...PERMITTED_LICENSES, 'MPL-2.0']);

/** @returns the name of the package at a path of the lockfile */
export function packageName(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/**
 * Checks one package of the lockfile: it has a hash, it runs no script at installation unless package.json names it, and it has a
 * permitted license.
 *
 * @param license from the lockfile, or else from the package's own file
 * @param allowedScripts the names of packages under `allowScripts`
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
  // The hash of a package covers the packages that it bundles.
  if (!entry.integrity?.startsWith('sha512-') && !entry.link && !entry.inBundle)
    problems.push(`${name} has no SHA-512 hash`);
  if (entry.hasInstallScript && !allowedScripts.has(name))
    problems.push(`${name} runs a script at installation; list it under allowScripts or remove it`);
  if (!isPermitted(license ?? '', isTool ? PERMITTED_TOOL_LICENSES : PERMITTED_LICENSES))
    problems.push(`${name} has the license ${license || 'unknown'}, which is not permitted`);
  return problems;
}

/** Of an SPDX expression: one alternative of OR is enough; all parts of AND are required. */
export function isPermitted(expression: string, permitted: ReadonlySet<string>): boolean {
  const alternatives = expression.replaceAll(/[()]/g, '').split(' OR ');
  return alternatives.some((each) => each.split(' AND ').every((part) => permitted.has(part.trim())));
}
