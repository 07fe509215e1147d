import { asText, type JsonObject } from '../json.ts';
import type { Path } from '../problem.ts';
import type { KindName } from '../resources/resourceKind.ts';
import { memberAt } from './memberAt.ts';
import { finding, noFindings, objectItems, type PlanRule, type RuleFinding } from './planRule.ts';

const CLAIMS: Path = ['authorizerConfiguration', 'customJWTAuthorizer', 'customClaims'];
const MATCH = 'authorizingClaimMatchValue';

/** The operators of each type of claim. A future type is not listed, and passes. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  STRING: ['EQUALS'],
  STRING_ARRAY: ['CONTAINS', 'CONTAINS_ANY'],
};

/**
 * The member of `claimMatchValue` of each operator. CONTAINS is not listed: the API reference gives it a list, and AWS's
 * CDK sends one string.
 */
const MATCH_VALUES: Readonly<Record<string, string>> = {
  EQUALS: 'matchValueString',
  CONTAINS_ANY: 'matchValueStringList',
};

/** The kinds with a JWT authorizer, and where their claims are. */
const KINDS: readonly (readonly [kind: KindName, prefix: string, claims?: Path])[] = [
  ['gateway', 'gateway'],
  ['agentRuntime', 'agent-runtime'],
  ['harness', 'harness'],
  ['registry', 'registry', ['discoveryConfiguration', ...CLAIMS]],
];

/** Rules on the custom claims of JWT authorizers: each type of claim has its operators, and each operator its values. */
export const customClaimRules: readonly PlanRule[] = KINDS.map(([kind, prefix, claims = CLAIMS]) => ({
  id: `${prefix}-custom-claims`,
  kind,
  severity: 'error',
  source:
    "API reference, ClaimMatchValueType, and AWS's CDK, CustomClaimOperator: EQUALS compares STRING claims, CONTAINS and CONTAINS_ANY compare STRING_ARRAY claims",
  find: ({ config }) =>
    objectItems(memberAt(config, claims)).flatMap((claim, index) => claimMismatch(claim, [...claims, index])),
}));

function claimMismatch(claim: JsonObject, path: Path): readonly RuleFinding[] {
  const type = asText(claim.inboundTokenClaimValueType);
  const operator = asText(memberAt(claim, [MATCH, 'claimMatchOperator']));
  const operators = Object.hasOwn(OPERATORS, type) ? OPERATORS[type] : undefined;
  if (!operators || !Object.values(OPERATORS).flat().includes(operator)) return noFindings;
  if (!operators.includes(operator)) {
    return finding(
      [...path, MATCH, 'claimMatchOperator'],
      `The operator ${operator} does not compare claims of type ${type}.`,
      operators.join(' or '),
    );
  }
  const member = MATCH_VALUES[operator];
  const value = memberAt(claim, [MATCH, 'claimMatchValue']);
  if (
    member === undefined ||
    value === undefined ||
    memberAt(claim, [MATCH, 'claimMatchValue', member]) !== undefined
  )
    return noFindings;
  return finding(
    [...path, MATCH, 'claimMatchValue'],
    `The operator ${operator} needs a ${member}.`,
    `claimMatchValue: { ${member}: … }`,
  );
}
