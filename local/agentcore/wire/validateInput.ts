import { checkShape } from '../../../core/api/checkShape.ts';
import type { ShapeCatalog } from '../../../core/api/shapes.ts';
import { formatMemberPath, type Violation } from '../../../core/api/violation.ts';
import { invalid } from '../serviceError.ts';

/** How many violations the message spells out; the field list carries them all. */
const MAX_LISTED = 5;

/**
 * Refuses an input that breaks the model, in the words that AWS services use.
 *
 * @throws ServiceError ValidationException naming every field
 */
export function validateInput(shapes: ShapeCatalog, shapeName: string, input: unknown): void {
  const violations = checkShape(shapes, shapeName, input);
  if (violations.length === 0) return;
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
  const listed = violations.slice(0, MAX_LISTED).map(describeViolation).join('; ');
  const ellipsis = violations.length > MAX_LISTED ? '; …' : '';
  throw invalid(
    `${count}: ${listed}${ellipsis}`,
    ...violations.map((violation) => ({
      name: formatMemberPath(violation.path),
      message: `${violation.message}; expected ${violation.expected}`,
    })),
  );
}

function describeViolation(violation: Violation): string {
  const { path, kind, message, expected } = violation;
  const at = formatMemberPath(path);
  switch (kind) {
    case 'required':
      return `Value at '${at}' failed to satisfy constraint: Member must not be null`;
    case 'pattern':
      return `Value at '${at}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${expected.replace('a match of ', '')}`;
    case 'enum':
      return `Value at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${expected.replace('one of ', '')}]`;
    default:
      return `Value at '${at}' ${message}: expected ${expected}`;
  }
}
