import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';

const START = fileURLToPath(new URL('start.ts', import.meta.url));
/** Starting everything takes some seconds on a machine that does nothing else. */
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

/** Runs the command; `during` is called with what has come on stdout so far, whenever there is more. */
async function start(
  args: readonly string[],
  during: (stdout: string, child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', START, ...args]);
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
  it('helps', async () => {
    const { code, stdout } = await start(['--help']);
    expect([code, stdout.split('\n')[0]]).toEqual([
      0,
      'Runs Gateloop on an embedded AWS: uploads a folder of workspaces to its bucket, and keeps',
    ]);
  });

  it.each([
    [2, ['--once', '--sped'], "Unknown option '--sped'. See npm start -- --help.\n"],
    [2, ['--once', '--workspaces', '/nowhere'], 'There is no folder /nowhere; name one with --workspaces.\n'],
    [1, ['--once', '--data', '/dev/null/x'], /^The data directory \/dev\/null\/x cannot be written .*\n$/],
  ])('ends with code %d and one line on stderr for %j', async (code, args, line) => {
    const ended = await start(args);
    expect(ended).toMatchObject({ code, stdout: '' });
    expect(ended.stderr).toMatch(line);
    expect(ended.stderr.trim().split('\n')).toHaveLength(1);
  });

  it(
    'prints one JSON object on stdout, everything else on stderr, and ends with 2 for refused input',
    async () => {
      const args = ['--workspaces', 'examples/refused', '--once', '--json', '--data', dataDirectory()];
      const { code, stdout, stderr } = await start(args);
      expect(code).toBe(2);
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
    'stops cleanly on Ctrl-C in the middle of its work, and a second start goes on from there',
    async () => {
      const data = dataDirectory();
      const interrupted = await start(['--data', data, '--port', '0'], (stdout, child) => {
        if (stdout.includes('creating')) child.kill('SIGINT');
      });
      expect(interrupted).toMatchObject({ code: 0, stderr: '' });
      expect(interrupted.stdout).toContain('Stopped. Everything is on disk');
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
});
