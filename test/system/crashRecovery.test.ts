import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../cli/start/result.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gateloop-kill-'));
  for (const name of ['workspaces', 'guardrails.yaml'])
    cpSync(join(ROOT, 'examples', name), join(directory, name), { recursive: true });
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Starts the system with the CLI, and kills it with SIGKILL after so many lines of progress. */
function start(
  data: string,
  killAfterLines = Number.POSITIVE_INFINITY,
): Promise<{ code: number | null; result?: Result }> {
  const args = [
    '--once',
    '--json',
    '--speed',
    '100',
    '--workspaces',
    join(directory, 'workspaces'),
    '--data',
    data,
  ];
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'cli/main.ts', 'start', ...args],
    { cwd: ROOT },
  );
  let lines = 0;
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    lines += String(chunk).split('\n').length - 1;
    if (lines >= killAfterLines) child.kill('SIGKILL');
  });
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const last = output.trim().split('\n').at(-1);
      resolve({ code, ...(code !== null && last && { result: JSON.parse(last) as Result }) });
    });
  });
}

describe('a system that is killed again and again', () => {
  it('continues after each kill, converges, and creates no resource twice', {
    timeout: 240_000,
  }, async () => {
    const data = join(directory, 'data');
    let kills = 0;
    for (const lines of [1, 9, 13, 17]) if ((await start(data, lines)).code === null) kills += 1;
    expect(kills).toBeGreaterThanOrEqual(3);
    const converged = await start(data);
    expect(converged.code).toBe(0);
    const targets = Object.values(converged.result?.workspaces ?? {})
      .flatMap(({ resources }) => resources)
      .filter(({ kind }) => kind === 'gatewayTarget');
    expect(targets.map(({ state }) => state).sort()).toEqual([
      'awaiting-authorization',
      'ready',
      'ready',
      'ready',
      'ready',
      'ready',
    ]);
    const again = await start(data);
    const writes = Object.keys(again.result?.calls ?? {}).filter(
      (operation) => !/^(Get|List)/.test(operation),
    );
    expect(writes).toEqual([]);
  });
});
