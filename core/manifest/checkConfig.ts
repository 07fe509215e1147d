import { checkShape } from '../api/checkShape.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { Violation } from '../api/violation.ts';
import type { JsonObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import type { Path } from '../problem.ts';
import { isPlaceholder } from './interpretConfig.ts';
import { memberAt } from './memberAt.ts';
import type { Report } from './report.ts';

/** What a resource's configuration is checked as. */
export interface ConfigCheck {
  /** The input shape of the create call. */
  readonly shape: string;
  readonly nameMember: string;
  /** Keys that Gateloop adds at the top of the resource, to be suggested beside the API's. */
  readonly gateloopKeys: readonly string[];
}

/** Checks a configuration, its name included, against the API's shapes and constraints. */
export function checkConfig(
  catalog: ShapeCatalog,
  { shape, nameMember, gateloopKeys }: ConfigCheck,
  checkable: JsonObject,
  path: Path,
  report: Report,
): void {
  for (const violation of checkShape(catalog, shape, checkable, { isReference: isPlaceholder })) {
    // Whatever stands for a value that is not known yet was judged where it was put in.
    if (violation.kind === 'type' && isPlaceholder(String(memberAt(checkable, violation.path)))) continue;
    const [member] = violation.path;
    if (member === nameMember) {
      report.error(path, `The name ${violation.message}.`, { expected: violation.expected });
      continue;
    }
    const candidates =
      violation.path.length > 1
        ? candidateFields(violation)
        : [...gateloopKeys, ...candidateFields(violation)];
    report.error([...path, ...violation.path], violationMessage(violation), {
      expected: violation.expected,
      suggestion: suggestName(violation, candidates, memberAt(checkable, violation.path)),
    });
  }
}

function violationMessage({ kind, path, message }: Violation): string {
  const last = path.at(-1);
  const subject = typeof last === 'string' ? `"${last.slice(0, 80)}"` : 'This';
  return kind === 'unknown' ? `${subject} is no field that the API knows here.` : `${subject} ${message}.`;
}

function suggestName(
  { kind, path }: Violation,
  candidates: readonly string[],
  value: unknown,
): string | undefined {
  if (kind === 'unknown') return nearest(String(path.at(-1)), candidates);
  return kind === 'enum' && typeof value === 'string' ? nearest(value, candidates) : undefined;
}

/** `file` is Gateloop's, and stands wherever the API takes a schema from S3 or inline. */
function candidateFields({ candidates = [] }: Violation): readonly string[] {
  return candidates.includes('s3') && candidates.includes('inlinePayload')
    ? ['file', ...candidates]
    : candidates;
}
