import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatProblem } from '../problem.ts';
import { guardrailsFor, safeGuardrails } from './guardrails.ts';
import { guardrailsSchema } from './guardrailsSchema.ts';
import { parseGuardrails } from './parseGuardrails.ts';

const read = (text: string) => parseGuardrails(new TextEncoder().encode(text));
const problemsOf = (text: string) => read(text).problems.map(formatProblem);
const schema = guardrailsSchema();
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

const COMPLETE = `version: 1
defaults:
  kinds: [gateway, gatewayTarget]
  roles: []
  hosts: [mcp.example.com, "*.Example.org"]
  authorizerTypes: [AWS_IAM]
  counts: { gateway: 2, gatewayTarget: 40 }
  ownerChannels: { email: [Example.com], slack: any, webhook: [hooks.example.com, "secret:shared/Hook"] }
  returnUrls: [https://portal.example.com/done]
  movedFrom: [payments-old]
  sharedWith: [billing]
  deletions: 0
  approve: { least: breaking, by: { email: reviewers@example.com } }
groups:
  finance:
    workspaces: [payments, ledger]
    counts: { gateway: 5 }
    credentialProviders: ["arn:aws:bedrock-agentcore:eu-west-1:123456789012:token-vault/default/apikeycredentialprovider/bank"]
workspaces:
  payments:
    roles: ["arn:aws:iam::123456789012:role/payments-gateway"]
    lambdas: ["arn:aws:lambda:eu-west-1:123456789012:function:refunds:*"]
    resources: any
    approve: { least: always }
`;

describe('parseGuardrails', () => {
  it('parseGuardrails: reads every key without a problem', () => {
    const { guardrails, problems } = read(COMPLETE);
    expect(problems).toEqual([]);
    expect(guardrails?.groups[0]?.workspaces).toEqual(['payments', 'ledger']);
  });

  it('guardrailsFor: the most specific entry wins, key by key and member by member', () => {
    const { guardrails } = read(COMPLETE);
    const payments = guardrailsFor('payments', guardrails);
    expect(payments).toMatchObject({
      kinds: ['gateway', 'gatewayTarget'],
      roles: ['arn:aws:iam::123456789012:role/payments-gateway'],
      hosts: ['mcp.example.com', '*.example.org'],
      counts: { gateway: 5, gatewayTarget: 40 },
      deletions: 0,
      approve: {
        least: 'always',
        by: { contacts: [{ channel: 'email', address: 'reviewers@example.com' }] },
      },
    });
    expect(guardrailsFor('ledger', guardrails)).toMatchObject({ roles: [], counts: { gateway: 5 } });
    expect(guardrailsFor('other', guardrails).counts).toEqual({ gateway: 2, gatewayTarget: 40 });
    expect(guardrailsFor('other', guardrails).ownerChannels.email).toEqual(['example.com']);
  });

  it('guardrailsFor: without a file, and where the file says nothing, the safe guardrails hold', () => {
    expect(guardrailsFor('payments', undefined)).toEqual(safeGuardrails);
    expect(guardrailsFor('payments', read('version: 1').guardrails)).toEqual(safeGuardrails);
    expect(guardrailsFor('constructor', read('version: 1').guardrails)).toEqual(safeGuardrails);
    expect(safeGuardrails.authorizerTypes).not.toContain('NONE');
  });

  it.each([
    ['an empty file', '', 'The file is empty.'],
    ['no version', 'defaults: {}', 'Expected version: 1.'],
    ['another version', 'version: 2', 'guardrails.yaml:1:1: error: version: '],
    ['an unknown key', 'version: 1\ndefaults: { role: [] }', 'Did you mean "roles"?'],
    [
      'a wildcard in a role',
      'version: 1\ndefaults: { roles: ["arn:aws:iam::123456789012:role/pay*"] }',
      'no wildcard',
    ],
    [
      'the name of a role',
      'version: 1\ndefaults:\n  roles: [payments]',
      'guardrails.yaml:3:11: error: defaults.roles[0]',
    ],
    ['a host with a star inside', 'version: 1\ndefaults: { hosts: ["mcp.*.com"] }', 'no wildcard'],
    ['every host of a top-level domain', 'version: 1\ndefaults: { hosts: ["*.com"] }', 'no wildcard'],
    ['one text for a list', 'version: 1\ndefaults: { hosts: a.example.com }', 'any, or a list'],
    ['an unknown kind', 'version: 1\ndefaults: { kinds: [gatway] }', 'Did you mean "gateway"?'],
    ['a negative number', 'version: 1\ndefaults: { deletions: -1 }', 'a whole number'],
    ['a star for workspaces', 'version: 1\nworkspaces: { "*": {} }', 'under "defaults"'],
    ['a workspace named shared', 'version: 1\nworkspaces: { shared: {} }', 'This is no name of a workspace'],
    [
      'a group without workspaces',
      'version: 1\ngroups: { a: { deletions: 1 } }',
      'The group has no workspaces.',
    ],
    [
      'a workspace in two groups',
      'version: 1\ngroups: { a: { workspaces: [pay] }, b: { workspaces: [pay] } }',
      'pay is in the group "a" already',
    ],
    [
      'an approver without a contact',
      'version: 1\ndefaults: { approve: { by: {} } }',
      'This owner has no contact.',
    ],
  ])('parseGuardrails: reports %s, and returns no guardrails', (_, text, expected) => {
    const { guardrails } = read(text);
    expect(guardrails).toBeUndefined();
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  it('parseGuardrails: never throws, and returns no guardrails beside an error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.json()), (text) => {
        const { guardrails, problems } = read(text);
        expect(guardrails === undefined).toBe(problems.some(({ severity }) => severity === 'error'));
      }),
    );
  });
});

describe('guardrailsSchema', () => {
  it('guardrailsSchema: equals the committed docs/guardrails.schema.json', () => {
    const committed = readFileSync(new URL('../../docs/guardrails.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(schema)));
  });

  it('guardrailsSchema: accepts what the parser accepts', () => {
    validate(parse(COMPLETE));
    expect(validate.errors).toBeNull();
  });

  it.each([
    'version: 1\ndefaults: { role: [] }',
    'version: 1\ndefaults: { roles: ["arn:aws:iam::123456789012:role/pay*"] }',
    'defaults: {}',
    'version: 1\nworkspaces: { shared: {} }',
  ])('guardrailsSchema: rejects %j', (text) => {
    expect(validate(parse(text))).toBe(false);
  });
});
