import type { Constraint } from '../../core/api/constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from '../../core/api/constraints.ts';
import type { Shape, StructureShape } from '../../core/api/shapes.ts';
import { anchoredPattern } from '../../core/api/violation.ts';
import { omit } from '../../core/objects.ts';
import { minimalValue, type ValuePath, validTexts } from './minimalInput.ts';

/** One rule of the model, and an input that violates this rule only. */
export interface InvalidInput {
  /** Such as `pattern`, `min`, `required`. */
  readonly rule: string;
  /** The field's name in errors. */
  readonly field: string;
  readonly input: Record<string, unknown>;
}

export interface ShapeLocation {
  readonly path: ValuePath;
  readonly shape: Shape;
  readonly constraint: Constraint | undefined;
}

/** All rules of the model for an operation's input, each with an input that violates it. */
export function invalidInputs(input: StructureShape): InvalidInput[] {
  return locationsIn(input, [], []).flatMap((location) =>
    violationsOf(location).map(([rule, value, subpath = []]) => ({
      rule,
      ...withInvalidValue(input, location.path, value, subpath),
    })),
  );
}

/** All locations in a shape. A recursive shape is entered once. */
export function locationsIn(
  shape: StructureShape,
  path: ValuePath,
  entered: readonly string[],
): ShapeLocation[] {
  return [
    { path, shape, constraint: undefined },
    ...[...shape.members.values()].flatMap((member) =>
      descend(
        {
          path: [...path, member.name],
          shape: member.shape,
          constraint: constraintOfMember(shape.name, member.name),
        },
        [...entered, shape.name],
      ),
    ),
  ];
}

function descend(location: ShapeLocation, entered: readonly string[]): ShapeLocation[] {
  const { path, shape, constraint } = location;
  if (shape.type === 'structure' || shape.type === 'union') {
    return entered.includes(shape.name) ? [] : locationsIn(shape, path, entered);
  }
  if (shape.type === 'list') {
    const element = {
      path: [...path, '*'],
      shape: shape.element,
      constraint: constraintNamed(constraint?.element),
    };
    return [location, ...descend(element, entered)];
  }
  if (shape.type === 'map') {
    const value = {
      path: [...path, 'key'],
      shape: shape.value,
      constraint: constraintNamed(constraint?.value),
    };
    return [location, ...descend(value, entered)];
  }
  return [location];
}

/** A rule, a value that violates it, and the path from the location to the invalid member. */
type RuleViolation = readonly [rule: string, value: unknown, subpath?: readonly string[]];

function violationsOf({ path, shape, constraint }: ShapeLocation): RuleViolation[] {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return structureViolations(shape, path);
    case 'list':
      return [['type', 'not a list'], ...listViolations(shape.element, constraint)];
    case 'map':
      return [['type', 'not a map'], ...mapViolations(shape.value, constraint)];
    case 'number':
      return [['type', 'not a number'], ...numberViolations(constraint)];
    case 'boolean':
      return [['type', 'not a boolean']];
    case 'string':
      return [['type', { not: 'a string' }], ...stringViolations(constraint)];
    default:
      return [];
  }
}

function structureViolations(shape: StructureShape, path: ValuePath): RuleViolation[] {
  const minimal = Object(minimalValue(shape, undefined));
  const members = [...shape.members.values()];
  const required = members.filter((member) => member.required);
  const violations: RuleViolation[] = required.map(({ name }) => ['required', omit(minimal, name), [name]]);
  if (path.length > 0) violations.push(['type', 'not an object']);
  violations.push(['unknown', { ...minimal, notAMember: 1 }, ['notAMember']]);
  if (shape.type !== 'union') return violations;
  const second = members.find(({ name }) => !(name in minimal));
  violations.push(['union', {}]);
  if (second)
    violations.push(['union', { ...minimal, [second.name]: minimalValue(second.shape, undefined) }]);
  return violations;
}

function listViolations(element: Shape, { min, max, ...constraint }: Constraint = {}): RuleViolation[] {
  const item = minimalValue(element, constraintNamed(constraint.element));
  return [
    ...(min !== undefined && min > 0 ? [['min', []] as const] : []),
    ...(max !== undefined ? [['max', Array.from({ length: max + 1 }, () => item)] as const] : []),
  ];
}

function mapViolations(
  value: Shape,
  { min, max, key, value: valueConstraint }: Constraint = {},
): RuleViolation[] {
  const entry = minimalValue(value, constraintNamed(valueConstraint));
  const [text = ''] = validTexts(constraintNamed(key));
  const entries = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${text.slice(0, 4)}${index}`, entry]));
  const invalidKeys = stringViolations(constraintNamed(key)).filter(([, text]) => text !== '');
  return [
    ...(min !== undefined && min > 0 ? [['min', {}] as const] : []),
    ...(max !== undefined ? [['max', entries(max + 1)] as const] : []),
    ...invalidKeys.map(
      ([rule, name]): RuleViolation => [`key ${rule}`, { [String(name)]: entry }, [String(name)]],
    ),
  ];
}

function numberViolations({ min, max, integer }: Constraint = {}): RuleViolation[] {
  return [
    ...(min !== undefined ? [['min', min - 1] as const] : []),
    ...(max !== undefined ? [['max', max + 1] as const] : []),
    ...(integer ? [['integer', (min ?? 1) + 0.5] as const, ['int32', 2 ** 31] as const] : []),
  ];
}

/** Texts that most patterns do not match. */
const UNUSUAL_STRINGS = ['*', '!!!', '\u0007', ' ', 'x y', 'ü'.repeat(40), '<>'.repeat(20), '*'.repeat(12)];

function stringViolations({ pattern, min, max, enum: allowed }: Constraint = {}): RuleViolation[] {
  const expression = anchoredPattern(pattern ?? '[^]*');
  const unmatched = UNUSUAL_STRINGS.filter((text) => !expression.test(text));
  const isAllowedLength = (text: string) =>
    [...text].length >= (min ?? 0) && [...text].length <= (max ?? Infinity);
  const invalid = unmatched.find(isAllowedLength) ?? unmatched[0];
  return [
    ...(pattern !== undefined && invalid !== undefined ? [['pattern', invalid] as const] : []),
    ...(min !== undefined && min > 0 ? [['min', 'a'.repeat(min - 1)] as const] : []),
    ...(max !== undefined ? [['max', 'a'.repeat(max + 1)] as const] : []),
    ...(allowed ? [['enum', 'NOT_A_MEMBER'] as const] : []),
  ];
}

/** The minimal input with the value at the path replaced, and the field's name in errors. */
function withInvalidValue(
  input: StructureShape,
  path: ValuePath,
  value: unknown,
  subpath: readonly string[],
): Omit<InvalidInput, 'rule'> {
  if (path.length === 0) return { field: fieldName(subpath), input: Object(value) };
  const root = Object(structuredClone(minimalValue(input, undefined, path)));
  const names: string[] = [];
  let parent = root;
  for (const step of path.slice(0, -1)) {
    const name = memberName(parent, step);
    names.push(name);
    parent = parent[name];
  }
  const last = memberName(parent, path.at(-1) ?? '');
  parent[last] = value;
  return { field: fieldName([...names, last, ...subpath]), input: root };
}

/** A path enters lists at index 0 and maps at their only key. */
function memberName(parent: object, step: string): string {
  if (Array.isArray(parent)) return '0';
  return step === 'key' && !('key' in parent) ? (Object.keys(parent)[0] ?? 'key') : step;
}

function fieldName(names: readonly string[]): string {
  return names.reduce((text, name) => {
    if (/^\d+$/.test(name)) return `${text}[${name}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
