import { GateloopError } from '../errors.ts';
import type { AuthorizationRequest, Conditions, Statement } from './statement.ts';

/** `denied`: a statement denies the request. `not-allowed`: no statement allows it, which comes to the same. */
export type Decision = 'allowed' | 'denied' | 'not-allowed';

/**
 * Decides as IAM does for the statements of one identity: a Deny that matches comes first, then an Allow that matches.
 *
 * @throws GateloopError `UnsupportedPolicy` for an operator or a policy variable that this evaluator does not know
 */
export function evaluatePolicy(statements: readonly Statement[], request: AuthorizationRequest): Decision {
  const matching = statements.filter((statement) => matchesStatement(statement, request));
  if (matching.some(({ effect }) => effect === 'Deny')) return 'denied';
  return matching.length > 0 ? 'allowed' : 'not-allowed';
}

function matchesStatement(
  { actions, resources, conditions = {} }: Statement,
  { action, resource, context = {} }: AuthorizationRequest,
): boolean {
  return (
    actions.some((pattern) => matchesPattern(action.toLowerCase(), pattern.toLowerCase())) &&
    resources.some((pattern) => matchesPattern(resource, pattern)) &&
    meetsConditions(conditions, context)
  );
}

/** Whether a text matches a pattern in which `*` stands for any text and `?` for one character. */
export function matchesPattern(text: string, pattern: string): boolean {
  rejectVariables(pattern);
  const source = pattern
    .replace(/[\\^$.+()[\]{}|]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

type Comparison = (value: string, expected: string) => boolean;

const equals: Comparison = (value, expected) => {
  rejectVariables(expected);
  return value === expected;
};
const equalsIgnoringCase: Comparison = (value, expected) =>
  equals(value.toLowerCase(), expected.toLowerCase());

/** The operators, without the negated ones. IAM compares the parts of ARNs apart; no pattern of ours has a colon in `*`. */
const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: matchesPattern,
  ArnEquals: matchesPattern,
  ArnLike: matchesPattern,
  Bool: equalsIgnoringCase,
};

const OPERATOR =
  /^(?:(?<set>ForAllValues|ForAnyValue):)?(?<family>String|Arn|Bool)(?<not>Not)?(?<rest>[A-Za-z]*?)(?<ifExists>IfExists)?$/;

function meetsConditions(
  conditions: Conditions,
  context: NonNullable<AuthorizationRequest['context']>,
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, expected]) =>
      meetsCondition(operator, listOf(context[key]), listOf(expected)),
    ),
  );
}

/** @param values the values of the request; none where it has no such key */
function meetsCondition(operator: string, values: readonly string[], expected: readonly string[]): boolean {
  const isAbsent = values.length === 0;
  if (operator === 'Null') return expected.includes(String(isAbsent));
  const { set, family = '', not, rest = '', ifExists } = OPERATOR.exec(operator)?.groups ?? {};
  const compare = comparisons[`${family}${rest}`];
  if (!compare) throw unsupported(`the condition operator ${operator}`);
  const isMet = (value: string) => expected.some((each) => compare(value, each)) === (not === undefined);
  // IAM takes a missing key for met where the operator is negated, and in ForAllValues.
  if (isAbsent)
    return ifExists !== undefined || set === 'ForAllValues' || (set === undefined && not !== undefined);
  return set === 'ForAnyValue' ? values.some(isMet) : values.every(isMet);
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

/** A policy variable has a value only in a real request. */
function rejectVariables(text: string): void {
  if (text.includes('${')) throw unsupported(`the policy variable in "${text}"`);
}

function unsupported(what: string): GateloopError {
  return new GateloopError(
    'UnsupportedPolicy',
    `The policy cannot be evaluated, because of ${what}. Check it with the IAM policy simulator.`,
  );
}
