import { isJsonObject, type JsonValue } from '../../core/json.ts';

/** One change of a stored value that no step of Gateloop makes. */
export interface Corruption {
  readonly name: string;
  /** The value has another type, or is out of any bounds, so that a reader must notice it. */
  readonly isVisible: boolean;
  /** @returns the changed copy; undefined where nothing is left */
  readonly apply: (value: unknown) => unknown;
}

type Path = readonly string[];

const MISSING = Symbol('missing');
/** Nearly the most that an item of DynamoDB holds. */
const HUGE_TEXT = 'x'.repeat(300_000);

/** @returns every corruption of a stored JSON value: of the whole, and of each member, however deep */
export function corruptionsOf(value: JsonValue): Corruption[] {
  const whole = [null, 'garbage', 42, [], {}].map(
    (replacement): Corruption => ({
      name: `the whole becomes ${JSON.stringify(replacement)}`,
      isVisible: true,
      apply: () => replacement,
    }),
  );
  return [...whole, ...pathsIn(value).flatMap((path) => corruptionsAt(path, valueAt(value, path)))];
}

function corruptionsAt(path: Path, before: unknown): Corruption[] {
  const name = path.join('.');
  const replace = (how: string, isVisible: boolean, replacement: unknown): Corruption => ({
    name: `${name} ${how}`,
    isVisible,
    apply: (value) => withValueAt(value, path, replacement),
  });
  const isContainer = typeof before === 'object';
  return [
    replace('is removed', false, MISSING),
    replace('is null', true, null),
    replace('has another type', true, isContainer || typeof before !== 'string' ? 'garbage' : 42),
    replace('is empty', false, emptied(before)),
    replace('is huge', !isContainer, typeof before === 'string' ? HUGE_TEXT : 1e300),
  ];
}

function emptied(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  if (isJsonObject(value)) return {};
  return typeof value === 'string' ? '' : 0;
}

/** The paths of all members, with one element of each list. */
function pathsIn(value: unknown, path: Path = []): Path[] {
  const members = Array.isArray(value) ? value.slice(0, 1) : isJsonObject(value) ? value : {};
  return Object.entries(members).flatMap(([name, member]) => [
    [...path, name],
    ...pathsIn(member, [...path, name]),
  ]);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((current, name) => Object(current)[name], value);
}

function withValueAt(value: unknown, [name, ...rest]: Path, replacement: unknown): unknown {
  if (name === undefined) return replacement;
  const copy: Record<string, unknown> = Object.assign(Array.isArray(value) ? [] : {}, value);
  const changed = withValueAt(copy[name], rest, replacement);
  if (changed === MISSING) delete copy[name];
  else copy[name] = changed;
  return copy;
}
