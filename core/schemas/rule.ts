import type { Severity, UnlocatedProblem } from './schemaTypes.ts';

/** A place at which a rule is broken. */
export interface Finding {
  /** A JSON pointer; where it leads nowhere, its nearest existing parent is shown. */
  readonly pointer: string;
  readonly message: string;
  readonly expected?: string;
}

/** One row of a table of rules: what is demanded of a document of one kind, and on whose word. */
export interface Rule<Subject> {
  readonly id: string;
  readonly severity: Severity;
  /** Where the demand comes from: a page of the AgentCore developer guide, a specification, or Gateloop itself. */
  readonly source: string;
  /** Yields every place at which the rule is broken; reading stops after `MAX_FINDINGS_PER_RULE`. */
  readonly check: (subject: Subject) => Iterable<Finding>;
}

/** Enough to see the pattern, little enough to read: an owner gets this by mail. */
export const MAX_FINDINGS_PER_RULE = 20;

/** @returns what the rules find, at most `MAX_FINDINGS_PER_RULE` each, and for each that finds more a last word on it */
export function runRules<Subject>(rules: readonly Rule<Subject>[], subject: Subject): UnlocatedProblem[] {
  return rules.flatMap((rule) => runRule(rule, subject));
}

function runRule<Subject>(rule: Rule<Subject>, subject: Subject): UnlocatedProblem[] {
  const problems: UnlocatedProblem[] = [];
  for (const { pointer, message, expected } of rule.check(subject)) {
    const base = { severity: rule.severity, rule: rule.id, path: pointer };
    if (problems.length === MAX_FINDINGS_PER_RULE) {
      problems.push({ ...base, message: `There is more of the same from here on: ${message}` });
      break;
    }
    problems.push(expected === undefined ? { ...base, message } : { ...base, message, expected });
  }
  return problems;
}
