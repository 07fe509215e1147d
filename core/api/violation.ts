import type { Path } from '../problem.ts';
import type { Constraint } from './constraints/constraintTable.ts';

/** A violation of the API's shapes or constraints. */
export interface Violation {
  /** The member names, map keys and list indexes from the checked value to the invalid one. */
  readonly path: Path;
  readonly kind: ViolationKind;
  /** What is wrong, as a clause after the path: `is required`, `has 12 characters`. */
  readonly message: string;
  /** What is valid, such as `33 to 256 characters`. */
  readonly expected: string;
  /** The valid names or values, if the kind is `unknown`, `union` or `enum`. */
  readonly candidates?: readonly string[];
  /** The structure that has no such member, if the kind is `unknown`. */
  readonly structure?: string;
}

export type ViolationKind =
  | 'required'
  | 'unknown'
  | 'type'
  | 'union'
  | 'pattern'
  | 'enum'
  | 'length'
  | 'range'
  | 'integer';

type UnlocatedViolation = Omit<Violation, 'path'>;

const compiledPatterns = new Map<string, RegExp>();

/**
 * The service matches the whole value. The group keeps an alternation together within the anchors. Classes of characters need
 * the flag for Unicode, which refuses escapes that other patterns of the model have.
 */
export function anchoredPattern(pattern: string): RegExp {
  let expression = compiledPatterns.get(pattern);
  if (!expression) {
    expression = new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
    compiledPatterns.set(pattern, expression);
  }
  return expression;
}

/**
 * Checks a value of the right type against a constraint. Messages never contain the value, since it may be a secret.
 */
export function constraintViolations(constraint: Constraint, value: unknown): UnlocatedViolation[] {
  const notInteger = integerViolation(constraint, value);
  if (notInteger) return [notInteger];
  return [sizeViolation(constraint, value), ...formatViolations(constraint, value)].filter(
    (violation) => violation !== undefined,
  );
}

/** The API's integers have 32 bits. */
const MIN_INTEGER = -(2 ** 31);
const MAX_INTEGER = 2 ** 31 - 1;

function integerViolation(
  { integer, min = MIN_INTEGER, max = MAX_INTEGER }: Constraint,
  value: unknown,
): UnlocatedViolation | undefined {
  if (!integer || typeof value !== 'number') return undefined;
  if (!Number.isInteger(value))
    return { kind: 'integer', message: 'is not an integer', expected: 'an integer' };
  if (value >= MIN_INTEGER && value <= MAX_INTEGER) return undefined;
  return { kind: 'integer', message: 'exceeds 32 bits', expected: describeBounds(min, max) };
}

function formatViolations(
  { pattern, enum: allowed }: Constraint,
  value: unknown,
): (UnlocatedViolation | undefined)[] {
  if (typeof value !== 'string') return [];
  return [
    allowed && !allowed.includes(value)
      ? {
          kind: 'enum',
          message: 'is not one of the allowed values',
          expected: `one of ${allowed.join(', ')}`,
          candidates: allowed,
        }
      : undefined,
    pattern !== undefined && !anchoredPattern(pattern).test(value)
      ? { kind: 'pattern', message: 'does not match the pattern', expected: `a match of ${pattern}` }
      : undefined,
  ];
}

function sizeViolation(
  { min = -Infinity, max = Infinity }: Constraint,
  value: unknown,
): UnlocatedViolation | undefined {
  const { size, unit, kind } = measureSize(value);
  if (size >= min && size <= max) return undefined;
  const message = unit === '' ? `is ${size}` : `has ${size} ${unit}`;
  return { kind, message, expected: `${describeBounds(min, max)} ${unit}`.trim() };
}

function measureSize(value: unknown): { size: number; unit: string; kind: 'length' | 'range' } {
  if (typeof value === 'number') return { size: value, unit: '', kind: 'range' };
  // The service counts code points, not UTF-16 code units.
  if (typeof value === 'string') return { size: countCodePoints(value), unit: 'characters', kind: 'length' };
  const entries = Array.isArray(value) ? value.length : Object.keys(Object(value)).length;
  return { size: entries, unit: 'entries', kind: 'length' };
}

function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function describeBounds(min: number, max: number): string {
  if (min === max) return `exactly ${min}`;
  if (max === Infinity) return `at least ${min}`;
  return min === -Infinity ? `at most ${max}` : `${min} to ${max}`;
}

/**
 * @returns a path as the service writes it in a ValidationException: `targets[0].name`. Unlike `formatPath` it quotes
 * no key, whatever characters the key has.
 */
export function formatMemberPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
