/** A problem at a place in a file. */
export interface LocatedProblem {
  readonly severity: 'error' | 'warning';
  readonly rule: string;
  /** The path from the root of the repository, with `/` as the separator. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** In the manifest; empty for the whole file. */
  readonly path: string;
  readonly message: string;
}

/**
 * @returns a log of SARIF 2.1.0, which code scanning shows
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifLog(problems: readonly LocatedProblem[], version: string): object {
  const rules = [...new Set(problems.map(({ rule }) => rule))].sort();
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'Gateloop', version, rules: rules.map((id) => ({ id })) },
        },
        columnKind: 'utf16CodeUnits',
        results: problems.map(({ severity, rule, file, line, column, path, message }) => ({
          ruleId: rule,
          ruleIndex: rules.indexOf(rule),
          level: severity,
          message: { text: path === '' ? message : `${path}: ${message}` },
          locations: [
            {
              physicalLocation: {
                // GitHub takes relative URIs from the root of the repository.
                artifactLocation: { uri: encodeURI(file), uriBaseId: '%SRCROOT%' },
                region: { startLine: line, startColumn: column },
              },
            },
          ],
        })),
      },
    ],
  };
}
