import type { Severity, UnlocatedProblem } from './schemaTypes.ts';

/** A violation of a rule. */
export interface Finding {
  /** A JSON pointer; if nothing exists there, the problem is located at the nearest existing parent. */
  readonly pointer: string;
  readonly message: string;
  readonly expected?: string;
}

/** A rule on documents of one kind, with its source. */
export interface Rule<Subject> {
  readonly id: string;
  readonly severity: Severity;
  /** The source of the rule: a page of the AgentCore developer guide, a specification, or Gateloop itself. */
  readonly source: string;
  /** Yields every violation; `runRules` stops reading after `MAX_FINDINGS_PER_RULE`. */
  readonly check: (subject: Subject) => Iterable<Finding>;
}

/** Enough to show the pattern, and few enough for an e-mail to the owner. */
export const MAX_FINDINGS_PER_RULE = 20;

/** @returns at most `MAX_FINDINGS_PER_RULE` problems per rule; if a rule finds more, one further problem says so */
export function runRules<Subject>(rules: readonly Rule<Subject>[], subject: Subject): UnlocatedProblem[] {
  return rules.flatMap((rule) => runRule(rule, subject));
}

function runRule<Subject>(rule: Rule<Subject>, subject: Subject): UnlocatedProblem[] {
  const problems: UnlocatedProblem[] = [];
  for (const { pointer, message, expected } of rule.check(subject)) {
    const base = { severity: rule.severity, rule: rule.id, path: pointer };
    if (problems.length === MAX_FINDINGS_PER_RULE) {
      problems.push({ ...base, message: `This rule finds more problems, which are not listed: ${message}` });
      break;
    }
    problems.push(expected === undefined ? { ...base, message } : { ...base, message, expected });
  }
  return problems;
}
