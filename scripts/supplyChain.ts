import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * `npm run supply-chain`: holds what is installed to four rules, and says all that breaks them at once. Every package
 * comes with a hash; none runs a script at installation but those named in package.json; every licence is one that
 * permits what this project does; nothing that is deployed has a known vulnerability.
 */

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Licences that ask for no more than to be named. */
const LICENCES = new Set([
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

/** Licences that bind whoever changes the files themselves: bearable in tools, which are not deployed. */
const LICENCES_OF_TOOLS = new Set([...LICENCES, 'MPL-2.0']);

/** What names no licence in the registry, with what its project says. */
const NAMED_ELSEWHERE: Readonly<Record<string, string>> = {
  // A server to test with; the MCP project moves from MIT to Apache-2.0.
  '@modelcontextprotocol/server-everything': 'Apache-2.0 AND MIT',
};

interface LockedPackage {
  readonly integrity?: string;
  readonly license?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(`${ROOT}${file}`, 'utf8')) as T; // npm writes these files.
}

function problemsOf(path: string, entry: LockedPackage, allowed: ReadonlySet<string>): string[] {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const problems: string[] = [];
  // What a package brings inside itself is covered by the hash of that package.
  if (!entry.integrity && !entry.link && !entry.inBundle) problems.push(`${name} has no hash`);
  if (entry.hasInstallScript && !allowed.has(name)) {
    problems.push(`${name} runs a script at installation; list it under allowScripts or do without it`);
  }
  const licence = NAMED_ELSEWHERE[name] ?? licenceOf(path, entry);
  if (!isPermitted(licence, entry.dev ? LICENCES_OF_TOOLS : LICENCES))
    problems.push(`${name} has the licence ${licence || 'unknown'}`);
  return problems;
}

/** As the lockfile says it, or else the package's own file: npm leaves out what is written in the old way. */
function licenceOf(path: string, { license }: LockedPackage): string {
  if (license !== undefined) return license;
  try {
    const { license: own, licenses = [] } = readJson<{
      license?: string | { type: string };
      licenses?: { type: string }[];
    }>(`${path}/package.json`);
    return typeof own === 'string' ? own : (own?.type ?? licenses.map(({ type }) => type).join(' OR '));
  } catch {
    return ''; // Of another platform, and not installed here.
  }
}

/** Any of the alternatives will do; all of the parts must. */
function isPermitted(expression: string, permitted: ReadonlySet<string>): boolean {
  const alternatives = expression.replaceAll(/[()]/g, '').split(' OR ');
  return alternatives.some((each) => each.split(' AND ').every((licence) => permitted.has(licence.trim())));
}

function audit(): string[] {
  try {
    execFileSync('npm', ['audit', '--omit=dev', '--json'], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [];
  } catch (error) {
    const { stdout } = Object(error);
    const { vulnerabilities, message } = JSON.parse(String(stdout) || '{}');
    if (!vulnerabilities) {
      // A mirror of the registry may not know of vulnerabilities; that says nothing about the packages.
      console.error(`npm audit could not be asked, so nothing is known of vulnerabilities: ${message ?? ''}`);
      return [];
    }
    return Object.keys(vulnerabilities).map((name) => `${name} has a known vulnerability; see npm audit`);
  }
}

const { packages } = readJson<{ packages: Record<string, LockedPackage> }>('package-lock.json');
const { allowScripts = {} } = readJson<{ allowScripts?: Record<string, boolean> }>('package.json');
const allowed = new Set(Object.keys(allowScripts));
const locked = Object.entries(packages).filter(([path]) => path !== '');
const problems = [...locked.flatMap(([path, entry]) => problemsOf(path, entry, allowed)), ...audit()];
for (const problem of problems) console.error(problem);
console.log(`${locked.length} packages, ${problems.length} problems.`);
process.exitCode = problems.length > 0 ? 1 : 0;
