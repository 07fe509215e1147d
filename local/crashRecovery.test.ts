import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const KILLABLE = fileURLToPath(new URL('./testing/crashableAws.ts', import.meta.url));

describe('a system that is killed', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'gateloop-killed-'));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  /** Runs the system, kills it when it has accepted so many uploads, and tells its last words. */
  async function run(from: number, killAfter?: number): Promise<{ accepted: number; last: string }> {
    const mode = killAfter === undefined ? 'finish' : 'until killed';
    const args = ['--disable-warning=ExperimentalWarning', KILLABLE, directory, String(from), mode];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let accepted = from;
    let last = '';
    for await (const line of createInterface(child.stdout)) {
      last = line;
      if (line.startsWith('accepted ')) accepted = Number(line.slice('accepted '.length)) + 1;
      if (killAfter !== undefined && accepted - from >= killAfter) child.kill('SIGKILL');
    }
    return { accepted, last };
  }

  it('loses no accepted upload, and starts no execution twice', async () => {
    let accepted = 0;
    for (const killAfter of [2, 5, 4]) ({ accepted } = await run(accepted, killAfter));
    const { last } = await run(accepted);
    const { uploads, events, outputs, deadLetters } = JSON.parse(last);
    expect(uploads).toBe(16);
    // A kill between an upload and the line that tells of it makes the next process repeat that upload.
    expect(events).toBeGreaterThanOrEqual(16);
    expect(events).toBeLessThanOrEqual(16 + 3);
    expect(outputs).toHaveLength(events);
    const processed = new Set(outputs.map(({ output }: { output: { text: string } }) => output.text));
    expect(processed.size).toBe(16);
    expect(outputs.every(({ status }: { status: string }) => status === 'SUCCEEDED')).toBe(true);
    expect(deadLetters).toBe(0);
  });
});
