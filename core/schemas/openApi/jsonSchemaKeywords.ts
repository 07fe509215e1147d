import canonicalize from 'canonicalize';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { objectMember } from '../member.ts';

/** The location of a value in a document; undefined is the root. Only reported errors need it as a JSON pointer. */
export type InstanceLocation =
  | { readonly parent: InstanceLocation; readonly step: string | number }
  | undefined;

/** A keyword of a schema that a value violates. */
export interface ValidationError {
  readonly keyword: string;
  readonly location: InstanceLocation;
  /** The schema that contains the keyword. */
  readonly schema: JsonObject;
  /** The missing or unknown member. */
  readonly member?: string;
  /** The indexes of two equal elements of a list. */
  readonly duplicates?: readonly [number, number];
  /** Of `anyOf` and `oneOf` where no alternative matches: the errors of each, which are also in the list before it. */
  readonly alternatives?: readonly (readonly ValidationError[])[];
}

/**
 * Validates a value and appends to the errors. For `unevaluatedProperties`, `evaluated` collects the names of the
 * members that a schema has evaluated.
 */
export type Validator = (
  value: JsonValue,
  location: InstanceLocation,
  errors: ValidationError[],
  evaluated: Set<string> | undefined,
) => void;

/** Compiles the operand of a keyword, which is a schema or a reference to one. */
export interface SchemaCompiler {
  readonly schema: (schema: JsonValue) => Validator;
  readonly reference: (pointer: string) => Validator;
  readonly dynamicReference: (anchor: string) => Validator;
}

/** Compiles one keyword, given its operand and the schema that contains it. */
type KeywordCompiler = (operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler) => Validator;

/**
 * The keywords of JSON Schema that OpenAPI's own schemas use, in order of evaluation: `unevaluatedProperties` is last,
 * after all others have collected the members that they evaluate.
 */
export const keywords: ReadonlyMap<string, KeywordCompiler> = new Map<string, KeywordCompiler>([
  ['type', assertion('type', (operand) => hasType([operand].flat()))],
  ['enum', assertion('enum', (operand) => isOneOf([operand].flat()))],
  ['const', assertion('const', (operand) => isOneOf([operand]))],
  ['minimum', assertion('minimum', minimum)],
  ['exclusiveMinimum', assertion('exclusiveMinimum', exclusiveMinimum)],
  ['pattern', assertion('pattern', matchesPattern)],
  [
    'minItems',
    assertion('minItems', (least) => (value) => !Array.isArray(value) || value.length >= Number(least)),
  ],
  ['minProperties', assertion('minProperties', (least) => (value) => !(memberCount(value) < Number(least)))],
  ['maxProperties', assertion('maxProperties', (most) => (value) => !(memberCount(value) > Number(most)))],
  ['uniqueItems', uniqueItems],
  ['$ref', (pointer, _, { reference }) => reference(String(pointer))],
  ['$dynamicRef', (anchor, _, { dynamicReference }) => dynamicReference(String(anchor))],
  ['not', not],
  ['anyOf', anyOf],
  ['oneOf', oneOf],
  ['allOf', allOf],
  ['if', conditional],
  ['items', items],
  ['required', required],
  ['propertyNames', propertyNames],
  ['properties', properties],
  ['patternProperties', patternProperties],
  ['additionalProperties', additionalProperties],
  ['dependentSchemas', dependentSchemas],
  ['unevaluatedProperties', unevaluatedProperties],
]);

/** Compiles a keyword that is a predicate on the value. */
function assertion(
  keyword: string,
  predicateFor: (operand: JsonValue, schema: JsonObject) => (value: JsonValue) => boolean,
): KeywordCompiler {
  return (operand, schema) => {
    const isSatisfied = predicateFor(operand, schema);
    return (value, location, errors) => {
      if (!isSatisfied(value)) errors.push({ keyword, location, schema });
    };
  };
}

const types: Readonly<Record<string, (value: JsonValue) => boolean>> = {
  array: (value) => Array.isArray(value),
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  null: (value) => value === null,
  number: (value) => typeof value === 'number',
  object: isJsonObject,
  string: (value) => typeof value === 'string',
};

function hasType(names: readonly JsonValue[]): (value: JsonValue) => boolean {
  const predicates = names.map((name) => types[String(name)] ?? (() => false));
  const [only] = predicates;
  return only !== undefined && predicates.length === 1
    ? only
    : (value) => predicates.some((isOfType) => isOfType(value));
}

/** Compares scalars only: neither of OpenAPI's schemas has a list or a mapping in `enum` or `const`. */
function isOneOf(allowed: readonly JsonValue[]): (value: JsonValue) => boolean {
  const values = new Set(allowed);
  return (value) => values.has(value);
}

/** In draft 4 `exclusiveMinimum` is a boolean that makes `minimum` exclusive. */
function minimum(least: JsonValue, { exclusiveMinimum: exclusive }: JsonObject) {
  const limit = Number(least);
  return (value: JsonValue) =>
    typeof value !== 'number' || (exclusive === true ? value > limit : value >= limit);
}

function exclusiveMinimum(least: JsonValue) {
  return (value: JsonValue) => typeof least !== 'number' || typeof value !== 'number' || value > least;
}

function matchesPattern(pattern: JsonValue) {
  const expression = new RegExp(String(pattern), 'u');
  return (value: JsonValue) => typeof value !== 'string' || expression.test(value);
}

/** @returns NaN if the value is not a mapping; NaN is neither less nor more than any number */
function memberCount(value: JsonValue): number {
  return isJsonObject(value) ? Object.keys(value).length : Number.NaN;
}

/** Compares canonical texts, because comparing every pair of 20,000 tags takes 14 s. */
function uniqueItems(operand: JsonValue, schema: JsonObject): Validator {
  return (value, location, errors) => {
    if (operand !== true || !Array.isArray(value)) return;
    const seen = new Map<string | undefined, number>();
    for (const [index, item] of value.entries()) {
      const text = canonicalize(item);
      const first = seen.get(text);
      if (first !== undefined) {
        errors.push({ keyword: 'uniqueItems', location, schema, duplicates: [first, index] });
        return;
      }
      seen.set(text, index);
    }
  };
}

function not(operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler): Validator {
  const isSatisfied = asPredicate(compiler.schema(operand));
  return (value, location, errors) => {
    if (isSatisfied(value)) errors.push({ keyword: 'not', location, schema });
  };
}

/** Reduces a validator to a predicate. */
function asPredicate(check: Validator): (value: JsonValue, evaluated?: Set<string>) => boolean {
  return (value, evaluated) => {
    const errors: Parameters<Validator>[2] = [];
    check(value, undefined, errors, evaluated);
    return errors.length === 0;
  };
}

/** Combines validators that run one after another. */
export function sequence(checks: readonly Validator[]): Validator {
  const [only] = checks;
  if (only !== undefined && checks.length === 1) return only;
  return (value, location, errors, evaluated) => {
    for (const check of checks) check(value, location, errors, evaluated);
  };
}

function allOf(operand: JsonValue, _: JsonObject, compiler: SchemaCompiler): Validator {
  return sequence([operand].flat().map(compiler.schema));
}

function anyOf(operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler): Validator {
  return checkAlternatives('anyOf', operand, schema, compiler, Number.POSITIVE_INFINITY);
}

function oneOf(operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler): Validator {
  return checkAlternatives('oneOf', operand, schema, compiler, 1);
}

/** Keeps the errors of the failing alternatives only if too few or too many alternatives match. */
function checkAlternatives(
  keyword: string,
  operand: JsonValue,
  schema: JsonObject,
  compiler: SchemaCompiler,
  maxMatches: number,
): Validator {
  const checks = [operand].flat().map(compiler.schema);
  return (value, location, errors, evaluated) => {
    const before = errors.length;
    const alternatives: ValidationError[][] = [];
    let matches = 0;
    for (const check of checks) {
      const own = evaluated && new Set<string>();
      const start = errors.length;
      check(value, location, errors, own);
      if (errors.length > start) {
        alternatives.push(errors.slice(start));
        continue;
      }
      matches += 1;
      if (matches > maxMatches) break;
      for (const name of own ?? []) evaluated?.add(name);
    }
    if (matches > 0 && matches <= maxMatches) errors.length = before;
    else if (matches > 0) errors.push({ keyword, location, schema });
    else errors.push({ keyword, location, schema, alternatives });
  };
}

function conditional(operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler): Validator {
  const condition = asPredicate(compiler.schema(operand));
  const thenValidator = compiler.schema(schema.then ?? true);
  const elseValidator = compiler.schema(schema.else ?? true);
  return (value, location, errors, evaluated) => {
    const own = evaluated && new Set<string>();
    const matches = condition(value, own);
    if (matches) for (const name of own ?? []) evaluated?.add(name);
    const before = errors.length;
    (matches ? thenValidator : elseValidator)(value, location, errors, evaluated);
    if (errors.length > before) errors.push({ keyword: 'if', location, schema });
  };
}

function items(operand: JsonValue, _: JsonObject, compiler: SchemaCompiler): Validator {
  const check = compiler.schema(operand);
  return (value, parent, errors) => {
    if (!Array.isArray(value)) return;
    for (const [step, item] of value.entries()) check(item, { parent, step }, errors, undefined);
  };
}

function required(operand: JsonValue, schema: JsonObject): Validator {
  const names = [operand].flat().map(String);
  return (value, location, errors) => {
    if (!isJsonObject(value)) return;
    for (const name of names) {
      if (!Object.hasOwn(value, name)) errors.push({ keyword: 'required', location, schema, member: name });
    }
  };
}

function propertyNames(operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler): Validator {
  const check = compiler.schema(operand);
  return (value, location, errors) => {
    if (!isJsonObject(value)) return;
    for (const name of Object.keys(value)) {
      const before = errors.length;
      check(name, location, errors, undefined);
      if (errors.length > before) errors.push({ keyword: 'propertyNames', location, schema });
    }
  };
}

function properties(operand: JsonValue, _: JsonObject, compiler: SchemaCompiler): Validator {
  const checks = new Map(members(operand).map(([name, schema]) => [name, compiler.schema(schema)]));
  return eachMember((name) => checks.get(name));
}

function patternProperties(operand: JsonValue, _: JsonObject, compiler: SchemaCompiler): Validator {
  const checks = members(operand).map(([pattern, schema]) => {
    const expression = new RegExp(pattern, 'u');
    const check = compiler.schema(schema);
    return eachMember((name) => (expression.test(name) ? check : undefined));
  });
  return sequence(checks);
}

function additionalProperties(operand: JsonValue, schema: JsonObject, compiler: SchemaCompiler): Validator {
  const named = new Set(Object.keys(objectMember(schema, 'properties')));
  const patterns = Object.keys(objectMember(schema, 'patternProperties')).map(
    (pattern) => new RegExp(pattern, 'u'),
  );
  const isKnown = (name: string) => named.has(name) || patterns.some((pattern) => pattern.test(name));
  const check = operand === false ? undefined : compiler.schema(operand);
  if (check !== undefined) return eachMember((name) => (isKnown(name) ? undefined : check));
  return (value, location, errors) => {
    if (!isJsonObject(value)) return;
    for (const name of Object.keys(value)) {
      if (!isKnown(name)) errors.push({ keyword: 'additionalProperties', location, schema, member: name });
    }
  };
}

/** Validates every member whose name has a validator. */
function eachMember(checkOf: (name: string) => Validator | undefined): Validator {
  return (value, parent, errors, evaluated) => {
    if (!isJsonObject(value)) return;
    for (const [name, item] of Object.entries(value)) {
      const check = checkOf(name);
      if (check === undefined) continue;
      evaluated?.add(name);
      check(item, { parent, step: name }, errors, undefined);
    }
  };
}

function dependentSchemas(operand: JsonValue, _: JsonObject, compiler: SchemaCompiler): Validator {
  const checks = members(operand).map(([name, schema]) => ({ name, check: compiler.schema(schema) }));
  return (value, location, errors, evaluated) => {
    if (!isJsonObject(value)) return;
    for (const { name, check } of checks) {
      if (Object.hasOwn(value, name)) check(value, location, errors, evaluated);
    }
  };
}

function unevaluatedProperties(operand: JsonValue, schema: JsonObject): Validator {
  if (operand !== false)
    throw new TypeError('"unevaluatedProperties" is supported only with the value false.');
  return (value, location, errors, evaluated) => {
    if (!isJsonObject(value)) return;
    for (const name of Object.keys(value)) {
      if (evaluated?.has(name)) continue;
      errors.push({ keyword: 'unevaluatedProperties', location, schema, member: name });
      evaluated?.add(name);
    }
  };
}

function members(operand: JsonValue): [string, JsonValue][] {
  return isJsonObject(operand) ? Object.entries(operand) : [];
}
