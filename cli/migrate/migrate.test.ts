import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ManifestEdit, ManifestMigration } from '../../core/manifest/migrations.ts';
import { registriesMigration } from '../../core/manifest/registriesMigration.ts';
import { screenOn } from '../display/screen.ts';
import { readCommandLine } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';
import { migrateCommand } from './command.ts';
import { migrate } from './migrate.ts';

const OLD = `# of the team
settings: { old: 1 } # why
registries:
  # the tools
  tools:
    oldName: keep # this too
gateways: {}
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-migrate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const migration = (edits: readonly ManifestEdit[]): ManifestMigration => ({
  name: 'test',
  summary: 'Renames what is old.',
  sections: ['registries', 'settings'],
  edits: (manifest) => ('registries' in manifest ? edits : []),
});
const renames = migration([
  { path: ['registries', 'tools', 'oldName'], change: 'rename', to: 'newName', why: 'It has another name.' },
  { path: ['settings', 'old'], change: 'remove', why: 'It has no effect.' },
  { path: ['settings', 'new'], change: 'set', value: [1, 2], why: 'It is a list now.' },
]);

function run(line: string, migrations: readonly ManifestMigration[] = [renames]) {
  const io = recordedIo();
  const result = migrate(
    readCommandLine(migrateCommand, line.split(' '), io),
    migrations,
    screenOn(io.stdout),
  );
  expectOutput('migration', `${JSON.stringify(result)}\n`);
  return { ...result, text: io.written().stdout };
}

describe('gateloop migrate', () => {
  it('shows what is due, and changes nothing, without --write', () => {
    const folder = folderWith({ 'manifest.yaml': OLD });
    const { exitCode, written, text } = run(folder);
    expect([exitCode, written]).toEqual([7, false]);
    expect(text).toContain('registries.tools.oldName: It has another name.');
    expect(text).toContain('3 changes are due. To make them: --write.');
    expect(readFileSync(join(folder, 'manifest.yaml'), 'utf8')).toBe(OLD);
  });

  it('--write: rewrites every manifest of a folder of workspaces, and keeps comments and order', () => {
    const folder = folderWith({ 'a/manifest.yaml': OLD, 'b/manifest.yaml': 'gateways:   {}\n', 'c/x': '' });
    const { exitCode, manifests } = run(`${folder} --write`);
    expect(exitCode).toBe(0);
    expect(Object.values(manifests).map((steps) => steps.length)).toEqual([3, 0]);
    expect(readFileSync(join(folder, 'a/manifest.yaml'), 'utf8')).toBe(`# of the team
settings: { new: [ 1, 2 ] } # why
registries:
  # the tools
  tools:
    newName: keep # this too
gateways: {}
`);
    expect(readFileSync(join(folder, 'b/manifest.yaml'), 'utf8')).toBe('gateways:   {}\n');
  });

  it('--write: moves the members of an old registry with their comments', () => {
    const folder = folderWith({
      'manifest.yaml': `registries:
  tools:
    # agents sign with IAM
    authorizerType: AWS_IAM # for now
    description: tools
    approvalConfiguration:
      autoApproval: true # trusted
`,
    });
    const { exitCode } = run(`${folder} --write`, [registriesMigration]);
    expect(exitCode).toBe(0);
    expect(readFileSync(join(folder, 'manifest.yaml'), 'utf8')).toBe(`registries:
  tools:
    description: tools
    approvalConfiguration:
      autoApprovalRules: [ APPROVE_ALL ] # trusted
    discoveryConfiguration:
      # agents sign with IAM
      authorizerType: AWS_IAM # for now
`);
  });

  it('gives each migration what those before it have made', () => {
    const second: ManifestMigration = {
      ...renames,
      edits: ({ settings }) =>
        JSON.stringify(settings) === '{"new":[1,2]}'
          ? [{ path: ['settings'], change: 'byHand', why: 'Choose one of the two.' }]
          : [],
    };
    const { exitCode, text } = run(`${folderWith({ 'manifest.yaml': OLD })} --write`, [renames, second]);
    expect(exitCode).toBe(2);
    expect(text).toContain('settings: to be changed by hand. Choose one of the two.');
  });

  it('refuses a folder without a manifest, and leaves a file that is no mapping to the plan', () => {
    expect(() => run('/nowhere/at/all')).toThrow('There is no manifest.yaml in /nowhere/at/all');
    const { exitCode, text } = run(folderWith({ 'manifest.yaml': '- a' }));
    expect(exitCode).toBe(0);
    expect(text).toContain('it is no mapping in YAML');
  });
});
