import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readAudit } from './supplyChain/audit.ts';
import { type LockedPackage, packageProblems } from './supplyChain/packageRules.ts';

/**
 * `npm run supply-chain`: checks every package of the lockfiles against `packageRules.ts`, and asks the registry for known
 * vulnerabilities in deployed packages. Reports all problems at once, with exit code 1.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8')) as T; // npm writes these files.
}

/** The license in the lockfile, or else in the package's own file: npm leaves out licenses in the old format. */
function licenseOf(path: string, { license }: LockedPackage): string | undefined {
  if (license !== undefined) return license;
  try {
    const { license: declared, licenses = [] } = readJson<{
      license?: string | { type: string };
      licenses?: { type: string }[];
    }>(`${path}/package.json`);
    return typeof declared === 'string'
      ? declared
      : (declared?.type ?? licenses.map(({ type }) => type).join(' OR '));
  } catch {
    return undefined; // The package is for another platform, and not installed here.
  }
}

function auditProblems(): readonly string[] {
  const { stdout } = spawnSync('npm', ['audit', '--omit=dev', '--json'], { cwd: ROOT, encoding: 'utf8' });
  const audit = readAudit(stdout ?? '');
  switch (audit.kind) {
    case 'clean':
      console.log('The registry knows no vulnerability in the deployed packages.');
      return [];
    case 'vulnerable':
      return audit.findings.map((finding) => `${finding}; see npm audit --omit=dev`);
    case 'unknown':
      // Mirrors often have no audit. A failure here would fail every build with a mirror, and find nothing.
      console.error(
        `The registry did not answer the audit (${audit.why}), so that vulnerabilities are unknown. Before a release, run this check with a registry that has an audit (npm config set registry).`,
      );
      return [];
  }
}

/** Folders with a lockfile: the project, and the mutation tester, which only `npm run mutation` installs. */
const FOLDERS = ['', 'test/mutation/'];

function lockedIn(folder: string): [string, LockedPackage][] {
  const { packages } = readJson<{ packages: Record<string, LockedPackage> }>(`${folder}package-lock.json`);
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => [`${folder}${path}`, entry]);
}

const { allowScripts = {} } = readJson<{ allowScripts?: Record<string, boolean> }>('package.json');
const allowed = new Set(Object.keys(allowScripts));
const lockedPackages = FOLDERS.flatMap(lockedIn);
const problems = [
  ...lockedPackages.flatMap(([path, entry]) => packageProblems(path, entry, licenseOf(path, entry), allowed)),
  ...auditProblems(),
];
for (const problem of problems) console.error(problem);
const deployed = lockedPackages.filter(([, { dev, devOptional }]) => !dev && !devOptional).length;
console.log(`${lockedPackages.length} packages, ${deployed} of them deployed, ${problems.length} problems.`);
process.exitCode = problems.length > 0 ? 1 : 0;
