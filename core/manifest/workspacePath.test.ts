import { describe, expect, it } from 'vitest';
import { workspacePathProblem } from './workspacePath.ts';

describe('workspacePathProblem', () => {
  it.each([
    'schemas/ledger.openapi.yaml',
    'a',
    'a b/c.json',
    'schemas/..hidden',
    'ünïcode/スキーマ.json',
    'a/b/c/d.e',
    '100%/x',
  ])('accepts the path %s', (path) => {
    expect(workspacePathProblem(path)).toBeUndefined();
  });

  it.each([
    ['', 'is empty'],
    ['../other/schemas/a.yaml', 'leaves the workspace with ".."'],
    ['schemas/../../other/a.yaml', 'leaves the workspace with ".."'],
    ['schemas/..', 'leaves the workspace with ".."'],
    ['/etc/passwd', 'is absolute'],
    ['~/a.yaml', 'is absolute'],
    ['C:/a.yaml', 'is absolute'],
    ['..\\other\\a.yaml', 'contains a backslash'],
    ['s3://bucket/key', 'is a URL'],
    ['file:///etc/passwd', 'is a URL'],
    ['schemas/%2e%2e/%2e%2e/a.yaml', 'is URL-encoded'],
    ['schemas%2Fa.yaml', 'is URL-encoded'],
    ['./a.yaml', 'contains "." or an empty segment'],
    ['schemas//a.yaml', 'contains "." or an empty segment'],
    ['schemas/', 'contains "." or an empty segment'],
    ['schemas/a\u0000.yaml', 'contains an invisible character'],
    ['schemas/a\u202e.yaml', 'contains an invisible character'],
    ['schemas/ a.yaml', 'begins or ends with a space'],
    [`schemas/\${gateways.a.gatewayId}.yaml`, 'contains a reference'],
    ['x'.repeat(513), 'is longer than 512 bytes'],
    ['é'.repeat(257), 'is longer than 512 bytes'],
  ])('rejects the path %j, which %s', (path, problem) => {
    expect(workspacePathProblem(path)).toContain(problem);
  });
});
