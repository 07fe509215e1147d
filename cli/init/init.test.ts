import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';

const newFolder = () => join(mkdtempSync(join(tmpdir(), 'gateloop-init-')), 'workspaces/payments');

async function gateloop(...args: string[]) {
  const io = recordedIo();
  const code = await runProgram(commands, args, io);
  return { code, ...io.written() };
}

describe('gateloop init', () => {
  it('init: writes a workspace that is valid, also against the guardrails that it writes', async () => {
    const folder = newFolder();
    const { code, stdout } = await gateloop('init', folder, '--owner', 'payments@team.example', '--json');
    expect(code).toBe(0);
    const { workspace, written } = expectOutput('init', stdout);
    expect(workspace).toBe('payments');
    expect(written).toEqual(
      ['manifest.yaml', 'schemas/orders.tools.yaml', '../../guardrails.yaml'].map((path) =>
        relative(process.cwd(), join(folder, path)),
      ),
    );
    const guardrails = join(folder, '../../guardrails.yaml');
    const checked = await gateloop('validate', folder, '--guardrails', guardrails, '--json');
    expect([checked.code, JSON.parse(checked.stdout)]).toEqual([
      0,
      { ok: true, workspaces: { payments: { problems: [], tools: { 'payments/orders': ['find_order'] } } } },
    ]);
  });

  it('init: gives the gateway a name that AgentCore takes, whatever the workspace is called', async () => {
    const folder = join(newFolder(), '../my.team_tools-');
    await gateloop('init', folder, '--owner', 'a@team.example');
    expect((await gateloop('validate', folder, '--json')).code).toBe(0);
  });

  it('init: changes nothing where there is a manifest, and keeps guardrails that are there', async () => {
    const folder = newFolder();
    await gateloop('init', folder, '--owner', 'a@team.example');
    const before = readFileSync(join(folder, 'manifest.yaml'), 'utf8');
    const again = await gateloop('init', folder, '--owner', 'b@team.example');
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('has a manifest already');
    expect(readFileSync(join(folder, 'manifest.yaml'), 'utf8')).toBe(before);
    await gateloop('init', join(folder, '../orders'), '--owner', 'b@other.example');
    expect(readFileSync(join(folder, '../../guardrails.yaml'), 'utf8')).not.toContain('other.example');
  });

  it.each([
    [['init', join(newFolder(), '../Not A Name')], 'is no name of a workspace'],
    [['init', newFolder(), '--owner', 'nobody'], '--owner takes a mail address'],
  ])('init: refuses %j and writes nothing', async (args, message) => {
    const { code, stderr } = await gateloop(...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(existsSync(args[1] ?? '')).toBe(false);
  });
});
