import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';

async function scriptOf(shell: string): Promise<string> {
  const io = recordedIo();
  expect(await runProgram(commands, ['completion', shell], io)).toBe(0);
  return io.written().stdout;
}

/** What bash offers for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const script = `${await scriptOf('bash')}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _gateloop; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const cwd = mkdtempSync(join(tmpdir(), 'gateloop-completion-'));
  const output = execFileSync('bash', ['-c', script, 'bash', 'gateloop', ...words], {
    encoding: 'utf8',
    cwd,
  });
  return output.split('\n').filter((word) => word !== '');
}

describe('gateloop completion', () => {
  it('completion bash: completes commands, options, and values of options and arguments', async () => {
    expect(await offered('sta')).toEqual(['start', 'status']);
    expect(await offered('status', '--out')).toEqual(['--output']);
    expect(await offered('status', '-o', '')).toEqual(['wide', 'json', 'yaml']);
    expect(await offered('redrive', 'd')).toEqual(['dead-letters']);
    expect(await offered('status', 'pay')).toEqual([]);
    expect(await offered('')).toEqual(commands.map(({ name }) => name));
  });

  it.each(['zsh', 'fish'])('completion %s: names every command and option', async (shell) => {
    const script = await scriptOf(shell);
    for (const { name, manual } of commands) {
      expect(script).toContain(name);
      for (const { long = '' } of manual.options) expect(script).toContain(long.slice(2));
    }
  });

  it('completion zsh, fish: leave no quotation open', async () => {
    for (const shell of ['zsh', 'fish']) {
      const script = (await scriptOf(shell)).replaceAll(String.raw`'\''`, '');
      for (const line of script.split('\n')) expect(line.split("'").length % 2, line).toBe(1);
    }
  });
});
