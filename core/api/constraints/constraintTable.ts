/** What the service demands of one value besides its type. */
export interface Constraint {
  /** A regular expression that the whole string must match. */
  readonly pattern?: string;
  /** Least and greatest: code points of a string, entries of a list or map, value of a number. */
  readonly min?: number;
  readonly max?: number;
  readonly enum?: readonly string[];
  /** The SDK's schemas know one type of number only. */
  readonly integer?: true;
  /** Names of the constraints on a list's elements, and on a map's keys and values. */
  readonly element?: string;
  readonly key?: string;
  readonly value?: string;
}

/**
 * The constraints of one area of the API. They are named as in the service's own model; the SDK's schemas have lost the
 * names of plain strings and numbers, so `members` says which constraint a structure's member is under.
 */
export interface ConstraintTable {
  readonly values: Readonly<Record<string, Constraint>>;
  readonly members: Readonly<Record<string, Readonly<Record<string, string>>>>;
}
