import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

it.each([
  ['scripts/checkLinks.ts', 'check:links'],
  ['bench/bundles.ts', 'bench:bundles'],
  ['test/mutation/run.ts', 'mutation'],
])('%s: refuses an unknown option with code 2, and shows its help, without running', (script, name) => {
  const run = (option: string) =>
    spawnSync(process.execPath, [script, option], { cwd: ROOT, encoding: 'utf8', timeout: 60_000 });
  const unknown = run('--chekc');
  expect([unknown.status, unknown.stdout]).toEqual([2, '']);
  expect(unknown.stderr).toContain(`See npm run ${name} -- --help.`);
  const help = run('--help');
  expect(help.status).toBe(0);
  expect(help.stdout).toContain(`Usage: npm run ${name} --`);
});
