import type { JsonObject, JsonValue } from '../../json.ts';
import { member, objectMember } from '../member.ts';
import type { InstanceLocation, ValidationError } from './jsonSchemaKeywords.ts';

type Errors = readonly ValidationError[];

/**
 * Keeps, for a value that matches no alternative of a `oneOf` or `anyOf`, only the errors of the alternative that the
 * author most likely meant. All together they contradict each other: for a security scheme without a type they demand
 * the members of every type.
 *
 * @param errors in the order of the validator: the errors of alternatives come before the error of the `oneOf`
 */
export function keepLikelyAlternatives(errors: Errors): Errors {
  const kept: ValidationError[] = [];
  const covered = new Set<ValidationError>();
  for (const error of errors.toReversed()) {
    if (covered.has(error)) continue;
    kept.push(error);
    if (error.alternatives === undefined) continue;
    for (const one of error.alternatives.flat()) covered.add(one);
    kept.push(...likelyErrors(error.alternatives.map(keepLikelyAlternatives), error.location).toReversed());
  }
  return kept.toReversed();
}

function likelyErrors(alternatives: readonly Errors[], at: InstanceLocation): Errors {
  const objects = narrow(alternatives, (errors) => !errors.some(isMissingReference));
  const ofType = narrow(objects, (errors) => !errors.some((error) => isTypeError(error, at)));
  const [typeError, ...otherTypeErrors] = ofType.flat().filter((error) => isTypeError(error, at));
  if (typeError !== undefined) {
    const types = [typeError, ...otherTypeErrors].flatMap(({ schema }) => [schema.type ?? []].flat());
    return [{ ...typeError, schema: { type: [...new Set(types)] } }];
  }
  return likelyOfTags(ofType, at);
}

/** An error of an alternative about the member that tells the alternatives apart, such as `type` or `in`. */
interface TagError {
  readonly tag: string;
  readonly isMissing: boolean;
  readonly allowed: readonly JsonValue[];
  readonly error: ValidationError;
}

function likelyOfTags(alternatives: readonly Errors[], at: InstanceLocation): Errors {
  const found = alternatives.map((errors) => ({
    errors,
    tagErrors: errors.flatMap((error) => tagErrorOf(error, at) ?? []),
  }));
  const tag = mostFrequent(found.flatMap(({ tagErrors }) => tagErrors.map((one) => one.tag)));
  const candidates = found.map(({ errors, tagErrors }) => ({
    errors,
    tagError: tagErrors.find((one) => one.tag === tag),
  }));
  const meant = narrow(candidates, ({ tagError }) => tagError === undefined || tagError.isMissing);
  const [first, ...others] = meant.flatMap(({ tagError }) => tagError ?? []);
  if (first !== undefined && meant.length > 1 && others.length === meant.length - 1)
    return [undecided(first, others)];
  return meant
    .map(({ errors }) => errors)
    .reduce((fewest, errors) => (errors.length < fewest.length ? errors : fewest));
}

/** One error instead of the same error of several alternatives; its schema allows the values of all of them. */
function undecided(
  { tag, isMissing, allowed, error }: TagError,
  others: readonly TagError[],
): ValidationError {
  const values: JsonObject = {
    enum: [...new Set([allowed, ...others.map((other) => other.allowed)].flat())],
  };
  return isMissing
    ? { ...error, schema: { properties: { [tag]: values } } }
    : { ...error, keyword: 'enum', schema: values };
}

function tagErrorOf(error: ValidationError, at: InstanceLocation): TagError | undefined {
  const { keyword, location, schema } = error;
  if (keyword === 'required' && location === at && error.member !== undefined) {
    const allowed = allowedValues(objectMember(objectMember(schema, 'properties'), error.member));
    return allowed && { tag: error.member, isMissing: true, allowed, error };
  }
  if ((keyword !== 'enum' && keyword !== 'const') || location === undefined || location.parent !== at)
    return undefined;
  return { tag: String(location.step), isMissing: false, allowed: allowedValues(schema) ?? [], error };
}

/** @returns the values that a schema lists, if it lists them */
export function allowedValues(schema: JsonObject): readonly JsonValue[] | undefined {
  const values = member(schema, 'enum');
  if (Array.isArray(values)) return values;
  const value = member(schema, 'const');
  return value === undefined ? undefined : [value];
}

/** Of the alternatives "an object, or a reference to one", an invalid value is rarely meant as the reference. */
function isMissingReference({ keyword, member: name }: ValidationError): boolean {
  return keyword === 'required' && name === '$ref';
}

function isTypeError({ keyword, location }: ValidationError, at: InstanceLocation): boolean {
  return keyword === 'type' && location === at;
}

/** @returns the items that satisfy the condition, or all of them if none does */
function narrow<Item>(items: readonly Item[], condition: (item: Item) => boolean): readonly Item[] {
  const narrowed = items.filter(condition);
  return narrowed.length === 0 ? items : narrowed;
}

/** @returns the most frequent text, and of several the first */
function mostFrequent(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  const [first, ...others] = counts;
  if (first === undefined) return undefined;
  return others.reduce((best, one) => (one[1] > best[1] ? one : best), first)[0];
}
