/** A package with a known vulnerability. */
export interface Finding {
  readonly package: string;
  /** `info`, `low`, `moderate`, `high` or `critical`. */
  readonly severity: string;
}

/** What is asked about: the packages that `npm audit` reads from one lockfile, with these options. */
export interface AuditScope {
  readonly name: string;
  /** Relative to the root, with a slash at its end; empty for the root. */
  readonly folder: string;
  readonly options: readonly string[];
  /** Whether a vulnerability of this severity is a problem, and not only a notice. */
  readonly blocks: (severity: string) => boolean;
}

/** A tool is run by developers and by CI only: most of its vulnerabilities need input of a stranger, which it never gets. */
const SEVERE: ReadonlySet<string> = new Set(['high', 'critical']);

export const auditScopes: readonly AuditScope[] = [
  {
    name: 'deployed packages',
    folder: '',
    options: ['--omit=dev', '--omit=optional'],
    blocks: () => true,
  },
  { name: 'tools', folder: '', options: [], blocks: (severity) => SEVERE.has(severity) },
  {
    name: 'packages of the mutation tester',
    folder: 'test/mutation/',
    options: [],
    blocks: (severity) => SEVERE.has(severity),
  },
];

/** The result of `npm audit`. */
export type Audit =
  | { readonly kind: 'clean' }
  | { readonly kind: 'vulnerable'; readonly findings: readonly Finding[] }
  /** The registry gave no result. */
  | { readonly kind: 'unknown'; readonly why: string };

/**
 * Reads the output of `npm audit --json`.
 *
 * @param output its standard output, for any exit code
 */
export function readAudit(output: string): Audit {
  const { vulnerabilities, message, error } = parseOutput(output);
  if (typeof vulnerabilities !== 'object' || vulnerabilities === null) {
    const why = message ?? Object(error).summary ?? 'it gave no answer';
    return { kind: 'unknown', why: String(why) };
  }
  const findings = Object.entries(vulnerabilities).map(([name, entry]) => ({
    package: name,
    severity: String(Object(entry).severity ?? 'of unknown severity'),
  }));
  return findings.length > 0 ? { kind: 'vulnerable', findings } : { kind: 'clean' };
}

/**
 * @param isRequired whether an audit that the registry did not answer is a problem. Mirrors often have no audit: each build
 *   with a mirror would fail, and find nothing. A release is made with a registry that answers.
 */
export function judgeAudit(
  audit: Audit,
  { name, blocks }: AuditScope,
  isRequired: boolean,
): { readonly problems: readonly string[]; readonly notices: readonly string[] } {
  switch (audit.kind) {
    case 'clean':
      return { problems: [], notices: [`The registry knows no vulnerability of the ${name}.`] };
    case 'vulnerable': {
      const text = (finding: Finding) =>
        `${finding.package}, one of the ${name}, has a known vulnerability (${finding.severity}); see npm audit`;
      const [problems, notices] = [true, false].map((isProblem) =>
        audit.findings.filter(({ severity }) => blocks(severity) === isProblem).map(text),
      );
      return { problems: problems ?? [], notices: notices ?? [] };
    }
    case 'unknown': {
      const unasked = `The registry did not answer the audit of the ${name} (${audit.why}), so that vulnerabilities are unknown. Ask a registry that has an audit: npm config set registry.`;
      return isRequired ? { problems: [unasked], notices: [] } : { problems: [], notices: [unasked] };
    }
  }
}

function parseOutput(output: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(output));
  } catch {
    return {};
  }
}
