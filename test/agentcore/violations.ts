import type { Constraint } from '../../core/api/constraints/constraintTable.ts';
import { constraintNamed, constraintOfMember } from '../../core/api/constraints.ts';
import type { Shape, StructureShape } from '../../core/api/shapes.ts';
import { minimalValue, type ValuePath, validTexts } from './minimalInput.ts';

/** One rule of the model, and an input that breaks it and no other. */
export interface InvalidInput {
  /** Such as `pattern`, `min`, `required`. */
  readonly rule: string;
  /** The field, as errors name it. */
  readonly field: string;
  readonly input: Record<string, unknown>;
}

interface ShapeLocation {
  readonly path: ValuePath;
  readonly shape: Shape;
  readonly constraint: Constraint | undefined;
}

/** Every rule of the model that an operation's input is under, each with an input that breaks it. */
export function invalidInputs(input: StructureShape): InvalidInput[] {
  return locationsIn(input, [], []).flatMap((place) =>
    violationsOf(place).map(([rule, value, below = []]) => ({
      rule,
      ...withInvalidValue(input, place.path, value, below),
    })),
  );
}

/** All places of a shape; a shape inside itself is entered once. */
function locationsIn(shape: StructureShape, path: ValuePath, entered: readonly string[]): ShapeLocation[] {
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

function descend(place: ShapeLocation, entered: readonly string[]): ShapeLocation[] {
  const { path, shape, constraint } = place;
  if (shape.type === 'structure' || shape.type === 'union') {
    return entered.includes(shape.name) ? [] : locationsIn(shape, path, entered);
  }
  if (shape.type === 'list') {
    const element = {
      path: [...path, '*'],
      shape: shape.element,
      constraint: constraintNamed(constraint?.element),
    };
    return [place, ...descend(element, entered)];
  }
  if (shape.type === 'map') {
    const value = {
      path: [...path, 'key'],
      shape: shape.value,
      constraint: constraintNamed(constraint?.value),
    };
    return [place, ...descend(value, entered)];
  }
  return [place];
}

/** A rule, a value that breaks it, and where below the place the fault lies. */
type RuleViolation = readonly [rule: string, value: unknown, below?: readonly string[]];

function violationsOf({ path, shape, constraint }: ShapeLocation): RuleViolation[] {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return structureViolations(shape, path);
    case 'list':
      return [['type', 'no list'], ...listViolations(shape.element, constraint)];
    case 'map':
      return [['type', 'no map'], ...mapViolations(shape.value, constraint)];
    case 'number':
      return [['type', 'no number'], ...numberViolations(constraint)];
    case 'boolean':
      return [['type', 'neither']];
    case 'string':
      return [['type', { no: 'string' }], ...stringViolations(constraint)];
    default:
      return [];
  }
}

function structureViolations(shape: StructureShape, path: ValuePath): RuleViolation[] {
  const minimal = Object(minimalValue(shape, undefined));
  const members = [...shape.members.values()];
  const missing = members.filter(({ required }) => required);
  const breaks: RuleViolation[] = missing.map(({ name }) => {
    const { [name]: _, ...rest } = minimal;
    return ['required', rest, [name]];
  });
  if (path.length > 0) breaks.push(['type', 'no object']);
  breaks.push(['unknown', { ...minimal, notAMember: 1 }, ['notAMember']]);
  if (shape.type !== 'union') return breaks;
  const second = members.find(({ name }) => !(name in minimal));
  breaks.push(['union', {}]);
  if (second) breaks.push(['union', { ...minimal, [second.name]: minimalValue(second.shape, undefined) }]);
  return breaks;
}

function listViolations(element: Shape, { min, max, ...constraint }: Constraint = {}): RuleViolation[] {
  const one = minimalValue(element, constraintNamed(constraint.element));
  return [
    ...(min !== undefined && min > 0 ? [['min', []] as const] : []),
    ...(max !== undefined ? [['max', Array.from({ length: max + 1 }, () => one)] as const] : []),
  ];
}

function mapViolations(value: Shape, { min, max, key, value: of }: Constraint = {}): RuleViolation[] {
  const entry = minimalValue(value, constraintNamed(of));
  const [text = ''] = validTexts(constraintNamed(key));
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${text.slice(0, 4)}${index}`, entry]));
  const badKeys = stringViolations(constraintNamed(key)).filter(([, bad]) => bad !== '');
  return [
    ...(min !== undefined && min > 0 ? [['min', {}] as const] : []),
    ...(max !== undefined ? [['max', many(max + 1)] as const] : []),
    ...badKeys.map(([rule, bad]): RuleViolation => [`key ${rule}`, { [String(bad)]: entry }, [String(bad)]]),
  ];
}

function numberViolations({ min, max, integer }: Constraint = {}): RuleViolation[] {
  return [
    ...(min !== undefined ? [['min', min - 1] as const] : []),
    ...(max !== undefined ? [['max', max + 1] as const] : []),
    ...(integer ? [['integer', (min ?? 1) + 0.5] as const] : []),
  ];
}

/** Texts that few patterns like. */
const UNUSUAL_STRINGS = ['*', '!!!', ' ', 'x y', 'ü'.repeat(40), '<>'.repeat(20), '*'.repeat(12)];

function stringViolations({ pattern, min, max, enum: allowed }: Constraint = {}): RuleViolation[] {
  const expression = new RegExp(`^(?:${pattern ?? '[^]*'})$`);
  const odd = UNUSUAL_STRINGS.filter((text) => !expression.test(text));
  const fitting = odd.find((text) => [...text].length >= (min ?? 0) && [...text].length <= (max ?? Infinity));
  const bad = fitting ?? odd[0];
  return [
    ...(pattern !== undefined && bad !== undefined ? [['pattern', bad] as const] : []),
    ...(min !== undefined && min > 0 ? [['min', 'a'.repeat(min - 1)] as const] : []),
    ...(max !== undefined ? [['max', 'a'.repeat(max + 1)] as const] : []),
    ...(allowed ? [['enum', 'NOT_AMONG_THEM'] as const] : []),
  ];
}

/** The smallest valid input with one value replaced, and the field's name in errors. */
function withInvalidValue(
  input: StructureShape,
  path: ValuePath,
  value: unknown,
  below: readonly string[],
): Omit<InvalidInput, 'rule'> {
  if (path.length === 0) return { field: fieldName(below), input: Object(value) };
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
  return { field: fieldName([...names, last, ...below]), input: root };
}

/** Elements are entered at index 0, maps at their only key. */
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
