import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../json.ts';
import { checkResource } from './checkGuardrails.ts';
import { type Allowed, safeGuardrails } from './guardrails.ts';
import { parseGuardrails } from './parseGuardrails.ts';
import { allowsPrincipal, policyPrincipals } from './policyPrincipals.ts';

const ROLE = 'arn:aws:iam::222222222222:role/caller';
const allow = (more: object) => ({ Effect: 'Allow', Action: '*', Resource: '*', ...more });
const documentOf = (statement: JsonValue) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const found = (policy: string) =>
  policyPrincipals('gatewayResourcePolicy', { policy }).map(({ value }) => value);

describe('policyPrincipals', () => {
  it.each([
    [[allow({ Principal: { AWS: ROLE } })], [ROLE]],
    [
      allow({ Principal: { AWS: [ROLE, '222222222222'], Service: 'events.amazonaws.com' } }),
      [ROLE, '222222222222', 'events.amazonaws.com'],
    ],
    [[allow({ Principal: '*' })], ['*']],
    [[allow({ Principal: { AWS: '*' } })], ['*']],
    [[allow({ NotPrincipal: { AWS: ROLE } })], ['*']],
    [[allow({})], ['*']],
    [[allow({ Principal: {} })], ['*']],
    [[allow({ Principal: { AWS: [7] } })], ['*']],
    [['Allow'], ['*']],
    [[{ Principal: { AWS: ROLE } }], [ROLE]],
    [[allow({ Effect: 'Deny', Principal: '*' })], []],
  ])('policyPrincipals: %j lets in %j', (statement, principals) => {
    expect(found(documentOf(statement))).toEqual(principals);
  });

  it.each(['', 'permit(principal);', '[]', '{}', '{"Version": "2012-10-17"}'])(
    'policyPrincipals: takes %j, which is no policy, for one that lets in anybody',
    (policy) => expect(found(policy)).toEqual(['*']),
  );

  it('policyPrincipals: reads no member of another kind', () => {
    expect(policyPrincipals('gateway', { policy: documentOf([allow({ Principal: '*' })]) })).toEqual([]);
  });
});

describe('allowsPrincipal', () => {
  it.each([
    [ROLE, [ROLE], true],
    [ROLE, ['222222222222'], true],
    ['222222222222', ['222222222222'], true],
    ['arn:aws:iam::222222222222:root', ['222222222222'], true],
    ['arn:aws:sts::222222222222:assumed-role/caller/session', ['222222222222'], true],
    ['arn:aws:iam::222222222222:role/*', ['222222222222'], false],
    ['arn:aws:iam::*:root', ['222222222222'], false],
    [ROLE, ['111111111111'], false],
    [`${ROLE}s`, [ROLE], false],
    ['events.amazonaws.com', ['222222222222'], false],
    ['*', [ROLE, '222222222222'], false],
    ['*', ['*'], true],
    [ROLE, ['*'], false],
  ])('allowsPrincipal: %s by the list %j: %s', (value, allowed, expected) => {
    expect(allowsPrincipal(value, allowed)).toBe(expected);
  });
});

describe('principals of guardrails', () => {
  const check = (principals: Allowed) =>
    checkResource(
      {
        kind: 'agentRuntimeResourcePolicy',
        config: { policy: documentOf([allow({ Principal: { AWS: ROLE } })]) },
      },
      'payments',
      { ...safeGuardrails, principals },
    );

  it('checkResource: refuses whom a resource policy lets in, and says what operators add', () => {
    expect(check([])).toEqual([
      {
        path: ['policy'],
        message: `The principal ${ROLE} is not among "principals" of the guardrails for payments.`,
        expected: `none: the list is empty; or ask the operators to add "${ROLE}" to workspaces.payments.principals in guardrails.yaml`,
      },
    ]);
    expect(check(['222222222222'])).toEqual([]);
    expect(check('any')).toEqual([]);
  });

  it.each([
    ['"*"', true],
    [`"${ROLE}"`, true],
    ['"222222222222"', true],
    ['events.amazonaws.com', true],
    ['"arn:aws:iam::*:root"', false],
    ['"arn:aws:iam::222222222222:role/*"', false],
    ['"2222"', false],
  ])('parseGuardrails: takes the principal %s: %s', (entry, isTaken) => {
    const text = `version: 1\ndefaults: { principals: [${entry}] }\n`;
    expect(parseGuardrails(new TextEncoder().encode(text)).problems.length === 0).toBe(isTaken);
  });
});
