import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { exitCodes } from '../cli/exitCodes.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import { runScript } from './runScript.ts';
import { auditScopes, judgeAudit, readAudit } from './supplyChain/audit.ts';
import { type LockedPackage, packageProblems } from './supplyChain/packageRules.ts';

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(join(packageRoot, file), 'utf8')) as T; // npm writes these files.
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

function auditProblems(isRequired: boolean): readonly string[] {
  return auditScopes.flatMap((scope) => {
    const { stdout } = spawnSync('npm', ['audit', ...scope.options, '--json'], {
      cwd: join(packageRoot, scope.folder),
      encoding: 'utf8',
    });
    const { problems, notices } = judgeAudit(readAudit(stdout ?? ''), scope, isRequired);
    for (const notice of notices) console.error(notice);
    return problems;
  });
}

/** Folders with a lockfile: the project, and what only `npm run mutation` and `npm run test:package` install. */
const FOLDERS = ['', 'test/mutation/', 'test/package/'];

function lockedIn(folder: string): [string, LockedPackage][] {
  const { packages } = readJson<{ packages: Record<string, LockedPackage> }>(`${folder}package-lock.json`);
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, entry]) => [`${folder}${path}`, entry]);
}

function supplyChain({ requireAudit }: { readonly requireAudit: boolean }): number {
  const { allowScripts = {} } = readJson<{ allowScripts?: Record<string, boolean> }>('package.json');
  const allowed = new Set(Object.keys(allowScripts));
  const lockedPackages = FOLDERS.flatMap(lockedIn);
  const problems = [
    ...lockedPackages.flatMap(([path, entry]) =>
      packageProblems(path, entry, licenseOf(path, entry), allowed),
    ),
    ...auditProblems(requireAudit),
  ];
  for (const problem of problems) console.error(problem);
  const deployed = lockedPackages.filter(
    ([, { dev, devOptional, optional }]) => !dev && !devOptional && !optional,
  ).length;
  console.log(
    `${lockedPackages.length} packages, ${deployed} of them deployed, ${problems.length} problems.`,
  );
  return problems.length > 0 ? exitCodes.failed : exitCodes.done;
}

await runScript({
  name: 'supply-chain',
  summary: 'check every package of the lockfiles, and ask the registry for known vulnerabilities',
  options: [new Option('--require-audit', 'take a registry that does not answer for a problem')],
  examples: { '--require-audit': 'check as a release does' },
  exits: { done: 'no problem', failed: 'a package has problems; all are reported at once' },
  run: supplyChain,
});
