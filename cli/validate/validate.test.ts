import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { manifestOf, toolSchema } from '../../test/system/system.ts';
import { commands } from '../commands.ts';
import { runProgram } from '../program.ts';
import { expectOutput } from '../testing/cliSchema.ts';
import { recordedIo } from '../testing/recordedIo.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateloop-validate-'));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function validate(...args: string[]) {
  const io = recordedIo();
  const code = await runProgram(commands, ['validate', ...args], io);
  return { code, ...io.written() };
}

const valid = {
  'payments/manifest.yaml': manifestOf(['ledger'], { gateway: 'payments' }),
  'payments/schemas/ledger.json': toolSchema(['find', 'count']),
};
const broken = {
  'orders/manifest.yaml': manifestOf(['mail']).replace('authorizerType: AWS_IAM', 'authorizerType: AWS_IAN'),
  'orders/schemas/mail.json': '[{ "name": "a b", "description": "", "inputSchema": { "type": "object" } }]',
};

describe('gateloop validate', () => {
  it('validate: accepts a workspace, and names the tools of its targets', async () => {
    const { code, stdout } = await validate(join(folderWith(valid), 'payments'), '--json');
    expect(code).toBe(0);
    expect(expectOutput('validation', stdout)).toEqual({
      ok: true,
      workspaces: { payments: { problems: [], tools: { 'payments/ledger': ['find', 'count'] } } },
    });
  });

  it('validate: reports each problem of every workspace in a folder with its rule and place', async () => {
    const folder = folderWith({ ...valid, ...broken, 'notes/readme.md': '' });
    const { code, stdout } = await validate(folder, '--json');
    expect(code).toBe(2);
    const { ok, workspaces } = expectOutput('validation', stdout);
    expect([ok, Object.keys(workspaces)]).toEqual([false, ['orders', 'payments']]);
    expect(workspaces.payments.problems).toEqual([]);
    expect(workspaces.orders.problems).toContainEqual({
      severity: 'error',
      rule: 'api-enum',
      file: 'manifest.yaml',
      line: 6,
      column: 5,
      path: 'gateways.front.authorizerType',
      message: expect.stringContaining('Did you mean "AWS_IAM"?'),
    });
    expect(workspaces.orders.problems).toContainEqual(
      expect.objectContaining({ file: 'schemas/mail.json', rule: expect.stringMatching(/^\w+(-\w+)+$/) }),
    );
  });

  it('validate: prints problems as compilers do, from the working directory', async () => {
    const folder = join(folderWith(broken), 'orders');
    const { code, stdout } = await validate(folder);
    expect(code).toBe(2);
    expect(stdout).toContain(`${relative(process.cwd(), folder)}/manifest.yaml`);
    expect(stdout).toMatch(/:6:5: error: gateways\.front\.authorizerType: /);
    expect(stdout).toMatch(/^✗ orders {2}\d+ errors?, /m);
  });

  it('validate: writes a log of SARIF 2.1.0', async () => {
    const folder = folderWith(broken);
    const { code, stdout } = await validate(folder, '--format', 'sarif');
    expect(code).toBe(2);
    const {
      version,
      runs: [{ tool, results }],
    } = JSON.parse(stdout);
    expect(version).toBe('2.1.0');
    const rules = tool.driver.rules.map(({ id }: { id: string }) => id);
    for (const { ruleId, ruleIndex, level, locations } of results) {
      expect(rules[ruleIndex]).toBe(ruleId);
      expect(['error', 'warning']).toContain(level);
      expect(locations[0].physicalLocation.region.startLine).toBeGreaterThan(0);
    }
    expect(results[0].locations[0].physicalLocation.artifactLocation.uri).toBe(
      `${relative(process.cwd(), folder)}/orders/manifest.yaml`,
    );
  });

  it('validate: writes annotations of GitHub', async () => {
    const { stdout } = await validate(folderWith(broken), '--format', 'github');
    expect(stdout).toMatch(
      /^::error file=.*orders\/manifest\.yaml,line=6,col=5::gateways\.front\.authorizerType: /m,
    );
  });

  it("validate: checks against the operators' guardrails", async () => {
    const folder = folderWith({
      ...valid,
      'guardrails.yaml': 'workspaces: { payments: { kinds: [registry] } }',
    });
    const args = [join(folder, 'payments'), '--guardrails', join(folder, 'guardrails.yaml'), '--json'];
    const { code, stdout } = await validate(...args);
    expect(code).toBe(2);
    expect(JSON.parse(stdout).workspaces.payments.problems[0]).toMatchObject({ severity: 'error' });
    expect((await validate(folder, '--guardrails', 'none')).stderr).toContain(
      '--guardrails none cannot be read',
    );
  });

  it('validate: reports a folder whose name no workspace can have', async () => {
    const folder = folderWith({ 'my team/manifest.yaml': '' });
    for (const place of [folder, join(folder, 'my team')]) {
      const { code, stdout } = await validate(place, '--json');
      expect(code).toBe(2);
      expect(JSON.parse(stdout).workspaces['my team'].problems).toMatchObject([
        { rule: 'workspace-name', file: 'manifest.yaml', line: 1, column: 1 },
      ]);
    }
  });

  it.each([
    [['/nowhere'], '/nowhere does not exist.'],
    [[import.meta.filename], 'is a file.'],
    [[`${tmpdir()}/gateloop-empty`], 'holds no workspace'],
    [[], "Missing required argument 'folder'."],
    [['.', '--format', 'xml'], 'Allowed choices are text, sarif, github.'],
  ])('validate %j: ends with 2 and says why', async (args, message) => {
    mkdirSync(`${tmpdir()}/gateloop-empty`, { recursive: true });
    const { code, stdout, stderr } = await validate(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  it('validate: refuses two folders of the same name', async () => {
    const [one, other] = [folderWith(valid), folderWith(valid)];
    expect((await validate(one, other)).stderr).toContain('are both the workspace payments');
    expect((await validate(one, join(one, 'payments'))).code).toBe(0);
  });
});
