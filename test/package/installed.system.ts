import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../workflows/packageRoot.ts';

const run = promisify(execFile);
/** A folder like a user's: it has the installed package, and no checkout around it. */
const home = mkdtempSync(join(tmpdir(), 'gateloop-package-'));
const command = join(home, 'node_modules/gateloop/cli/main.js');

/** The versions of Node on this machine: the one that runs the tests, and those of this folder's package.json. */
const nodes = ['node20', 'node22']
  .map((name) => join(import.meta.dirname, 'node_modules', `${name}-linux-x64/bin/node`))
  .filter((file) => existsSync(file))
  .concat(process.execPath)
  .map((file) => [execFileSync(file, ['--version'], { encoding: 'utf8' }).trim(), file] as const);

function pack(): string {
  const npm = ['run', '--silent', 'package', '--', '--json'];
  const { file } = JSON.parse(execFileSync('npm', npm, { cwd: packageRoot, encoding: 'utf8' }));
  return file;
}

describe('the package that npm installs', () => {
  let tarball = '';
  beforeAll(() => {
    tarball = pack();
    writeFileSync(join(home, 'package.json'), '{ "private": true, "type": "module" }');
    execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], {
      cwd: home,
      stdio: 'ignore',
    });
    cpSync(join(packageRoot, 'examples/workspaces'), join(home, 'workspaces'), { recursive: true });
    cpSync(join(packageRoot, 'examples/guardrails.yaml'), join(home, 'guardrails.yaml'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('the package: has at most 30 MB, and no sources', () => {
    expect(statSync(tarball).size).toBeLessThan(30_000_000);
    const files = readdirSync(join(home, 'node_modules/gateloop'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /(?<!\.d)\.ts$/.test(file) && !file.startsWith('node_modules/'))).toEqual(
      [],
    );
    expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
      'gateloop',
    ]);
  });

  describe.each(nodes)('on Node %s', (version, node) => {
    it('the command line: checks guardrails', async () => {
      const { stdout } = await run(node, [command, 'guardrails', 'guardrails.yaml'], { cwd: home });
      expect(stdout).toContain('is correct');
    });

    it('the command line: runs the embedded AWS until every workspace has settled', async () => {
      const data = join(home, `data-${version}`);
      const once = [
        'start',
        '--once',
        '--json',
        '--speed',
        '100',
        '--workspaces',
        'workspaces',
        '--data',
        data,
      ];
      const { stdout } = await run(node, [command, ...once], { cwd: home });
      expect(JSON.parse(stdout)).toMatchObject({
        ok: true,
        workspaces: { payments: { outcome: 'ready' }, repositories: { outcome: 'awaiting' } },
      });
    });
  });

  it.each(nodes)(
    'the command line: makes a workspace on Node %s, runs it, and status finds the run without an option',
    async (version, node) => {
      const folder = join(home, `specs-${version}`);
      mkdirSync(folder);
      const gateloop = (...words: readonly string[]) => run(node, [command, ...words], { cwd: folder });
      await gateloop('init', 'specs/orders');
      expect((await gateloop('validate', 'specs')).stdout).toContain('✓ orders');

      const words = ['dev', '--workspaces', 'specs', '--speed', '100', '--port', '0'];
      const dev = spawn(node, [command, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
      const output = dev.stdout.setEncoding('utf8')[Symbol.asyncIterator]();
      try {
        let shown = '';
        while (!shown.includes('✓ orders')) {
          const { value, done } = await output.next();
          if (done) throw new Error(`gateloop dev ended: ${shown}`);
          shown += value;
        }
        const { stdout } = await gateloop('status', '--local', '--json');
        expect(JSON.parse(stdout)).toMatchObject({ workspaces: [{ workspace: 'orders', state: 'ready' }] });
      } finally {
        dev.kill('SIGINT');
      }
    },
  );

  it('the construct: synthesizes in an app of its own, without a finding of cdk-nag', async () => {
    for (const name of ['aws-cdk-lib', 'constructs', 'cdk-nag', '@types']) {
      mkdirSync(join(home, 'node_modules'), { recursive: true });
      symlinkSync(join(packageRoot, 'node_modules', name), join(home, 'node_modules', name));
    }
    writeFileSync(join(home, 'app.ts'), APP);
    const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
    const options = ['--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023'];
    await run(process.execPath, [tsc, ...options, 'app.ts'], { cwd: home });
    await run(process.execPath, ['app.js'], { cwd: home });
    const out = join(home, 'cdk.out');
    const template = JSON.parse(readFileSync(join(out, 'platform.template.json'), 'utf8'));
    const functions = Object.values<{ Type: string }>(template.Resources).filter(
      ({ Type }) => Type === 'AWS::Lambda::Function',
    );
    expect(functions.length).toBeGreaterThan(5);
    expect(readdirSync(out).filter((name) => name.startsWith('asset.')).length).toBe(functions.length);
  });
});

/** An app of a team that deploys Gateloop beside its own resources. A finding fails the synthesis. */
const APP = `
import { App, CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { Gateloop } from 'gateloop';

const app = new App({ outdir: 'cdk.out' });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const stack = new Stack(app, 'platform', { env: { account: '123456789012', region: 'eu-west-1' } });
const gateloop = new Gateloop(stack, 'Gateloop', { environment: 'tools', operators: ['operators@example.com'] });
new CfnOutput(stack, 'Uploads', { value: gateloop.bucket.bucketName });
app.synth();
`;
