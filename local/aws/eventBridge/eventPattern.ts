import { BlockList, isIP } from 'node:net';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../core/json.ts';
import { AwsError } from '../http/awsError.ts';

/** Tells whether an event matches a pattern. */
export type Matcher = (event: JsonObject) => boolean;

/** Tells whether a value of the event matches; an absent value is `undefined`. */
type ValueMatcher = (value: JsonValue | undefined) => boolean;

/**
 * Compiles an event pattern of EventBridge: every field named must match, any one of the values listed suffices, and
 * an array in the event matches when one of its elements does.
 *
 * @throws AwsError `InvalidEventPatternException`, naming the place, when the pattern is invalid
 */
export function compilePattern(pattern: JsonValue): Matcher {
  if (!isJsonObject(pattern)) throw invalid('$', 'an event pattern is an object');
  return compileObject(pattern, '$');
}

function compileObject(pattern: JsonObject, place: string): Matcher {
  const fields = Object.entries(pattern);
  if (fields.length === 0) throw invalid(place, 'an object in a pattern names at least one field');
  const matchers = fields.map(([name, value]) =>
    name === '$or' && isAlternatives(value)
      ? compileAlternatives(value, `${place}.$or`)
      : compileField(name, value, `${place}.${name}`),
  );
  return (event) => matchers.every((matches) => matches(event));
}

/** `$or` is an alternative only with two objects or more; anything else is a field of that name, as in EventBridge. */
function isAlternatives(value: JsonValue): value is readonly JsonObject[] {
  return Array.isArray(value) && value.length > 1 && value.every(isJsonObject);
}

function compileAlternatives(alternatives: readonly JsonObject[], place: string): Matcher {
  const matchers = alternatives.map((alternative, index) => compileObject(alternative, `${place}[${index}]`));
  return (event) => matchers.some((matches) => matches(event));
}

function compileField(name: string, value: JsonValue, place: string): Matcher {
  if (isJsonObject(value)) {
    const matches = compileObject(value, place);
    return (event) => objectsIn(event[name]).some(matches);
  }
  if (!Array.isArray(value)) throw invalid(place, 'a value is matched by a list, such as ["READY"]');
  if (value.length === 0) throw invalid(place, 'the list is empty');
  const tests = value.map((entry, index) => compileValueMatcher(entry, `${place}[${index}]`));
  return (event) => {
    const values = valuesIn(event[name]);
    return tests.some((test) => values.some(test));
  };
}

/** The objects that a nested pattern is matched with. An absent one counts as empty: `exists: false` can match. */
function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  if (isJsonObject(value)) return [value];
  if (!Array.isArray(value)) return [{}];
  const objects: JsonObject[] = value.filter(isJsonObject);
  return objects.length > 0 ? objects : [{}];
}

/** The values that a leaf of a pattern is matched with. An object counts as absent. */
function valuesIn(value: JsonValue | undefined): readonly (JsonValue | undefined)[] {
  if (isJsonObject(value)) return [undefined];
  if (!Array.isArray(value)) return [value];
  return value.length > 0 ? value : [undefined];
}

function compileValueMatcher(entry: JsonValue, place: string): ValueMatcher {
  if (Array.isArray(entry)) throw invalid(place, 'a list inside a list');
  if (!isJsonObject(entry)) return (value) => value === entry;
  const [comparison, ...others] = Object.entries(entry);
  if (!comparison || others.length > 0) throw invalid(place, 'a comparison names exactly one operator');
  const [operator, operand] = comparison;
  const compile = OPERATORS[operator];
  if (!compile)
    throw invalid(place, `${operator} is no operator; known are ${Object.keys(OPERATORS).join(', ')}`);
  return compile(operand, `${place}.${operator}`);
}

type CompileOperator = (operand: JsonValue, place: string) => ValueMatcher;

const OPERATORS: Readonly<Record<string, CompileOperator>> = {
  exists: (operand, place) => {
    if (typeof operand !== 'boolean') throw invalid(place, 'true or false is expected');
    return (value) => (value !== undefined) === operand;
  },
  prefix: (operand, place) => matchAffix(operand, place, (value, part) => value.startsWith(part)),
  suffix: (operand, place) => matchAffix(operand, place, (value, part) => value.endsWith(part)),
  'equals-ignore-case': (operand, place) => {
    const expected = requireString(operand, place).toLowerCase();
    return (value) => typeof value === 'string' && value.toLowerCase() === expected;
  },
  wildcard: (operand, place) => {
    const expression = wildcard(requireString(operand, place), place);
    return (value) => typeof value === 'string' && expression.test(value);
  },
  numeric: (operand, place) => numeric(operand, place),
  cidr: (operand, place) => cidr(requireString(operand, place), place),
  'anything-but': (operand, place) => anythingBut(operand, place),
};

/** `prefix` and `suffix` take a text, or `{ "equals-ignore-case": text }`. */
function matchAffix(
  operand: JsonValue,
  place: string,
  matches: (value: string, part: string) => boolean,
): ValueMatcher {
  if (isJsonObject(operand)) {
    const part = requireString(operand['equals-ignore-case'], `${place}.equals-ignore-case`).toLowerCase();
    return (value) => typeof value === 'string' && matches(value.toLowerCase(), part);
  }
  const part = requireString(operand, place);
  return (value) => typeof value === 'string' && matches(value, part);
}

function wildcard(pattern: string, place: string): RegExp {
  if (/(?<!\\)\*\*/.test(pattern)) throw invalid(place, 'two * in a row');
  const source = pattern.replace(/\\([*\\])|([\s\S])/g, (_, escaped?: string, plain?: string) => {
    if (plain === '*') return '[\\s\\S]*';
    return (escaped ?? plain ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${source}$`);
}

const NUMERIC_COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numeric(operand: JsonValue, place: string): ValueMatcher {
  if (!Array.isArray(operand) || operand.length === 0 || operand.length % 2 !== 0) {
    throw invalid(place, 'a list of comparisons and bounds is expected, such as [">", 0, "<=", 5]');
  }
  const bounds: ValueMatcher[] = [];
  for (let index = 0; index < operand.length; index += 2) {
    const comparison = NUMERIC_COMPARISONS[String(operand[index])];
    const bound: JsonValue = operand[index + 1];
    if (!comparison) throw invalid(place, `${JSON.stringify(operand[index])} is no numeric comparison`);
    if (typeof bound !== 'number') throw invalid(place, `${JSON.stringify(bound)} is no number`);
    bounds.push((value) => typeof value === 'number' && comparison(value, bound));
  }
  return (value) => bounds.every((test) => test(value));
}

function cidr(range: string, place: string): ValueMatcher {
  const [address = '', bits = ''] = range.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || !/^\d+$/.test(bits))
    throw invalid(place, 'a range such as 10.0.0.0/24 is expected');
  const addresses = new BlockList();
  addresses.addSubnet(address, Number(bits), family);
  return (value) =>
    typeof value === 'string' &&
    isIP(value) !== 0 &&
    addresses.check(value, isIP(value) === 6 ? 'ipv6' : 'ipv4');
}

/** Takes a value, a list of values, or one of the operators below with a text or a list of texts. */
function anythingBut(operand: JsonValue, place: string): ValueMatcher {
  if (isJsonObject(operand)) {
    const [operator = '', operands] = Object.entries(operand)[0] ?? [];
    const compile = EXCLUDABLE.has(operator) ? OPERATORS[operator] : undefined;
    if (!compile || operands === undefined) {
      throw invalid(place, `only ${[...EXCLUDABLE].join(', ')} can be excluded`);
    }
    const list: readonly JsonValue[] = Array.isArray(operands) ? operands : [operands];
    const tests = list.map((entry) => compile(entry, `${place}.${operator}`));
    return (value) => typeof value === 'string' && !tests.some((test) => test(value));
  }
  const excluded: readonly JsonValue[] = Array.isArray(operand) ? operand : [operand];
  if (
    excluded.length === 0 ||
    excluded.some((entry) => typeof entry !== 'string' && typeof entry !== 'number')
  ) {
    throw invalid(place, 'texts or numbers are expected');
  }
  return (value) => value !== undefined && !excluded.includes(value);
}

const EXCLUDABLE = new Set(['prefix', 'suffix', 'equals-ignore-case', 'wildcard']);

function requireString(value: JsonValue | undefined, place: string): string {
  if (typeof value !== 'string')
    throw invalid(place, `a text is expected, but ${JSON.stringify(value)} is given`);
  return value;
}

function invalid(place: string, problem: string): AwsError {
  return new AwsError('InvalidEventPatternException', `Event pattern is not valid at ${place}: ${problem}.`);
}
