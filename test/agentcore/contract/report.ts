import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node';
import type { Leftover } from './cleanUp.ts';
import type { Endpoint } from './endpointSubject.ts';
import type { ObservedTransition } from './observedTransitions.ts';
import type { RecordedAnswer } from './recording/recorder.ts';

/** What a row that ran at an endpoint tells about itself. */
export interface RowFindings {
  /** The last answer of the row, without secrets and ids. */
  readonly answered?: RecordedAnswer & { readonly operation: string };
  readonly transitions: readonly ObservedTransition[];
}

declare module 'vitest' {
  interface ProvidedContext {
    contractEndpoint?: Endpoint;
  }
  interface TaskMeta {
    contractRow?: RowFindings;
    /** Of the test file: what the rows created and could not delete. */
    contractLeftovers?: readonly Leftover[];
  }
}

/** The result of one row. */
export interface RowResult {
  readonly operation: string;
  readonly kind: 'accepts' | 'rejects';
  readonly title: string;
  readonly result: 'passed' | 'failed' | 'notRun';
  /** Why the row did not run or failed. */
  readonly reason?: string;
  /** Of a failed row. */
  readonly answered?: RowFindings['answered'];
}

/** A kind of change of status, over all rows. */
export interface TransitionResult extends ObservedTransition {
  readonly rows: number;
}

/** What `npm run test:contract -- --json` prints. */
export interface ContractReport {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: number;
  readonly rows: readonly RowResult[];
  readonly transitions: readonly TransitionResult[];
  /** What the rows created and could not delete. */
  readonly leftovers: readonly Leftover[];
  /** Errors outside of rows. */
  readonly errors: readonly string[];
}

/** Collects the results of rows from Vitest. @param onRow receives each result as it comes */
export class ContractReporter implements Reporter {
  readonly #onRow: (row: RowResult) => void;
  readonly #rows: RowResult[] = [];
  readonly #findings: RowFindings[] = [];
  readonly #leftovers: Leftover[] = [];
  readonly #errors: string[] = [];

  constructor(onRow: (row: RowResult) => void) {
    this.#onRow = onRow;
  }

  onTestCaseResult(test: TestCase): void {
    const { contractRow } = test.meta();
    const row = rowResult(test, contractRow);
    // Tests of the tables themselves do not run at an endpoint, and give no reason.
    if (row.result === 'notRun' && row.reason === undefined) return;
    if (contractRow) this.#findings.push(contractRow);
    this.#rows.push(row);
    this.#onRow(row);
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const errors = [...modules.flatMap((module) => module.errors()), ...unhandled];
    this.#errors.push(...errors.map(({ message }) => message));
    this.#leftovers.push(...modules.flatMap((module) => module.meta().contractLeftovers ?? []));
  }

  report(): ContractReport {
    const count = (result: RowResult['result']) => this.#rows.filter((row) => row.result === result).length;
    const rows = this.#rows.toSorted((a, b) => rowTitle(a).localeCompare(rowTitle(b), 'en'));
    return {
      passed: count('passed'),
      failed: count('failed'),
      notRun: count('notRun'),
      rows,
      transitions: countTransitions(this.#findings.flatMap(({ transitions }) => transitions)),
      leftovers: this.#leftovers,
      errors: this.#errors,
    };
  }
}

function rowResult(test: TestCase, findings: RowFindings | undefined): RowResult {
  const result = test.result();
  const [kind = '', ...title] = test.name.split(' ');
  const row = {
    operation: test.parent.type === 'suite' ? test.parent.name : '',
    kind: kind === 'accepts' ? ('accepts' as const) : ('rejects' as const),
    title: title.join(' '),
  };
  if (result.state === 'passed') return { ...row, result: 'passed' };
  if (result.state === 'failed') {
    const reason = result.errors.map(({ message }) => message).join('; ');
    return {
      ...row,
      result: 'failed',
      reason,
      ...(findings?.answered && { answered: findings.answered }),
    };
  }
  const note = result.state === 'skipped' ? result.note : undefined;
  return { ...row, result: 'notRun', ...(note !== undefined && { reason: note }) };
}

function countTransitions(transitions: readonly ObservedTransition[]): readonly TransitionResult[] {
  const counted = Map.groupBy(transitions, ({ kind, from, to }) => `${kind} ${from} ${to}`);
  return [...counted]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .flatMap(([, [first, ...others]]) => (first ? [{ ...first, rows: 1 + others.length }] : []));
}

export const rowTitle = ({ operation, kind, title }: RowResult) => `${operation} ${kind} ${title}`;

/** Whether the service behaved as the contract says, and nothing is left of the run. */
export function isClean({ failed, leftovers, transitions, errors }: ContractReport): boolean {
  return (
    failed === 0 &&
    leftovers.length === 0 &&
    errors.length === 0 &&
    transitions.every(({ isLegal }) => isLegal)
  );
}

/** @returns lines for people: what did not run and why, what failed, what is left */
export function reportText(report: ContractReport): string {
  const { rows, transitions, leftovers, errors } = report;
  const notRun = Map.groupBy(
    rows.filter(({ result }) => result === 'notRun'),
    ({ reason = '' }) => reason,
  );
  const illegal = transitions.filter(({ isLegal }) => !isLegal);
  return [
    ...[...notRun].flatMap(([reason, group]) => [
      `Not run, because ${reason}:`,
      ...group.map((row) => `  ${rowTitle(row)}`),
    ]),
    ...rows.filter(({ result }) => result === 'failed').map(failureText),
    ...illegal.map(({ kind, from, to }) => `Unexpected change of status of a ${kind}: ${from} → ${to}`),
    ...leftovers.map(
      ({ operation, input, reason }) =>
        `Left in the account; delete it with ${operation} ${JSON.stringify(input)}: ${reason}`,
    ),
    ...errors.map((error) => `Error outside of rows: ${error}`),
    `${report.passed} passed, ${report.failed} failed, ${report.notRun} not run; ${transitions.length} kinds of status changes seen`,
  ].join('\n');
}

export function failureText(row: RowResult): string {
  const answered = row.answered ? `\n  answered: ${JSON.stringify(row.answered)}` : '';
  return `Failed: ${rowTitle(row)}\n  ${row.reason ?? ''}${answered}`;
}
