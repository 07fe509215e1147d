import { isJsonObject } from '../json.ts';

/** Whether the value of one member has the kind that its reader relies on. */
export type MemberCheck = (value: unknown) => boolean;

/** A check of each member of a stored value; the type demands one for every member. */
export type MemberChecks<T> = { readonly [Key in keyof T]-?: MemberCheck };

/** Longer than any text that Gateloop stores in one member; a longer one is no work of Gateloop. In characters. */
const MAX_TEXT_LENGTH = 20_000;
/** The last time that JavaScript can tell, in ms since the epoch. */
const MAX_TIME = 8.64e15;
/** More than any count of Gateloop: attempts, deferrals, generations, versions. */
const MAX_COUNT = 1_000_000_000;

export const isText: MemberCheck = (value) => typeof value === 'string';
export const isShortText: MemberCheck = (value) =>
  typeof value === 'string' && value.length <= MAX_TEXT_LENGTH;
export const isList: MemberCheck = (value) => Array.isArray(value);
export const isMapping: MemberCheck = isJsonObject;
export const isAnything: MemberCheck = () => true;
export const isBoolean: MemberCheck = (value) => typeof value === 'boolean';
export const isTrue: MemberCheck = (value) => value === true;
/** In ms since the epoch. */
export const isTime: MemberCheck = (value) => typeof value === 'number' && value >= 0 && value <= MAX_TIME;
export const isCount: MemberCheck = (value) =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNT;

/** @returns a check that accepts an absent member too */
export function optional(check: MemberCheck): MemberCheck {
  return (value) => value === undefined || check(value);
}

export function oneOf(...values: readonly string[]): MemberCheck {
  return (value) => typeof value === 'string' && values.includes(value);
}

export function listOf(check: MemberCheck): MemberCheck {
  return (value) => Array.isArray(value) && value.every(check);
}

export function mappingOf(check: MemberCheck): MemberCheck {
  return (value) => isJsonObject(value) && Object.values(value).every(check);
}

/** @returns a check of an object with these members; it may have others, which a later version has added */
export function shape<T extends object>(checks: MemberChecks<T>): MemberCheck {
  return (value) => isJsonObject(value) && brokenMembers(value, checks).length === 0;
}

/** @returns the names of the members whose values do not pass their checks */
export function brokenMembers<T extends object>(
  value: Readonly<Record<string, unknown>>,
  checks: MemberChecks<T>,
): string[] {
  return Object.entries<MemberCheck>(checks)
    .filter(([name, check]) => !check(value[name]))
    .map(([name]) => name);
}
