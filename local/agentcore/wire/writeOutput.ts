import type { Shape, SimpleShape, StructureShape } from '../../../core/api/shapes.ts';

/**
 * Turns an operation's answer into the JSON that goes over the wire. Dates become what the model says; a member that
 * the model does not have, or a required one that is missing, is a fault of the emulator and never leaves it.
 *
 * @throws TypeError naming the member
 */
export function writeOutput(shape: StructureShape, value: object): Record<string, unknown> {
  return writeStructure(shape, value, shape.name);
}

function writeStructure(shape: StructureShape, value: object, path: string): Record<string, unknown> {
  const written: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value)) {
    if (entry === undefined) continue;
    const member = shape.members.get(name);
    if (!member) throw new TypeError(`${path} has no member ${name}: the answer must not carry it`);
    written[name] = write(member.shape, entry, `${path}.${name}`);
  }
  for (const member of shape.members.values()) {
    if (member.required && written[member.name] === undefined) {
      throw new TypeError(`${path}.${member.name} is required: the answer must carry it`);
    }
  }
  return written;
}

function write(shape: Shape, value: unknown, path: string): unknown {
  if (value instanceof Date) return writeDate(shape, value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    if (shape.type !== 'list') return shape.type === 'document' ? value : mismatch(shape, path);
    return value.map((element) => write(shape.element, element, path));
  }
  switch (shape.type) {
    case 'structure':
    case 'union':
      return writeStructure(shape, value, path);
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, write(shape.value, entry, `${path}.${key}`)]),
      );
    case 'document':
      return value;
    default:
      return mismatch(shape, path);
  }
}

function writeDate(shape: Shape, value: Date, path: string): unknown {
  if (shape.type !== 'timestamp') return mismatch(shape, path);
  return DATE_FORMATS[shape.format ?? 'epoch-seconds'](value);
}

const DATE_FORMATS: Readonly<Record<NonNullable<SimpleShape['format']>, (date: Date) => unknown>> = {
  'date-time': (date) => date.toISOString(),
  'epoch-seconds': (date) => date.getTime() / 1000,
  'http-date': (date) => date.toUTCString(),
};

function mismatch(shape: Shape, path: string): never {
  throw new TypeError(`${path} is no ${shape.type}: the answer must carry what the model says`);
}
