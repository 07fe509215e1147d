import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openGuardrailsFile } from '../../core/guardrails/guardrailsFile.ts';
import { manifestOf } from '../../test/system/system.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
/** A start takes some seconds on an idle machine. */
const LONG = 120_000;

function dataDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateloop-start-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type During = (stdout: string, child: ChildProcess) => void;

function start(args: readonly string[], during?: During): Promise<Ended> {
  return run('start', args, during);
}

/** Runs a command; calls `during` with all output on stdout so far after each write. */
async function run(command: string, args: readonly string[], during: During = () => {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, command, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    out.stdout += chunk;
    during(out.stdout, child);
  });
  child.stderr.on('data', (chunk: Buffer) => {
    out.stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, ...out };
}

describe('npm start', () => {
  it.each([
    [2, ['--sped'], "Unknown option '--sped'."],
    [2, ['--workspaces', '/nowhere'], 'There is no folder /nowhere.'],
    [
      1,
      ['--data', '/dev/null/x'],
      expect.stringMatching(/^The data directory \/dev\/null\/x cannot be written/),
    ],
  ])(
    'npm start: ends with code %d, an empty stdout and an error on stderr for %j',
    async (code, args, what) => {
      const ended = await start(['--once', '--json', ...args]);
      expect(ended).toMatchObject({ code, stdout: '' });
      expect(JSON.parse(ended.stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ error: { what } });
    },
  );

  it(
    'npm start: prints one JSON object on stdout, everything else on stderr, and ends with 2 for refused input',
    async () => {
      const args = ['--workspaces', 'examples/refused', '--once', '--json', '--data', dataDirectory()];
      const { code, stdout, stderr } = await start(args);
      expect(code).toBe(2);
      expect(stderr).toContain('Simulated time runs 10 times as fast as real time');
      expect(stderr).toContain('To reset it: Ctrl-C, then rm -r');
      expect(stdout.trimEnd().split('\n')).toHaveLength(1);
      const result = JSON.parse(stdout);
      expect(Object.keys(result)).toEqual([
        'ok',
        'workspaces',
        'calls',
        'transitions',
        'simulatedSeconds',
        'seconds',
      ]);
      expect(result).toMatchObject({ ok: false, calls: {} });
      expect(result.workspaces.unreadable).toMatchObject({
        outcome: 'refused',
        problems: [{ severity: 'error', file: 'manifest.yaml', line: expect.any(Number) }],
        resources: [],
      });
      expect(stderr).toContain('examples/refused/unreadable/manifest.yaml:');
      expect(stderr).not.toContain('\u001b');
    },
    LONG,
  );

  it(
    'npm start: stops at Ctrl-C during a reconciliation, and a second start continues it',
    async () => {
      const data = dataDirectory();
      const interrupted = await start(['--data', data, '--port', '0'], (stdout, child) => {
        if (stdout.includes('creating')) child.kill('SIGINT');
      });
      expect(interrupted).toMatchObject({ code: 0, stderr: '' });
      expect(interrupted.stdout).toContain('Stopped. All state is on disk');
      const { code, stdout } = await start(['--data', data, '--once', '--json']);
      const { ok, workspaces } = JSON.parse(stdout);
      expect([code, ok]).toEqual([0, true]);
      expect(workspaces).toMatchObject({
        payments: { outcome: 'ready' },
        repositories: { outcome: 'awaiting' },
      });
    },
    LONG,
  );

  it(
    'npm start: goes on with workspaces that are in the bucket and not in the folder',
    async () => {
      const data = dataDirectory();
      const guardrails = join(data, 'guardrails.yaml');
      writeFileSync(guardrails, openGuardrailsFile);
      const folderWith = (workspace: string): string => {
        const folder = dataDirectory();
        mkdirSync(join(folder, workspace));
        writeFileSync(join(folder, workspace, 'manifest.yaml'), manifestOf([], { gateway: workspace }));
        return folder;
      };
      const once = async (workspace: string) => {
        const args = ['--workspaces', folderWith(workspace), '--data', data, '--once', '--json'];
        return JSON.parse((await start([...args, '--guardrails', guardrails])).stdout);
      };
      expect(Object.keys((await once('pushed')).workspaces)).toEqual(['pushed']);
      expect(await once('second')).toMatchObject({
        workspaces: { second: { outcome: 'ready' }, pushed: { outcome: 'ready' } },
      });
    },
    LONG,
  );

  it(
    'npm start: gateloop plan --local compares a folder with its ledger and its AgentCore',
    async () => {
      const data = dataDirectory();
      const folder = join(dataDirectory(), 'planned');
      mkdirSync(folder);
      writeFileSync(join(folder, 'manifest.yaml'), manifestOf([], { gateway: 'planned' }));
      const guardrails = join(data, 'guardrails.yaml');
      writeFileSync(guardrails, openGuardrailsFile);
      const planned = Promise.withResolvers<Ended>();
      let isPlanning = false;
      let environment = '';
      const ended = await start(
        ['--data', data, '--guardrails', guardrails, '--port', '0'],
        (stdout, child) => {
          if (isPlanning || !stdout.includes('Watching')) return;
          isPlanning = true;
          environment = readFileSync(join(data, 'aws.env'), 'utf8');
          const args = [folder, '--local', '--data', data, '--json', '--detailed-exitcode'];
          run('plan', args).then(planned.resolve, planned.reject);
          planned.promise.finally(() => child.kill('SIGINT')).catch(() => undefined);
        },
      );
      expect(ended.code).toBe(0);
      expect(ended.stdout).toContain('aws.env');
      expect(ended.stdout).toMatch(
        /EventBridge is at http:\/\/127\.0\.0\.1:\d+; the bus is called gateloop\./,
      );
      for (const service of ['S3', 'DYNAMODB', 'EVENTBRIDGE', 'BEDROCK_AGENTCORE_CONTROL'])
        expect(environment).toMatch(
          new RegExp(`^export AWS_ENDPOINT_URL_${service}='http://127.0.0.1:\\d+'$`, 'm'),
        );
      // The SDK for Python reads the one, those for other languages the other.
      for (const name of ['AWS_REGION', 'AWS_DEFAULT_REGION'])
        expect(environment).toContain(`export ${name}='us-east-1'\n`);
      const { code, stdout } = await planned.promise;
      expect(code).toBe(7);
      expect(JSON.parse(stdout).plan).toMatchObject({
        basedOn: 'ledger',
        resources: [{ address: 'gateway/planned', action: 'create' }],
        quotas: [],
      });
    },
    LONG,
  );
});
