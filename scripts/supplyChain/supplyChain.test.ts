import { describe, expect, it } from 'vitest';
import { readAudit } from './audit.ts';
import { packageProblems } from './packageRules.ts';

const sound = { integrity: 'sha512-abc', version: '1.0.0' };
const problems = (entry: object, license: string | undefined = 'MIT', path = 'node_modules/a') =>
  packageProblems(path, { ...sound, ...entry }, license, new Set(['allowed']));

describe('a package', () => {
  it.each(['MIT', '(MIT OR GPL-3.0)', 'Apache-2.0 AND MIT'])('may have the license %s', (license) => {
    expect(problems({}, license)).toEqual([]);
  });

  it.each([['GPL-3.0'], ['MIT AND GPL-3.0'], [''], ['SEE LICENSE IN LICENSE'], ['UNLICENSED']])(
    'may not have the license "%s"',
    (license) => {
      expect(problems({}, license)).toEqual([expect.stringContaining('a has the license')]);
    },
  );

  it('whose license nobody knows is refused', () => {
    expect(packageProblems('node_modules/a', sound, undefined, new Set())).toEqual([
      'a has the license unknown, which is not among those that are allowed',
    ]);
  });

  it('that is deployed is held to more than a tool', () => {
    expect(problems({}, 'MPL-2.0')).toHaveLength(1);
    expect(problems({ dev: true }, 'MPL-2.0')).toEqual([]);
  });

  it.each([{ integrity: undefined }, { integrity: 'sha1-abc' }])('has a strong hash, unlike %j', (entry) => {
    expect(problems(entry)).toEqual(['a has no SHA-512 hash']);
  });

  it('runs a script at installation only where it is listed', () => {
    const entry = { hasInstallScript: true };
    expect(problems(entry, 'MIT', 'node_modules/x/node_modules/@b/c')).toEqual([
      '@b/c runs a script at installation; list it under allowScripts or do without it',
    ]);
    expect(problems(entry, 'MIT', 'node_modules/allowed')).toEqual([]);
  });
});

describe('an audit', () => {
  it('tells each vulnerable package with how bad it is', () => {
    const output = { vulnerabilities: { tar: { severity: 'high' } }, metadata: {} };
    expect(readAudit(JSON.stringify(output))).toEqual({
      kind: 'vulnerable',
      findings: ['tar has a known vulnerability (high)'],
    });
  });

  it('is clean where the registry knows of nothing', () => {
    expect(readAudit('{"auditReportVersion":2,"vulnerabilities":{}}')).toEqual({ kind: 'clean' });
  });

  it.each([
    ['{"message":"405 Method Not Allowed - POST https://registry/bulk"}', '405 Method Not Allowed'],
    ['{"error":{"summary":"getaddrinfo ENOTFOUND"}}', 'ENOTFOUND'],
    ['', 'it gave no answer'],
    ['<html>', 'it gave no answer'],
  ])('is not taken for clean where the registry cannot say: %s', (output, why) => {
    expect(readAudit(output)).toEqual({ kind: 'unknown', why: expect.stringContaining(why) });
  });
});
