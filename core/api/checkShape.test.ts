import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlPlaneShapes, dataPlaneShapes } from '../../adapters/sdkShapes.ts';
import { checkShape } from './checkShape.ts';
import type { Shape, ShapeCatalog, SimpleShape, StructureShape } from './shapes.ts';
import { formatMemberPath, type Violation } from './violation.ts';

const gateway = {
  name: 'payments',
  roleArn: 'arn:aws:iam::123456789012:role/payments-gateway',
  authorizerType: 'AWS_IAM',
};

function gatewayViolations(members: Record<string, unknown>): string[] {
  return texts(checkShape(controlPlaneShapes, 'CreateGatewayRequest', { ...gateway, ...members }));
}

function texts(violations: Violation[]): string[] {
  return violations.map(({ path, message, expected }) => `${formatMemberPath(path)} ${message}; ${expected}`);
}

/** @returns the violations of a value at the optional member `value` of a structure, with the shape of this type */
function violationsOf(shape: Shape, value: unknown, required = false): string[] {
  const member = { name: 'value', required, shape, sensitive: false };
  const holder: StructureShape = { type: 'structure', name: 'Holder', members: new Map([['value', member]]) };
  const catalog: ShapeCatalog = { shape: () => holder, operation: () => undefined };
  return texts(checkShape(catalog, 'Holder', { value }));
}

const simple = (type: SimpleShape['type']): SimpleShape => ({ type, name: 'Value' });

describe('checkShape', () => {
  it('accepts valid inputs, and null for an absent member', () => {
    expect(gatewayViolations({})).toEqual([]);
    expect(
      gatewayViolations({
        tags: { team: 'payments' },
        description: null,
        protocolConfiguration: {
          mcp: { supportedVersions: ['2025-11-25'], sessionConfiguration: { sessionTimeoutInSeconds: 900 } },
        },
      }),
    ).toEqual([]);
  });

  it('reports all violations at once', () => {
    const violations = checkShape(controlPlaneShapes, 'CreateGatewayRequest', {
      name: '-',
      authorizerTyp: 'X',
    });
    expect(violations.map(({ kind, path }) => `${kind} ${formatMemberPath(path)}`).sort()).toEqual([
      'pattern name',
      'required authorizerType',
      'required roleArn',
      'unknown authorizerTyp',
    ]);
  });

  it('returns the existing members as candidates for an unknown member', () => {
    const [violation] = checkShape(controlPlaneShapes, 'CreateGatewayRequest', { ...gateway, autorizer: 1 });
    expect(violation?.candidates).toContain('authorizerConfiguration');
  });

  it.each([
    [{ sessionTimeoutInSeconds: 899 }, 'is 899; 900 to 28800'],
    [{ sessionTimeoutInSeconds: 28801 }, 'is 28801; 900 to 28800'],
    [{ sessionTimeoutInSeconds: 900.5 }, 'is not an integer; an integer'],
    [{ sessionTimeoutInSeconds: '900' }, 'is a string; a number'],
  ])('checks range, integer and type of the number in %j', (sessionConfiguration, expected) => {
    expect(gatewayViolations({ protocolConfiguration: { mcp: { sessionConfiguration } } })).toEqual([
      `protocolConfiguration.mcp.sessionConfiguration.sessionTimeoutInSeconds ${expected}`,
    ]);
  });

  it('requires exactly one member of a union', () => {
    const target = (mcp: object) => texts(checkShape(controlPlaneShapes, 'TargetConfiguration', { mcp }));
    expect(target({})[0]).toMatch(/^mcp is empty; exactly one of openApiSchema, smithyModel, lambda/);
    const inlinePayload = '{}';
    expect(target({ openApiSchema: { inlinePayload }, smithyModel: { inlinePayload } })[0]).toMatch(
      /^mcp has 2 members: openApiSchema, smithyModel; exactly one of/,
    );
  });

  it('matches a pattern with alternatives against the whole value', () => {
    expect(gatewayViolations({ kmsKeyArn: `x${'arn:aws:kms:::key/'}` })).toHaveLength(1);
    const registry = (registryId: string) =>
      checkShape(controlPlaneShapes, 'GetRegistryRequest', { registryId });
    expect(registry('abcdefghijkl')).toEqual([]);
    expect(registry('arn:aws:bedrock-agentcore:us-east-1:123456789012:registry/abcdefghijkl')).toEqual([]);
    expect(registry('no abcdefghijkl')).toHaveLength(1);
  });

  it('checks the size and elements of lists, and the keys and values of maps', () => {
    const sync = (targetIdList: unknown) =>
      texts(
        checkShape(controlPlaneShapes, 'SynchronizeGatewayTargetsRequest', {
          gatewayIdentifier: 'payments-abcdefghij',
          targetIdList,
        }),
      );
    expect(sync(['ABCDEFGHIJ'])).toEqual([]);
    expect(sync([])).toEqual(['targetIdList has 0 entries; exactly 1 entries']);
    expect(sync(['ABCDEFGHIJ', 'ABCDEFGHIK'])).toEqual(['targetIdList has 2 entries; exactly 1 entries']);
    expect(sync(['short'])).toEqual([
      'targetIdList[0] does not match the pattern; a match of [0-9a-zA-Z]{10}',
    ]);
    expect(sync('ABCDEFGHIJ')).toEqual(['targetIdList is a string; a list']);
    expect(gatewayViolations({ tags: { 'a*': 'x', b: 'é' } })).toHaveLength(2);
  });

  it('counts code points, not UTF-16 code units', () => {
    expect(gatewayViolations({ description: '🚀'.repeat(200) })).toEqual([]);
    expect(gatewayViolations({ description: '🚀'.repeat(201) })).toEqual([
      'description has 201 characters; 1 to 200 characters',
    ]);
  });

  it('never repeats the value, which may be a secret, in a message', () => {
    const violations = checkShape(controlPlaneShapes, 'CreateOauth2CredentialProviderRequest', {
      name: 'github',
      credentialProviderVendor: 'GithubOauth2',
      oauth2ProviderConfigInput: {
        githubOauth2ProviderConfig: { clientId: 'abc', clientSecret: 'hush'.repeat(600) },
      },
    });
    expect(violations).toHaveLength(1);
    expect(JSON.stringify(violations)).not.toContain('hush');
  });

  it('accepts a reference as any simple value, but not as a map', () => {
    const isReference = (value: string) => value.startsWith('@');
    const check = (members: object) =>
      texts(
        checkShape(controlPlaneShapes, 'CreateGatewayRequest', { ...gateway, ...members }, { isReference }),
      );
    expect(check({ roleArn: '@roles.payments.arn' })).toEqual([]);
    expect(check({ tags: '@tags.of.all' })).toEqual(['tags is a string; a map']);
    expect(gatewayViolations({ roleArn: '@roles.payments.arn' })).toHaveLength(1);
  });

  it('checks the members of nested structures in a tool schema', () => {
    const schema = { name: 'a', description: 'b', inputSchema: { type: 'object' } };
    const tools = (tool: object) =>
      checkShape(controlPlaneShapes, 'ToolSchema', { inlinePayload: [tool] }).map(({ kind }) => kind);
    expect(tools(schema)).toEqual([]);
    expect(tools({ ...schema, inputSchema: { type: 'objekt' } })).toEqual(['enum']);
  });

  it('checks inputs of the data plane API', () => {
    const complete = (value: object) =>
      texts(checkShape(dataPlaneShapes, 'CompleteResourceTokenAuthRequest', value));
    const sessionUri = 'urn:ietf:params:oauth:request_uri:abc';
    expect(complete({ userIdentifier: { userId: 'u' }, sessionUri })).toEqual([]);
    expect(
      complete({ userIdentifier: { userId: 'u', userToken: 'a.b.c' }, sessionUri: 'urn:x' }),
    ).toHaveLength(2);
  });

  it('throws for a shape that the API does not have', () => {
    expect(() => checkShape(controlPlaneShapes, 'CreateNothingRequest', {})).toThrow(/no shape/);
  });

  it('never throws for any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        for (const name of ['CreateGatewayTargetRequest', 'UpdateHarnessRequest', 'HarnessTools']) {
          for (const { message, expected } of checkShape(controlPlaneShapes, name, value)) {
            expect(`${message}${expected}`).not.toBe('');
          }
        }
      }),
    );
  });

  it.each<[SimpleShape['type'], unknown[], [invalid: unknown, message: string][]]>([
    [
      'string',
      ['', 'text'],
      [
        [1, 'is a number; a string'],
        [true, 'is a boolean; a string'],
        [['text'], 'is a list; a string'],
        [{ text: 'text' }, 'is an object; a string'],
      ],
    ],
    ['boolean', [true, false], [['true', 'is a string; true or false']]],
    [
      'integer',
      [-1, 0, 7],
      [
        [1.5, 'is a number; an integer'],
        ['7', 'is a string; an integer'],
      ],
    ],
    [
      'number',
      [-1, 0.5],
      [
        ['0.5', 'is a string; a number'],
        [Number.NaN, 'is a number; a number'],
      ],
    ],
    [
      'timestamp',
      [1_750_000_000, 0.5, '2026-01-31T12:00:00Z'],
      [
        ['tomorrow', 'is a string; a timestamp'],
        [true, 'is a boolean; a timestamp'],
        // JavaScript reads [2026] as a date, since it converts the list to text.
        [[2026], 'is a list; a timestamp'],
        [Number.POSITIVE_INFINITY, 'is a number; a timestamp'],
      ],
    ],
    ['blob', ['aGVsbG8='], [[7, 'is a number; base64 text']]],
    ['document', ['text', 7, false, ['text'], { any: { thing: 1 } }], []],
  ])('accepts only the JSON values of the type %s', (type, valid, invalid) => {
    for (const value of valid) expect(violationsOf(simple(type), value), JSON.stringify(value)).toEqual([]);
    for (const [value, message] of invalid)
      expect(violationsOf(simple(type), value)).toEqual([`value ${message}`]);
  });

  it.each<[Shape, string]>([
    [simple('boolean'), 'true or false'],
    [{ type: 'list', name: 'Names', element: simple('string') }, 'a list'],
    [{ type: 'map', name: 'Tags', value: simple('string') }, 'a map'],
    [{ type: 'structure', name: 'Limits', members: new Map() }, 'an object (Limits)'],
    [{ type: 'union', name: 'Source', members: new Map() }, 'an object (Source)'],
  ])('says which type a missing required member has: %j', (shape, expected) => {
    expect(violationsOf(shape, null, true)).toEqual([`value is required; ${expected}`]);
    expect(violationsOf(shape, undefined, true)).toEqual([`value is required; ${expected}`]);
    expect(violationsOf(shape, undefined)).toEqual([]);
  });

  it('rejects a map and a list with an entry of the wrong type, at the path of the entry', () => {
    const listOfMaps: Shape = {
      type: 'list',
      name: 'Maps',
      element: { type: 'map', name: 'Map', value: simple('string') },
    };
    expect(
      violationsOf(listOfMaps, [{ team: 'payments' }, { team: 7, owner: null }, 'payments', null]),
    ).toEqual([
      'value[1].team is a number; a string',
      'value[1].owner is null; a string',
      'value[2] is a string; a map',
      'value[3] is null; a map',
    ]);
  });

  it('rejects a value that is no object where the API has a structure', () => {
    expect(texts(checkShape(controlPlaneShapes, 'CreateGatewayRequest', ['payments']))).toEqual([
      ' is a list; an object',
    ]);
    expect(gatewayViolations({ protocolConfiguration: { mcp: 'on' } })).toEqual([
      'protocolConfiguration.mcp is a string; an object',
    ]);
  });

  it('names the members that a structure has, for an unknown one', () => {
    const [violation] = checkShape(controlPlaneShapes, 'GetRegistryRequest', {
      registryId: 'abcdefghijkl',
      registryName: 'tools',
    });
    expect(violation).toEqual({
      path: ['registryName'],
      kind: 'unknown',
      message: 'is not a member',
      expected: 'one of registryId',
      candidates: ['registryId'],
      structure: 'GetRegistryRequest',
    });
  });

  it('ignores a null at an unknown member, which counts as absent', () => {
    expect(gatewayViolations({ authorizer: null })).toEqual([]);
  });

  it('gives the members of a union as candidates', () => {
    const [violation] = checkShape(controlPlaneShapes, 'TargetConfiguration', {});
    expect(violation).toMatchObject({ kind: 'union', candidates: expect.arrayContaining(['mcp']) });
  });

  it('checks the size of a map, its keys and its values, at the path of the entry', () => {
    expect(gatewayViolations({ tags: { 'a*': 'x', team: 'é*'.repeat(200) } })).toEqual([
      expect.stringMatching(/^tags\.a\* does not match the pattern; /),
      expect.stringMatching(/^tags\.team has 400 characters; /),
      expect.stringMatching(/^tags\.team does not match the pattern; /),
    ]);
    const tags = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`tag${index}`, 'x']));
    expect(gatewayViolations({ tags })).toEqual([
      expect.stringMatching(/^tags has 51 entries; .*50 entries$/),
    ]);
  });
});
