import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlPlaneShapes, dataPlaneShapes } from '../../adapters/sdkShapes.ts';
import { checkShape } from './checkShape.ts';
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
});
