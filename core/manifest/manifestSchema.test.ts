import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { resourceShapes } from '../../adapters/resourceShapes.ts';
import { topLevelKinds } from '../resources/resourceKinds.ts';
import { gateloopKeyDefinitions } from './gateloopKeysSchema.ts';
import { manifestSchema } from './manifestSchema.ts';
import { manifestWithTargets, problemsOf, sampleManifest } from './testing/sampleManifest.ts';

const schema = manifestSchema(resourceShapes);
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

function accepts(text: string): boolean {
  return validate(parse(text));
}

const target = (schemaSource: string) =>
  manifestWithTargets(`a:\n  targetConfiguration: { mcp: { openApiSchema: ${schemaSource} } }`);
const secret = (value: string) =>
  `oauth2CredentialProviders: { a: { credentialProviderVendor: GithubOauth2, oauth2ProviderConfigInput: { githubOauth2ProviderConfig: { clientId: a, clientSecret: ${value} } } } }`;

/** Every key of the schema with its node and the definition that the node refers to. */
function* keysOf(node: unknown, path = ''): Generator<{ path: string; description: unknown }> {
  if (typeof node !== 'object' || node === null) return;
  for (const [keyword, value] of Object.entries(node)) {
    if (keyword !== 'properties') yield* keysOf(value, `${path}/${keyword}`);
    else
      for (const [key, member] of Object.entries<Record<string, unknown>>(value)) {
        yield { path: `${path}.${key}`, description: member.description ?? referredTo(member).description };
        yield* keysOf(member, `${path}.${key}`);
      }
  }
}

function referredTo({ $ref = '' }: { readonly $ref?: unknown }): { readonly description?: unknown } {
  const { definitions } = schema as { readonly definitions: Record<string, { description?: unknown }> };
  return definitions[String($ref).replace('#/definitions/', '')] ?? {};
}

describe('manifestSchema', () => {
  it('manifestSchema: describes every key that a manifest may have', () => {
    const keys = [...keysOf(schema)];
    expect(keys.length).toBeGreaterThan(500);
    expect(keys.filter(({ description }) => !description).map(({ path }) => path)).toEqual([]);
  });

  it("manifestSchema: leads every section, field and structure of an API to its page in AWS's reference", () => {
    const page =
      /: https:\/\/docs\.aws\.amazon\.com\/(bedrock-agentcore|agent-registry)-control\/latest\/APIReference\/API_[A-Z]\w+\.html/;
    const isApi = (description: unknown) => page.test(String(description));
    const written = new Set(Object.keys(gateloopKeyDefinitions));
    const { definitions, properties } = schema as Record<string, Record<string, { description?: unknown }>>;
    const structures = Object.entries(definitions ?? {}).filter(([name]) => !written.has(name));
    expect(structures.filter(([, { description }]) => !isApi(description))).toEqual([]);
    const sections = topLevelKinds.map(({ section }) => properties?.[section]?.description);
    expect(sections.filter((description) => !isApi(description))).toEqual([]);
    expect(String(properties?.registries?.description)).toContain('agent-registry-control');
    const { roleArn, targets } = Object(properties?.gateways).additionalProperties.properties;
    expect([roleArn, targets].filter(({ description }) => !isApi(description))).toEqual([]);
  });

  it('equals the committed docs/manifest.schema.json', () => {
    const committed = readFileSync(new URL('../../docs/manifest.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('accepts the sample manifest, which uses every feature', () => {
    expect(accepts(sampleManifest)).toBe(true);
    expect(validate.errors).toBeNull();
  });

  it.each([
    ['an unknown section', 'gatways: {}'],
    ['an unknown field', manifestWithTargets('{}', 'authorizerTyp: NONE')],
    [
      'an unknown value of an enumeration',
      'registries: { a: { discoveryConfiguration: { authorizerType: IAM } } }',
    ],
    ['a missing field', 'gateways: { a: {} }'],
    ['a wrong type', 'registries: { a: { approvalConfiguration: { autoApproval: yes } } }'],
    [
      'a number out of range',
      manifestWithTargets(
        '{}',
        'protocolConfiguration: { mcp: { sessionConfiguration: { sessionTimeoutInSeconds: 3 } } }',
      ),
    ],
    ['a text that does not match its pattern', 'gateways: { a: { roleArn: admin, authorizerType: NONE } }'],
    [
      'a name that does not match its pattern',
      'gateways: { a_b: { roleArn: "arn:aws:iam::123456789012:role/a", authorizerType: NONE } }',
    ],
    ['two members of a union', target("{ file: a.yaml, inlinePayload: '{}' }")],
    ['no member of a union', target('{}')],
    ['a file outside the workspace', target('{ file: ../a.yaml }')],
    ['a secret in plain text', secret('hunter2')],
    ['a clientToken, which Gateloop sets', 'registries: { a: { clientToken: a } }'],
    ['an unknown setting', 'settings: { pruned: true }'],
    ['a rate without rate()', 'settings: { resync: 6 hours }'],
    ['an owner without a contact', 'owners: { default: {} }'],
  ])('rejects %s, as parseManifest does', (_, text) => {
    expect(accepts(text)).toBe(false);
    expect(problemsOf(text)).toContainEqual(expect.stringContaining('error'));
  });

  it.each([
    [
      'a reference instead of a text that matches the pattern',
      `gateways: { a: { roleArn: "\${harnesses.b.arn}", authorizerType: NONE } }`,
    ],
    ['the name of a secret', secret('{ secretsManager: payments/github }')],
    ['a file in a nested folder', target('{ file: schemas/v1/..ledger.openapi.yaml }')],
    ['an empty section', 'gateways:'],
    [
      'several contacts',
      "owners: { a: [{ email: [a@example.com] }, { slack: '#a', webhook: { secretsManager: a } }] }",
    ],
    [
      'settings of a target',
      manifestWithTargets(
        "a:\n  settings: { resync: never, authorization: { expireAfter: 30 days } }\n  targetConfiguration: { mcp: { mcpServer: { endpoint: 'https://a.example.com' } } }",
      ),
    ],
  ])('accepts %s', (_, text) => {
    expect(accepts(text)).toBe(true);
  });

  it.each([
    ['schemas/ledger.openapi.yaml', true],
    ['schemas/..hidden', true],
    ['.hidden/a', true],
    ['a/../b', false],
    ['..', false],
    ['./a', false],
    ['a//b', false],
    ['/a', false],
    ['a\\b', false],
    ['a%2fb', false],
    ['s3://a/b', false],
    ['a/', false],
  ])('agrees with parseManifest on the file path %s', (path, isValid) => {
    const text = target(`{ file: ${JSON.stringify(path)} }`);
    expect(accepts(text)).toBe(isValid);
    expect(problemsOf(text).length === 0).toBe(isValid);
  });
});
