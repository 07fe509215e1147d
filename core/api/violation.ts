/** What is wrong with a value, in a form that both a program and a person can use. */
export interface Violation {
  /** Member names, map keys and list indices from the checked value down to the fault. */
  readonly path: readonly (string | number)[];
  readonly kind: ViolationKind;
  /** What is wrong, as a clause to follow the path: `is required`, `is shorter than 33 characters`. */
  readonly message: string;
  /** What would have been right. */
  readonly expected: string;
  /** The names that would have been right, when the fault is a member's name. */
  readonly candidates?: readonly string[];
}

export type ViolationKind =
  | 'required'
  | 'unknown'
  | 'type'
  | 'union'
  | 'pattern'
  | 'enum'
  | 'length'
  | 'range'
  | 'integer';

/** @returns a path as people write it, such as `targets[0].name` */
export function formatViolationPath(path: Violation['path']): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? part : `${text}.${part}`;
  }, '');
}
