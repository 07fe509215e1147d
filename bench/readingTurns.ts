import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { SpecBucket, WorkspaceFile } from '../core/ports/specBucket.ts';
import { largeDocument } from '../core/schemas/openApi/testing/largeDocument.ts';
import { ReconcileFixture, WORKSPACE } from '../functions/testing/reconcileFixture.ts';

/** Collections of a description whose YAML is just under the limit of 10 MiB for a file. */
const COLLECTIONS = 380;
const FILES = 6;

/**
 * Reconciles a workspace with six YAML files of 9 MB in a process with the heap of a function of 1,024 MB, then edits one of them.
 * Prints for each poll what it read, its processor time, and the most memory so far. The bucket is on the disk, as S3 is outside
 * the function.
 */
const [folder, part] = process.argv.slice(2);
if (folder === undefined) {
  const made = mkdtempSync(join(tmpdir(), 'gateloop-turns-'));
  for (const step of ['write', 'reconcile'])
    execFileSync(
      process.execPath,
      [...process.execArgv, '--max-old-space-size=900', import.meta.filename, made, step],
      { stdio: 'inherit' },
    );
  rmSync(made, { recursive: true });
  process.exit();
}
const at = (name: string) => join(folder, encodeURIComponent(name));
if (part === 'write') {
  const yaml = stringify(largeDocument(COLLECTIONS), { aliasDuplicateObjects: false });
  for (let index = 0; index < FILES; index += 1)
    // A content of its own: the same content is read once.
    for (const edition of [1, 2])
      writeFileSync(
        at(`api${index}.yaml ${edition}`),
        yaml.replace(/title: .*/, `title: Service ${index}, edition ${edition}`),
      );
  process.exit();
}
const targets = Array.from(
  { length: FILES },
  (_, index) => `      t${index}:
        targetConfiguration: { mcp: { openApiSchema: { file: api${index}.yaml } } }
        credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]
`,
);
const fixture = new ReconcileFixture(`gateways:
  front:
    roleArn: arn:aws:iam::123456789012:role/front
    authorizerType: AWS_IAM
    targets:
${targets.join('')}`);

const { specBucket } = fixture;
const editions = new Map<string, number>();
const listFiles = specBucket.listFiles.bind(specBucket);
const readSmallFile = specBucket.readFile.bind(specBucket);
let filesRead = 0;
const isOnDisk = (path: string) => editions.has(path);
const placeOf = (path: string) => at(`${path} ${editions.get(path)}`);
Object.assign(specBucket, {
  listFiles: async () => {
    const large = [...editions].map(([path, edition]) => ({
      path,
      size: readFileSync(placeOf(path)).length,
      etag: `"${edition}"`,
    }));
    return [...(await listFiles(WORKSPACE)), ...large];
  },
  readFile: async (_: string, file: WorkspaceFile) => {
    filesRead += 1;
    return isOnDisk(file.path) ? readFileSync(placeOf(file.path)) : readSmallFile(WORKSPACE, file);
  },
  writeApplied: async (sha256: string, bytes: Uint8Array) => writeFileSync(at(sha256), bytes),
  writeDocument: async (key: string, document: unknown) => writeFileSync(at(key), JSON.stringify(document)),
  readDocument: async (key: string) => {
    try {
      return JSON.parse(readFileSync(at(key), 'utf8'));
    } catch {
      return undefined;
    }
  },
} satisfies Partial<SpecBucket>);

const began = process.memoryUsage.rss();

async function reconcile(what: string): Promise<void> {
  for (let iteration = 0; iteration < 50; iteration += 1) {
    const cpu = process.cpuUsage();
    const files = filesRead;
    fixture.now = Math.max(fixture.now + 2_000, Date.now());
    const ticking = setInterval(() => {
      fixture.now = Math.max(fixture.now, Date.now());
    }, 10);
    const state = await fixture.poll({ iteration, now: fixture.now });
    clearInterval(ticking);
    const { user, system } = process.cpuUsage(cpu);
    const read = filesRead - files;
    process.stdout.write(
      `${what}, poll ${iteration + 1}: ${read} files, ${((user + system) / 1e6).toFixed(1)} s of processor time, then "${state.next}"; peak ${Math.round((process.resourceUsage().maxRSS * 1024) / 1e6)} MB\n`,
    );
    if (state.next === 'provision') await fixture.provision(state);
    if (state.next !== 'provision' && state.next !== 'wait') return;
    fixture.settle();
    await setTimeout(1);
  }
}

for (let index = 0; index < FILES; index += 1) editions.set(`api${index}.yaml`, 1);
process.stdout.write(`${Math.round(began / 1e6)} MB before\n`);
await reconcile('The upload');
editions.set('api0.yaml', 2);
await reconcile('An edit of one file');
