import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Address } from '../../core/address.ts';
import { ReconcileFixture, START, WORKSPACE } from '../testing/reconcileFixture.ts';
import { EarlyEnd } from './pollState.ts';
import { previewDecision } from './previewDecision.ts';

const ACCOUNT = '123456789012';
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const lambda = (name: string) => `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`;

/** Names of which one begins another, since only the whole name counts. */
const NAMES = ['pay', 'pay-2', 'payments'];
const HOSTS = ['example.com', 'mcp.example.com', 'mcp.example.com.evil.net', 'myexample.com'];
const name = fc.constantFrom(...NAMES);
const host = fc.constantFrom(...HOSTS);

const gateways = fc.dictionary(
  fc.constantFrom('one', 'two'),
  fc.record({
    role: name,
    authorizer: fc.constantFrom('AWS_IAM', 'NONE'),
    hosts: fc.uniqueArray(host, { maxLength: 3 }),
    functions: fc.uniqueArray(name, { maxLength: 2 }),
  }),
  { minKeys: 1 },
);
const listOf = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof(fc.constant('any' as const), fc.array(value, { maxLength: 3 }));
const guardrails = fc.record({
  roles: listOf(name),
  lambdas: listOf(name),
  hosts: listOf(fc.constantFrom(...HOSTS, '*.example.com')),
  authorizerTypes: listOf(fc.constantFrom('AWS_IAM', 'NONE')),
});

type Gateways = typeof gateways extends fc.Arbitrary<infer Value> ? Value : never;
type Rules = typeof guardrails extends fc.Arbitrary<infer Value> ? Value : never;

/** The targets of a gateway by name, with the host or the function of each. */
const hostTargets = (hosts: readonly string[]) =>
  hosts.map((each) => [`h${HOSTS.indexOf(each)}`, each] as const);
const functionTargets = (names: readonly string[]) =>
  names.map((each) => [`f${NAMES.indexOf(each)}`, each] as const);

function manifestText(all: Gateways): string {
  return JSON.stringify({
    gateways: Object.fromEntries(
      Object.entries(all).map(([key, { role: roleName, authorizer, hosts, functions }]) => [
        key,
        {
          roleArn: role(roleName),
          authorizerType: authorizer,
          targets: Object.fromEntries([
            ...hostTargets(hosts).map(([target, at]) => [
              target,
              { targetConfiguration: { mcp: { mcpServer: { endpoint: `https://${at}/mcp` } } } },
            ]),
            ...functionTargets(functions).map(([target, at]) => [
              target,
              {
                targetConfiguration: {
                  mcp: {
                    lambda: {
                      lambdaArn: lambda(at),
                      toolSchema: {
                        inlinePayload: [
                          {
                            name: 'find',
                            description: 'Finds.',
                            inputSchema: { type: 'object', properties: {} },
                          },
                        ],
                      },
                    },
                  },
                },
                credentialProviderConfigurations: [{ credentialProviderType: 'GATEWAY_IAM_ROLE' }],
              },
            ]),
          ]),
        },
      ]),
    ),
  });
}

function guardrailsText({ roles, lambdas, hosts, authorizerTypes }: Rules): string {
  const arns = (list: Rules['roles'], arn: (text: string) => string) =>
    list === 'any' ? list : list.map(arn);
  const defaults = { roles: arns(roles, role), lambdas: arns(lambdas, lambda), hosts, authorizerTypes };
  return JSON.stringify({ version: 1, defaults });
}

/** What the rules say, written a second time and as plainly as possible. */
function forbidden(all: Gateways, rules: Rules): Set<Address> {
  const has = (list: readonly string[] | 'any', text: string) => list === 'any' || list.includes(text);
  const mayCall = (at: string) =>
    has(rules.hosts, at) ||
    (rules.hosts !== 'any' && rules.hosts.includes('*.example.com') && /\.example\.com$/.test(at));
  return new Set(
    Object.entries(all).flatMap(([key, { role: roleName, authorizer, hosts, functions }]): Address[] => [
      ...(has(rules.roles, roleName) && has(rules.authorizerTypes, authorizer)
        ? []
        : [`gateway/${key}` as const]),
      ...hostTargets(hosts).flatMap(([target, at]) =>
        mayCall(at) ? [] : [`gatewayTarget/${key}/${target}` as const],
      ),
      ...functionTargets(functions).flatMap(([target, at]) =>
        has(rules.lambdas, at) ? [] : [`gatewayTarget/${key}/${target}` as const],
      ),
    ]),
  );
}

it('guardrails: for any manifest and any guardrails, plan and loop refuse the same, and no call is made about it', async () => {
  await fc.assert(
    fc.asyncProperty(gateways, guardrails, async (all, rules) => {
      const fixture = new ReconcileFixture(manifestText(all));
      fixture.specBucket.putGuardrails(guardrailsText(rules));
      const expected = forbidden(all, rules);
      const preview = await previewDecision(WORKSPACE, START, fixture);
      const state = await fixture.reconcile();
      const existing = fixture.controlPlane.addresses();
      for (const address of expected) expect(existing).not.toContain(address);
      if (preview instanceof EarlyEnd) {
        expect([preview.next, state.next, existing]).toEqual(['refused', 'refused', []]);
        return;
      }
      const planned = preview.decision.plans.filter(({ state: condition }) => condition === 'refused');
      expect(new Set(planned.map(({ address }) => address))).toEqual(expected);
      for (const address of expected) expect(fixture.record(address)?.state).toBe('refused');
      const named = Object.entries(all).flatMap(([key, { hosts, functions }]): Address[] => [
        `gateway/${key}`,
        ...[...hostTargets(hosts), ...functionTargets(functions)].map(
          ([target]): Address => `gatewayTarget/${key}/${target}`,
        ),
      ]);
      const allowed = named.filter(
        (address) => !expected.has(address) && !expected.has(`gateway/${address.split('/')[1]}`),
      );
      expect(new Set(existing)).toEqual(new Set(allowed));
    }),
    { numRuns: 60 },
  );
});
