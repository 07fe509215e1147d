import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';
import { recordedIo } from '../testing/recordedIo.ts';

async function guardrails(...args: string[]) {
  const io = recordedIo();
  const code = await runProgram(commands, ['guardrails', ...args], io);
  return { code, ...io.written() };
}

function file(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'gateloop-')), 'guardrails.yaml');
  writeFileSync(path, text);
  return path;
}

describe('gateloop guardrails', () => {
  it('guardrails: ends with 0 for a correct file, and shows what a workspace may use', async () => {
    const path = file('version: 1\nworkspaces: { payments: { hosts: [mcp.example.com] } }');
    expect(await guardrails(path)).toMatchObject({ code: 0, stdout: `${path} is correct.\n` });
    const { stdout } = await guardrails(path, '--workspace', 'payments', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      problems: [],
      allowed: { hosts: ['mcp.example.com'], roles: [] },
    });
  });

  it('guardrails: ends with 2 for a file with errors, and names line and remedy', async () => {
    const { code, stdout } = await guardrails(file('version: 1\ndefaults:\n  role: []'));
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /guardrails\.yaml"?:3:\d+: error: defaults\.role: Unknown key\..*Did you mean "roles"\?/,
    );
  });

  it.each([
    [['/nowhere/guardrails.yaml'], 'cannot be read as a file'],
    [['package.json', '--workspace', 'shared'], 'is not a valid name of a workspace'],
  ])('guardrails: refuses the command line %j', async (args, message) => {
    const { code, stderr } = await guardrails(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
