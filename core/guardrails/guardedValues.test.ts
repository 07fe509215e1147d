import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../json.ts';
import { guardedValues } from './guardedValues.ts';

const found = (config: JsonObject) =>
  guardedValues(config).map(({ guardrail, value, path }) => `${path.join('.')} ${guardrail} ${value}`);
const endpoint = (text: string) => found({ endpoint: text });
const only = (member: string, value: JsonValue) => found({ [member]: value });

describe('guardedValues', () => {
  it.each([
    ['roleArn', 'arn:aws:iam::123456789012:role/front', 'roles'],
    ['arn', 'arn:aws:lambda:eu-west-1:123456789012:function:refunds:live', 'lambdas'],
    [
      'providerArn',
      'arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/oauth2credentialprovider/a',
      'credentialProviders',
    ],
    ['anything', 'arn:aws:sns:eu-west-1:123456789012:alarms', 'resources'],
    ['anything', 'arn:aws-us-gov:iam::123456789012:role/front', 'roles'],
    ['kmsKeyArn', 'alias/front', 'resources'],
    ['registryId', 'a1b2c3d4e5f6', 'resources'],
    ['authorizerType', 'NONE', 'authorizerTypes'],
    ['authorizerType', '${gateways.a.gatewayId}', 'authorizerTypes'],
    ['defaultReturnUrl', 'https://portal.example.com/done?at=1', 'returnUrls'],
    ['defaultReturnUrl', '${gateways.a.gatewayUrl}', 'returnUrls'],
    ['issuer', 'login.example.com', 'hosts'],
    ['newMember', 'https://login.example.com', 'hosts'],
  ])('guardedValues: finds %s: %s as one of %s', (member, value, guardrail) => {
    const [first = ''] = only(member, value);
    expect(first).toContain(` ${guardrail} `);
  });

  it('guardedValues: finds values at any depth, with their paths', () => {
    const config = { list: [{ deep: { roleArn: 'arn:aws:iam::123456789012:role/a' } }] };
    expect(found(config)).toEqual(['list.0.deep.roleArn roles arn:aws:iam::123456789012:role/a']);
  });

  it.each([
    [{ s3Location: { bucket: 'recordings', prefix: 'research/' } }, 's3Location', 'recordings/research/'],
    [{ code: { s3: { bucket: 'packages', prefix: 'agent.zip' } } }, 'code.s3', 'packages/agent.zip'],
    [{ s3: { bucket: 'recordings' } }, 's3', 'recordings/'],
    [{ payloadDeliveryBucketName: 'events' }, 'payloadDeliveryBucketName', 'events/'],
  ])('guardedValues: finds the place in S3 of %j', (config, path, objects) => {
    expect(found(config)).toEqual([`${path} resources arn:aws:s3:::${objects}`]);
  });

  it.each([
    ['MCP.Example.com', 'https://MCP.Example.com./mcp'],
    ['a port', 'https://mcp.example.com:8443/mcp'],
    ['another scheme', 'wss://mcp.example.com/mcp'],
    ['a query', 'https://mcp.example.com?at=other.example.com'],
  ])('guardedValues: reads the host of a URL with %s', (_, url) => {
    expect(endpoint(url)).toEqual(['endpoint hosts mcp.example.com']);
  });

  it.each([
    'https://mcp.example.com@evil.example.net/',
    'https://evil.example.net\\@mcp.example.com/',
    'https://mcp.example.com%2eevil.example.net/',
    'https://mcp.example.com ​.evil.example.net',
    'https://${gateways.front.gatewayId}.mcp.example.com/',
    '${gateways.front.gatewayUrl}.mcp.example.com',
  ])('guardedValues: takes the host of %j for none that a list holds', (url) => {
    for (const value of endpoint(url)) expect(value).not.toBe('endpoint hosts mcp.example.com');
    expect(endpoint(url)).toHaveLength(1);
  });

  it.each([
    { providerArn: '${oauth2CredentialProviders.github.credentialProviderArn}' },
    { endpoint: '${gateways.front.gatewayUrl}' },
    { endpoint: '${gateways.front.gatewayUrl}/tools' },
    { description: 'https://anything.example.com', tags: { a: 'arn:aws:iam::1:role/a' } },
    { apiKey: { secretsManager: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:payments/key' } },
    { browserArn: 'arn:aws:bedrock-agentcore:eu-west-1:aws:browser/aws.browser.v1' },
    { filterPath: '/orders' },
    { matchPrincipals: { anyOf: [{ iamPrincipal: { arn: 'arn:aws:iam::123456789012:role/caller' } }] } },
  ])('guardedValues: finds nothing in %j', (config) => {
    expect(found(config)).toEqual([]);
  });

  it.each([
    ['arn%3Aaws%3Abedrock-agentcore%3Aeu-west-1%3A123456789012%3Aruntime%2Fsearch-a1b2c3d4e5'],
    ['%61rn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime%2Fsearch-a1b2c3d4e5'],
  ])('guardedValues: finds the runtime in the URL of the data plane, encoded as %s', (segment) => {
    expect(
      endpoint(`https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/${segment}/invocations`),
    ).toEqual([
      'endpoint hosts bedrock-agentcore.eu-west-1.amazonaws.com',
      'endpoint resources arn:aws:bedrock-agentcore:eu-west-1:123456789012:runtime/search-a1b2c3d4e5',
    ]);
  });

  it('guardedValues: leaves the own runtime in the URL of the data plane, and finds a runtime by its id', () => {
    const url = (segment: string) =>
      `https://bedrock-agentcore.eu-west-1.amazonaws.com/runtimes/${segment}/invocations`;
    expect(endpoint(url('${agentRuntimes.search.agentRuntimeArn}'))).toHaveLength(1);
    expect(endpoint(url('search-a1b2c3d4e5'))).toContain('endpoint resources search-a1b2c3d4e5');
  });
});
