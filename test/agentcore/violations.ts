import { type Constraint, constraintNamed, constraintOfMember } from '../../core/api/constraints.ts';
import type { Shape, Structure } from '../../core/api/shapes.ts';
import { minimalValue, validTexts, type Way } from './minimalInput.ts';

/** One rule of the model, and an input that breaks it and no other. */
export interface BrokenInput {
  /** Such as `pattern`, `min`, `required`. */
  readonly rule: string;
  /** The field, as errors name it. */
  readonly field: string;
  readonly input: Record<string, unknown>;
}

interface Place {
  readonly way: Way;
  readonly shape: Shape;
  readonly constraint: Constraint | undefined;
}

/** Every rule of the model that an operation's input is under, each with an input that breaks it. */
export function brokenInputs(input: Structure): BrokenInput[] {
  return placesIn(input, [], []).flatMap((place) =>
    breaksOf(place).map(([rule, value, below = []]) => ({ rule, ...put(input, place.way, value, below) })),
  );
}

/** All places of a shape; a shape inside itself is entered once. */
function placesIn(shape: Structure, way: Way, entered: readonly string[]): Place[] {
  return [
    { way, shape, constraint: undefined },
    ...[...shape.members.values()].flatMap((member) =>
      below(
        {
          way: [...way, member.name],
          shape: member.shape,
          constraint: constraintOfMember(shape.name, member.name),
        },
        [...entered, shape.name],
      ),
    ),
  ];
}

function below(place: Place, entered: readonly string[]): Place[] {
  const { way, shape, constraint } = place;
  if (shape.type === 'structure' || shape.type === 'union') {
    return entered.includes(shape.name) ? [] : placesIn(shape, way, entered);
  }
  if (shape.type === 'list') {
    const element = {
      way: [...way, '*'],
      shape: shape.element,
      constraint: constraintNamed(constraint?.element),
    };
    return [place, ...below(element, entered)];
  }
  if (shape.type === 'map') {
    const value = {
      way: [...way, 'key'],
      shape: shape.value,
      constraint: constraintNamed(constraint?.value),
    };
    return [place, ...below(value, entered)];
  }
  return [place];
}

/** A rule, a value that breaks it, and where below the place the fault lies. */
type Break = readonly [rule: string, value: unknown, below?: readonly string[]];

function breaksOf({ way, shape, constraint }: Place): Break[] {
  switch (shape.type) {
    case 'structure':
    case 'union':
      return structureBreaks(shape, way);
    case 'list':
      return [['type', 'no list'], ...listBreaks(shape.element, constraint)];
    case 'map':
      return [['type', 'no map'], ...mapBreaks(shape.value, constraint)];
    case 'number':
      return [['type', 'no number'], ...numberBreaks(constraint)];
    case 'boolean':
      return [['type', 'neither']];
    case 'string':
      return [['type', { no: 'string' }], ...textBreaks(constraint)];
    default:
      return [];
  }
}

function structureBreaks(shape: Structure, way: Way): Break[] {
  const minimal = Object(minimalValue(shape, undefined));
  const members = [...shape.members.values()];
  const missing = members.filter(({ required }) => required);
  const breaks: Break[] = missing.map(({ name }) => {
    const { [name]: _, ...rest } = minimal;
    return ['required', rest, [name]];
  });
  if (way.length > 0) breaks.push(['type', 'no object']);
  breaks.push(['unknown', { ...minimal, notAMember: 1 }, ['notAMember']]);
  if (shape.type !== 'union') return breaks;
  const second = members.find(({ name }) => !(name in minimal));
  breaks.push(['union', {}]);
  if (second) breaks.push(['union', { ...minimal, [second.name]: minimalValue(second.shape, undefined) }]);
  return breaks;
}

function listBreaks(element: Shape, { min, max, ...constraint }: Constraint = {}): Break[] {
  const one = minimalValue(element, constraintNamed(constraint.element));
  return [
    ...(min !== undefined && min > 0 ? [['min', []] as const] : []),
    ...(max !== undefined ? [['max', Array.from({ length: max + 1 }, () => one)] as const] : []),
  ];
}

function mapBreaks(value: Shape, { min, max, key, value: of }: Constraint = {}): Break[] {
  const entry = minimalValue(value, constraintNamed(of));
  const [text = ''] = validTexts(constraintNamed(key));
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${text.slice(0, 4)}${index}`, entry]));
  const badKeys = textBreaks(constraintNamed(key)).filter(([, bad]) => bad !== '');
  return [
    ...(min !== undefined && min > 0 ? [['min', {}] as const] : []),
    ...(max !== undefined ? [['max', many(max + 1)] as const] : []),
    ...badKeys.map(([rule, bad]): Break => [`key ${rule}`, { [String(bad)]: entry }, [String(bad)]]),
  ];
}

function numberBreaks({ min, max, integer }: Constraint = {}): Break[] {
  return [
    ...(min !== undefined ? [['min', min - 1] as const] : []),
    ...(max !== undefined ? [['max', max + 1] as const] : []),
    ...(integer ? [['integer', (min ?? 1) + 0.5] as const] : []),
  ];
}

/** Texts that few patterns like. */
const ODD_TEXTS = ['*', '!!!', ' ', 'x y', 'ü'.repeat(40), '<>'.repeat(20), '*'.repeat(12)];

function textBreaks({ pattern, min, max, enum: allowed }: Constraint = {}): Break[] {
  const expression = new RegExp(`^(?:${pattern ?? '[^]*'})$`);
  const odd = ODD_TEXTS.filter((text) => !expression.test(text));
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
function put(
  input: Structure,
  way: Way,
  value: unknown,
  below: readonly string[],
): Omit<BrokenInput, 'rule'> {
  if (way.length === 0) return { field: fieldName(below), input: Object(value) };
  const root = Object(structuredClone(minimalValue(input, undefined, way)));
  const names: string[] = [];
  let parent = root;
  for (const step of way.slice(0, -1)) {
    const name = nameIn(parent, step);
    names.push(name);
    parent = parent[name];
  }
  const last = nameIn(parent, way.at(-1) ?? '');
  parent[last] = value;
  return { field: fieldName([...names, last, ...below]), input: root };
}

/** Elements are entered at index 0, maps at their only key. */
function nameIn(parent: object, step: string): string {
  if (Array.isArray(parent)) return '0';
  return step === 'key' && !('key' in parent) ? (Object.keys(parent)[0] ?? 'key') : step;
}

function fieldName(names: readonly string[]): string {
  return names.reduce((text, name) => {
    if (/^\d+$/.test(name)) return `${text}[${name}]`;
    return text === '' ? name : `${text}.${name}`;
  }, '');
}
