import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import { defineCommand } from '../cli/commandSpec.ts';
import { exitCodes } from '../cli/exitCodes.ts';
import { processIo, runAlone } from '../cli/program.ts';
import { GateloopError } from '../core/errors.ts';
import { functionEntries } from '../functions/functionCatalog.ts';
import { bundleFunctions } from '../infra/bundling/bundleFunctions.ts';
import { packageRoot } from '../workflows/packageRoot.ts';
import { directoryDigest, type Release, stampSbom } from './release/releaseFiles.ts';

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: packageRoot, encoding: 'utf8' }).trim();
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

/** @throws GateloopError `NotClean` */
function checkClean(dryRun: boolean): void {
  const changes = git('status', '--porcelain');
  if (changes === '') return;
  const message = `The work tree is not clean. Commit or remove these changes before a release:\n${changes}`;
  if (!dryRun) throw new GateloopError('NotClean', message);
  console.log(message);
}

/** @throws GateloopError `SupplyChain` */
function checkSupplyChain(dryRun: boolean): void {
  // A release with unknown vulnerabilities is not made. Of a dry run, the report says that they are unknown.
  const options = dryRun ? [] : ['--', '--require-audit'];
  const command = ['run', '--silent', 'supply-chain', ...options];
  const { status } = spawnSync('npm', command, { cwd: packageRoot, stdio: 'inherit' });
  if (status !== 0) throw new GateloopError('SupplyChain', 'The supply chain has the problems above.');
}

function readRelease(): Release {
  const { name, version }: { name: string; version: string } = JSON.parse(
    readFileSync(join(packageRoot, 'package.json'), 'utf8'),
  );
  const [commit = '', committedAt = ''] = git('log', '-1', '--format=%H %cI').split(' ');
  return { name, version, commit, committedAt: new Date(committedAt).toISOString() };
}

/** Builds all packages in a temporary directory. @returns their digests by function */
async function buildDigests(): Promise<Record<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-release-'));
  try {
    const bundles = await bundleFunctions(functionEntries, directory);
    return Object.fromEntries(bundles.map((bundle) => [bundle.name, directoryDigest(bundle.directory)]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws GateloopError `NotReproducible` */
async function reproducibleDigests(): Promise<Record<string, string>> {
  const [first, second] = [await buildDigests(), await buildDigests()];
  const differing = Object.keys(first).filter((name) => first[name] !== second[name]);
  if (differing.length === 0) return first;
  throw new GateloopError('NotReproducible', `Two builds of these packages differ: ${differing.join(', ')}.`);
}

function buildSbom(release: Release): string {
  const options = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--omit', 'optional'];
  const made = execFileSync('npm', options, {
    cwd: packageRoot,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return `${JSON.stringify(stampSbom(JSON.parse(made), release), null, 2)}\n`;
}

interface ReleaseOptions {
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `npm run release`. */
const releaseCommand = defineCommand<ReleaseOptions, ReleaseOptions>({
  name: 'release',
  summary: 'write the bill of materials and the digests of a release',
  description: `Writes the content of a release, so that anyone can compare what runs with it.

It requires a clean work tree and a supply chain without problems, builds every package twice and compares the builds, and writes into dist/release/<version>/:

sbom.cdx.json: the dependencies in the packages (CycloneDX), with version and commit.
bundles.json: the SHA-256 of every function's package, of the lockfile and of the bill of materials.`,
  options: [
    new Option('--dry-run', 'check and build, but write nothing; changes in the work tree are only reported'),
  ],
  jsonOutput: 'print the digests as one line of JSON',
  examples: { '--dry-run': 'show what a release would contain' },
  exits: { done: 'written', failed: 'a check failed', refused: 'the command line was refused' },
  read: ({ flags: { dryRun, json } }) => ({ dryRun, json }),
  run: async ({ dryRun, json }) => {
    checkClean(dryRun);
    checkSupplyChain(dryRun);
    const release = readRelease();
    const functions = await reproducibleDigests();
    const sbom = buildSbom(release);
    const lockfile = sha256(readFileSync(join(packageRoot, 'package-lock.json')));
    const digests = { ...release, functions, 'package-lock.json': lockfile, 'sbom.cdx.json': sha256(sbom) };
    const text = `${JSON.stringify(digests, null, 2)}\n`;
    process.stdout.write(json ? `${JSON.stringify(digests)}\n` : text);
    if (dryRun) return exitCodes.done;
    const directory = join(packageRoot, 'dist/release', release.version);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'sbom.cdx.json'), sbom);
    writeFileSync(join(directory, 'bundles.json'), text);
    process.stderr.write(`Written to ${directory}.\n`);
    return exitCodes.done;
  },
});

process.exitCode = await runAlone(releaseCommand, 'npm run release --', process.argv.slice(2), processIo);
