import { describe, expect, it } from 'vitest';
import { parseText } from './testing/sampleManifest.ts';

const problemsOf = (line: string) =>
  parseText(
    `gateways:\n  payments:\n    roleArn: arn:aws:iam::123456789012:role/a\n    authorizerType: NONE\n    ${line}\n`,
  ).problems.map(({ path, message, suggestion }) => [
    path.replace(/^gateways\.payments\.?/, ''),
    message,
    suggestion,
  ]);

describe('checkConfig, within parseManifest', () => {
  it('checkConfig: reports a mapping in place of a text, also one with a member that JavaScript calls', () => {
    expect(problemsOf('kmsKeyArn: { toString: a }')).toEqual([
      ['kmsKeyArn', '"kmsKeyArn" is an object.', undefined],
    ]);
  });

  it('suggests a key of Gateloop only directly in the resource', () => {
    expect(problemsOf('ownr: platform')).toEqual([['ownr', 'The API has no field "ownr" here.', 'owner']]);
    expect(problemsOf('protocolConfiguration: { mcp: { ownr: platform } }')).toEqual([
      ['protocolConfiguration.mcp.ownr', 'The API has no field "ownr" here.', undefined],
    ]);
  });

  it('checkConfig: says of a field that the SDK lacks why it is refused, and suggests no other', () => {
    for (const line of [
      'domainOverride: a.example.com',
      'authorizerConfiguration: { customJWTAuthorizer: { certificateConfigurations: [] } }',
    ]) {
      const found = problemsOf(line).filter(([, message]) =>
        /the AWS SDK of .* does not know it yet/.test(String(message)),
      );
      expect(found).toMatchObject([[expect.any(String), expect.any(String), undefined]]);
    }
  });

  it('suggests a field of the API in a nested structure', () => {
    expect(problemsOf('protocolConfiguration: { mcp: { serchType: SEMANTIC } }')).toEqual([
      ['protocolConfiguration.mcp.serchType', 'The API has no field "serchType" here.', 'searchType'],
    ]);
  });

  it('suggests the nearest value of an enumeration, and nothing for a value of the wrong type', () => {
    expect(problemsOf('protocolConfiguration: { mcp: { searchType: SEMANTICS } }')).toEqual([
      ['protocolConfiguration.mcp.searchType', '"searchType" is not one of the allowed values.', 'SEMANTIC'],
    ]);
    expect(problemsOf('exceptionLevel: 7')).toEqual([
      ['exceptionLevel', '"exceptionLevel" is a number.', undefined],
    ]);
  });

  it('calls an item of a list "This", and shortens a long field name to 80 characters', () => {
    expect(problemsOf('protocolConfiguration: { mcp: { supportedVersions: [[]] } }')).toEqual([
      ['protocolConfiguration.mcp.supportedVersions[0]', 'This is a list.', undefined],
    ]);
    const [problem] = problemsOf(`${'x'.repeat(100)}: 1`);
    expect(problem?.[1]).toBe(`The API has no field "${'x'.repeat(80)}" here.`);
  });

  it('suggests "file" only where the API takes a schema from S3 or inline', () => {
    expect(problemsOf('protocolConfiguration: { mcp: { fil: a.yaml } }')).toEqual([
      ['protocolConfiguration.mcp.fil', expect.any(String), undefined],
    ]);
  });

  it('reports an invalid name at the resource, with the pattern that it has to match', () => {
    const { problems } = parseText('registries: { "a b": {} }');
    expect(problems).toMatchObject([
      {
        path: 'registries["a b"]',
        message: 'The name does not match the pattern.',
        expected: expect.stringContaining('a match of '),
      },
    ]);
  });
});
