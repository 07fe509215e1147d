import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import type { Owner } from '../manifest/owners.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { allowedOwner, checkCounts, checkOwner, checkResource, checkServers } from './checkGuardrails.ts';
import { openGuardrails, safeGuardrails, type WorkspaceGuardrails } from './guardrails.ts';

const check = (
  config: JsonObject,
  guardrails: Partial<WorkspaceGuardrails>,
  kind: KindName = 'gatewayTarget',
) => checkResource({ kind, config }, 'payments', { ...safeGuardrails, ...guardrails });
const isAllowed = (config: JsonObject, guardrails: Partial<WorkspaceGuardrails>) =>
  check(config, guardrails).length === 0;
const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:refunds';
const role = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

describe('checkResource', () => {
  it('checkResource: a violation names the value, the guardrail, and the line that operators add', () => {
    const [violation] = check({ roleArn: role('payments') }, { roles: [role('pay')] });
    expect(violation).toEqual({
      path: ['roleArn'],
      message: `The role ${role('payments')} is not among "roles" of the guardrails for payments.`,
      expected: `one of ${role('pay')}; or ask the operators to add "${role('payments')}" to workspaces.payments.roles in guardrails.yaml`,
    });
  });

  it('checkResource: the beginning of a name proves nothing', () => {
    expect(isAllowed({ roleArn: role('pay') }, { roles: [role('pay')] })).toBe(true);
    for (const name of ['payments', 'pay/', 'pa', 'PAY'])
      expect(isAllowed({ roleArn: role(name) }, { roles: [role('pay')] }), name).toBe(false);
  });

  it.each([
    [FUNCTION, FUNCTION, true],
    [FUNCTION, `${FUNCTION}:live`, false],
    [`${FUNCTION}:live`, `${FUNCTION}:live`, true],
    [`${FUNCTION}:live`, FUNCTION, false],
    [`${FUNCTION}:live`, `${FUNCTION}:7`, false],
    [`${FUNCTION}:*`, FUNCTION, true],
    [`${FUNCTION}:*`, `${FUNCTION}:7`, true],
    [`${FUNCTION}:*`, `${FUNCTION}s`, false],
    [`${FUNCTION}:*`, `${FUNCTION}s:7`, false],
  ])('checkResource: the entry %s for the function %s: %s', (entry, arn, allowed) => {
    expect(isAllowed({ lambdaArn: arn }, { lambdas: [entry] })).toBe(allowed);
  });

  it('checkResource: the id of a registry needs the ARN of that registry, and says so', () => {
    const config = { registryId: 'a1b2c3d4e5f6' };
    const allowing = (id: string) => ({
      resources: [`arn:aws:agent-registry:eu-west-1:123456789012:registry/${id}`],
    });
    expect(isAllowed(config, allowing('a1b2c3d4e5f6'))).toBe(true);
    expect(isAllowed(config, allowing('0a1b2c3d4e5f6'))).toBe(false);
    expect(check(config, {})[0]?.expected).toContain(
      'add the ARN of a1b2c3d4e5f6 to workspaces.payments.resources',
    );
  });

  it.each([
    ['*.example.com', 'mcp.example.com', true],
    ['*.example.com', 'a.mcp.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'myexample.com', false],
    ['example.com', 'mcp.example.com', false],
    ['example.com', 'example.com.evil.net', false],
  ])('checkResource: the entry %s for the host %s: %s', (entry, host, allowed) => {
    expect(isAllowed({ endpoint: `https://${host}/mcp` }, { hosts: [entry] })).toBe(allowed);
  });

  it('checkResource: a REST API is allowed by its host in any Region, and by no other', () => {
    const rest = { targetConfiguration: { mcp: { apiGateway: { restApiId: 'a1b2c3d4e5', stage: 'live' } } } };
    expect(isAllowed(rest, { hosts: ['a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com'] })).toBe(true);
    for (const host of ['xa1b2c3d4e5.execute-api.eu-west-1.amazonaws.com', 'a1b2c3d4e5.execute-api.evil.net'])
      expect(isAllowed(rest, { hosts: [host] }), host).toBe(false);
  });

  it('checkResource: the safe guardrails refuse a gateway that anybody may call, and a kind that is not listed', () => {
    expect(check({ authorizerType: 'NONE' }, {}, 'gateway')).toHaveLength(1);
    expect(check({ authorizerType: 'AWS_IAM' }, {}, 'gateway')).toEqual([]);
    expect(check({}, { kinds: ['gateway'] }, 'registry')[0]?.message).toContain('Resources of kind registry');
  });

  it('checkResource: allows the stored schema of a target, and no other object of S3', () => {
    const config = { s3: { uri: 's3://specs/applied/abc' } };
    const target = { kind: 'gatewayTarget', config } as const;
    expect(
      checkResource({ ...target, schemaUri: 's3://specs/applied/abc' }, 'payments', safeGuardrails),
    ).toEqual([]);
    expect(checkResource(target, 'payments', safeGuardrails)).toHaveLength(1);
    expect(
      checkResource({ ...target, schemaUri: 's3://specs/applied/abd' }, 'payments', safeGuardrails),
    ).toHaveLength(1);
  });

  it('checkResource: what a list allows stays allowed when the list grows, and "any" allows everything', () => {
    const name = fc.stringMatching(/^[a-z]{1,5}$/);
    fc.assert(
      fc.property(name, fc.array(name), fc.array(name), (used, listed, more) => {
        const config = { roleArn: role(used) };
        const few = isAllowed(config, { roles: listed.map(role) });
        const many = isAllowed(config, { roles: [...listed, ...more].map(role) });
        expect(few).toBe(listed.includes(used));
        expect(few && !many).toBe(false);
        expect(isAllowed(config, openGuardrails)).toBe(true);
      }),
    );
  });
});

describe('checkCounts', () => {
  it('checkCounts: the resources beyond the count of their kind are violations, in the order of the manifest', () => {
    const resources = [{ kind: 'gateway' }, { kind: 'registry' }, { kind: 'gateway' }] as const;
    const beyond = checkCounts(resources, 'payments', { ...safeGuardrails, counts: { gateway: 1 } });
    expect([...beyond.keys()]).toEqual([resources[2]]);
    expect(beyond.get(resources[2])?.expected).toContain('workspaces.payments.counts.gateway');
  });
});

describe('checkServers', () => {
  const hosts = ['api.example.com'];
  const refused = (...urls: string[]) =>
    [
      ...checkServers(
        urls.map((url) => ({ url })),
        'payments',
        { ...safeGuardrails, hosts },
      ).keys(),
    ].map(({ url }) => url);

  it('checkServers: refuses each host once that is not listed, and passes over servers on the own machine', () => {
    expect(
      refused(
        'https://api.example.com/v1',
        'http://localhost:8080',
        'https://evil.net/a',
        'https://evil.net/b',
      ),
    ).toEqual(['https://evil.net/a']);
  });

  it('checkServers: refuses a host with an open variable', () => {
    expect(refused('https://{tenant}.example.com')).toHaveLength(1);
  });
});

describe('owners', () => {
  const owner: Owner = {
    contacts: [
      { channel: 'email', address: 'ann@Example.com' },
      { channel: 'email', address: 'ann@mail.example.com' },
      { channel: 'webhook', address: 'https://hooks.example.com/secret-path' },
      { channel: 'slack', address: { secretsManager: 'shared/slack' } },
    ],
  };
  const channels = (given: Partial<WorkspaceGuardrails['ownerChannels']>) => ({
    ...safeGuardrails.ownerChannels,
    ...given,
  });

  it('allowedOwner: keeps the contacts that may be notified', () => {
    const allowed = allowedOwner(owner, channels({ email: ['example.com'], slack: ['secret:shared/slack'] }));
    expect(allowed?.contacts).toEqual([owner.contacts[0], owner.contacts[3]]);
    expect(allowedOwner(owner, safeGuardrails.ownerChannels)).toBeUndefined();
    expect(allowedOwner(owner, openGuardrails.ownerChannels)).toEqual(owner);
  });

  it('checkOwner: names domains and hosts, and never an address', () => {
    const violations = checkOwner(owner, 'payments', safeGuardrails);
    expect(violations).toHaveLength(4);
    expect(JSON.stringify(violations)).not.toMatch(/ann@|secret-path/);
  });
});
