/** The constraints of the service on one value, besides its type. */
export interface Constraint {
  /** A regular expression that the whole string must match. */
  readonly pattern?: string;
  /** Minimum and maximum: code points of a string, entries of a list or map, value of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
  /** Set for integers, since the SDK's schemas have only one type of number. */
  readonly integer?: true;
  /** The names of the constraints on a list's elements, and on a map's keys and values. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

/**
 * The constraints of one area of the API, named as in the service's model. The SDK's schemas do not contain the names
 * of simple shapes, so `members` maps each member of a structure to its constraint.
 */
export interface ConstraintTable {
  readonly values: Readonly<Record<string, Constraint>>;
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Puts the name of a service before each name of a table, since another service has shapes of the same names. */
export function constraintsOf(service: string, { values, members }: ConstraintTable): ConstraintTable {
  const named = (name: string) => `${service}.${name}`;
  const rename = <T, Renamed>(record: Readonly<Record<string, T>>, map: (value: T) => Renamed) =>
    Object.fromEntries(Object.entries(record).map(([name, value]) => [named(name), map(value)]));
  return {
    values: rename(values, ({ element, key, value, ...constraint }) => ({
      ...constraint,
      ...(element !== undefined && { element: named(element) }),
      ...(key !== undefined && { key: named(key) }),
      ...(value !== undefined && { value: named(value) }),
    })),
    members: rename(members, (byMember) =>
      Object.fromEntries(Object.entries(byMember).map(([member, name]) => [member, named(name)])),
    ),
  };
}
