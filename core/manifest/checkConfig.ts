import { checkShape } from '../api/checkShape.ts';
import { isNewerMember } from '../api/newerMembers.ts';
import type { ShapeCatalog } from '../api/shapes.ts';
import type { Violation } from '../api/violation.ts';
import { asText, type JsonObject } from '../json.ts';
import { nearest } from '../nearest.ts';
import type { Path } from '../problem.ts';
import { isPlaceholder } from './interpretConfig.ts';
import { memberAt } from './memberAt.ts';
import type { Report } from './report.ts';

/** The API shape against which a configuration is checked. */
export interface ConfigCheck {
  /** The input shape of the create call, or of the update call for the members that Create does not take. */
  readonly shape: string;
  /** Absent for a kind without names. */
  readonly nameMember?: string;
  /** Other keys that the resource may have. */
  readonly otherKeys: readonly string[];
  /** Members of the shape that the resource may not have. */
  readonly refusedMembers: readonly string[];
  /** The configuration has only some of the shape's members: none is missing. */
  readonly isPart?: boolean;
}

/** Checks a configuration, including the resource's name, against the API's shapes and constraints. */
export function checkConfig(
  catalog: ShapeCatalog,
  { shape, nameMember, otherKeys, refusedMembers, isPart = false }: ConfigCheck,
  checkable: JsonObject,
  path: Path,
  report: Report,
): void {
  for (const violation of checkShape(catalog, shape, checkable, { isReference: isPlaceholder })) {
    if (isPart && violation.kind === 'required' && violation.path.length === 1) continue;
    // interpretConfig has already reported a placeholder in a place that does not allow one.
    if (violation.kind === 'type' && isPlaceholder(asText(memberAt(checkable, violation.path)))) continue;
    const [member] = violation.path;
    if (member === nameMember) {
      report.error(path, `The name ${violation.message}.`, {
        expected: violation.expected,
        rule: 'api-name',
      });
      continue;
    }
    const allowed = allowedMembers(violation);
    const candidates =
      violation.path.length > 1
        ? allowed
        : [...otherKeys, ...allowed.filter((name) => !refusedMembers.includes(name))];
    report.error([...path, ...violation.path], violationMessage(violation), {
      expected: expectedText(violation, candidates),
      suggestion: suggestName(violation, candidates, memberAt(checkable, violation.path)),
      isGeneral: violation.kind === 'pattern',
      rule: `api-${violation.kind}`,
    });
  }
}

function violationMessage(violation: Violation): string {
  const { kind, path, message } = violation;
  const last = path.at(-1);
  const subject = typeof last === 'string' ? `"${last.slice(0, 80)}"` : 'This';
  if (isNewerThanSdk(violation))
    return `The API has the field ${subject}, and the AWS SDK of this version of Gateloop does not know it yet: Gateloop could neither send it nor see it change. Remove the line.`;
  return kind === 'unknown' ? `The API has no field ${subject} here.` : `${subject} ${message}.`;
}

function isNewerThanSdk({ kind, path, structure = '' }: Violation): boolean {
  return kind === 'unknown' && isNewerMember(structure, String(path.at(-1)));
}

function suggestName(
  violation: Violation,
  candidates: readonly string[],
  value: unknown,
): string | undefined {
  const { kind, path } = violation;
  if (isNewerThanSdk(violation)) return undefined;
  if (kind === 'unknown') return nearest(String(path.at(-1)), candidates);
  return kind === 'enum' && typeof value === 'string' ? nearest(value, candidates) : undefined;
}

/** A manifest may have what it can write at a place, which is not exactly what the API takes there. */
function expectedText({ kind, expected }: Violation, candidates: readonly string[]): string {
  if (kind === 'unknown') return `one of ${candidates.join(', ')}`;
  return kind === 'union' ? `exactly one of ${candidates.join(', ')}` : expected;
}

/** Gateloop adds `file` wherever the API takes a schema from S3 or inline. */
function allowedMembers({ candidates = [] }: Violation): readonly string[] {
  return candidates.includes('s3') && candidates.includes('inlinePayload')
    ? ['file', ...candidates]
    : candidates;
}
