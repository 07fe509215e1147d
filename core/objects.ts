/** An object type whose members that may be undefined are optional and, where present, defined. */
export type Defined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};

/**
 * Leaves out the members whose value is undefined. Under `exactOptionalPropertyTypes` an optional member may be absent
 * but not undefined, and a JSON document or a DynamoDB item must not hold `undefined` either.
 */
export function defined<T extends object>(object: T): Defined<T> {
  // Object.entries loses the keys' types; the filter is exactly what `Defined` states.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Defined<T>;
}

/** A copy of the object without the named members. */
export function omit<T extends object, Key extends keyof T>(
  object: T,
  ...keys: readonly Key[]
): Omit<T, Key> {
  const left: Set<PropertyKey> = new Set(keys);
  // Object.entries loses the keys' types; the filter is exactly what `Omit` states.
  return Object.fromEntries(Object.entries(object).filter(([key]) => !left.has(key))) as Omit<T, Key>;
}

/**
 * The value of a key that may be any text, such as the name of a tag: `valueOf` and `constructor` are keys too, and every
 * object inherits a member of these names.
 */
export function own<Value>(map: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}
