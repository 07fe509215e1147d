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
