/** The result of `npm audit`. */
export type Audit =
  | { readonly kind: 'clean' }
  | { readonly kind: 'vulnerable'; readonly findings: readonly string[] }
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
  const findings = Object.entries(vulnerabilities).map(
    ([name, entry]) =>
      `${name} has a known vulnerability (${Object(entry).severity ?? 'of unknown severity'})`,
  );
  return findings.length > 0 ? { kind: 'vulnerable', findings } : { kind: 'clean' };
}

function parseOutput(output: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(output));
  } catch {
    return {};
  }
}
