import { checkShape } from '../api/checkShape.ts';
import type { ShapeCatalogue } from '../api/shapes.ts';
import type { Violation } from '../api/violation.ts';
import { isStandIn } from './interpretConfig.ts';
import type { JsonObject } from './json.ts';
import { memberAt } from './memberAt.ts';
import { nearest } from './nearest.ts';
import type { Path } from './problem.ts';
import type { Report } from './report.ts';

/** What a resource's configuration is checked as. */
export interface ConfigCheck {
  /** The input shape of the create call. */
  readonly shape: string;
  readonly nameMember: string;
  /** Keys that Gateloop adds at the top of the resource, to be suggested beside the API's. */
  readonly ownKeys: readonly string[];
}

/** Checks a configuration, its name included, against the API's shapes and constraints. */
export function checkConfig(
  catalogue: ShapeCatalogue,
  { shape, nameMember, ownKeys }: ConfigCheck,
  checkable: JsonObject,
  path: Path,
  report: Report,
): void {
  for (const violation of checkShape(catalogue, shape, checkable, { isReference: isStandIn })) {
    // Whatever stands for a value that is not known yet was judged where it was put in.
    if (violation.kind === 'type' && isStandIn(String(memberAt(checkable, violation.path)))) continue;
    const [member] = violation.path;
    if (member === nameMember) {
      report.error(path, `The name ${violation.message}.`, { expected: violation.expected });
      continue;
    }
    const candidates =
      violation.path.length > 1 ? fieldsBeside(violation) : [...ownKeys, ...fieldsBeside(violation)];
    report.error([...path, ...violation.path], sentence(violation), {
      expected: violation.expected,
      suggestion: suggestion(violation, candidates, memberAt(checkable, violation.path)),
    });
  }
}

function sentence({ kind, path, message }: Violation): string {
  const last = path.at(-1);
  const subject = typeof last === 'string' ? `"${last.slice(0, 80)}"` : 'This';
  return kind === 'unknown' ? `${subject} is no field that the API knows here.` : `${subject} ${message}.`;
}

function suggestion(
  { kind, path }: Violation,
  candidates: readonly string[],
  value: unknown,
): string | undefined {
  if (kind === 'unknown') return nearest(String(path.at(-1)), candidates);
  return kind === 'enum' && typeof value === 'string' ? nearest(value, candidates) : undefined;
}

/** `file` is Gateloop's, and stands wherever the API takes a schema from S3 or inline. */
function fieldsBeside({ candidates = [] }: Violation): readonly string[] {
  return candidates.includes('s3') && candidates.includes('inlinePayload')
    ? ['file', ...candidates]
    : candidates;
}
