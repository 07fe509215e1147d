import { describe, expect, it } from 'vitest';
import { manifestWithTargets, parseText, problemsOf } from './testing/sampleManifest.ts';

describe('interpretConfig, for the schema of a target', () => {
  const openApi = (schema: string) =>
    manifestWithTargets(`ledger:\n  targetConfiguration: { mcp: { openApiSchema: ${schema} } }`);

  it.each([
    ['a file outside the workspace', '{ file: ../other/a.yaml }', 'leaves the workspace with ".."'],
    ['an absolute path', '{ file: /etc/passwd }', 'is absolute'],
    ['a path that is a list', '{ file: [a.yaml] }', 'The path of a schema file must be text.'],
    [
      'a file and an object in S3',
      '{ file: a.yaml, s3: { uri: s3://b/k } }',
      'A schema must have one source; this one has file and s3.',
    ],
    [
      'a file and an inline payload',
      "{ file: a.yaml, inlinePayload: '{}' }",
      'A schema must have one source',
    ],
    [
      'an object in S3 and an inline payload',
      "{ s3: { uri: s3://b/k }, inlinePayload: '{}' }",
      'A schema must have one source',
    ],
    ['no source', '{}', 'is empty. Expected exactly one of file, s3, inlinePayload.'],
    ['an unknown field', '{ file: a.yaml, version: 3 }', 'The API has no field "version" here.'],
  ])('rejects a schema with %s', (_, schema, message) => {
    expect(problemsOf(openApi(schema))).toContainEqual(expect.stringContaining(message));
  });

  it('accepts a workspace file wherever the API takes a schema from S3', () => {
    const text = manifestWithTargets(
      `a:\n  targetConfiguration:\n    http:\n      agentcoreRuntime:\n        arn: arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/abc-0123456789\n        schema: { source: { file: a.json } }\n  credentialProviderConfigurations: [{ credentialProviderType: GATEWAY_IAM_ROLE }]`,
    );
    expect(problemsOf(text)).toEqual([]);
    expect(parseText(text).manifest?.resources[1]?.schemas).toEqual([
      {
        path: ['targetConfiguration', 'http', 'agentcoreRuntime', 'schema', 'source'],
        origin: 'file',
        file: 'a.json',
      },
    ]);
  });

  it('treats a reference inside an inline payload as plain text', () => {
    const text = openApi(`{ inlinePayload: '{"default": "\${gateways.nowhere.x}"}' }`);
    expect(problemsOf(text)).toEqual([]);
    expect(parseText(text).manifest?.resources[1]?.references).toEqual([]);
  });
});
