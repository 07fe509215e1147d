import { checkShape } from '../../../core/api/checkShape.ts';
import type { Shape, ShapeCatalog, ShapeMember, StructureShape } from '../../../core/api/shapes.ts';
import { formatMemberPath, type Violation } from '../../../core/api/violation.ts';
import { invalid, ServiceError } from '../serviceError.ts';

/** The message lists at most this many violations; the field list has all of them. */
const MAX_LISTED = 5;

export interface WireRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The text of the body; empty without one. */
  readonly body: string;
}

/**
 * Collects an operation's input from path, query, headers and body into one JSON object, as `checkShape` expects it.
 * @throws ServiceError SerializationException for a body that is not a JSON object
 */
export function readInput(input: StructureShape, request: WireRequest): Record<string, unknown> {
  const fromBody = readBody(request.body);
  const located = [...input.members.values()].filter((member) => member.location);
  const values: Record<string, unknown> = { ...fromBody };
  for (const member of located) {
    const value = readMember(member, request);
    if (value === undefined) delete values[member.name];
    else values[member.name] = value;
  }
  return withoutNulls(input, values) as Record<string, unknown>;
}

function readBody(body: string): Record<string, unknown> {
  if (body.trim() === '') return {};
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.', { cause });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('SerializationException', 'The request body must be a JSON object.');
  }
  return { ...value };
}

function readMember(member: ShapeMember, { labels, query, headers }: WireRequest): unknown {
  switch (member.location?.in) {
    case 'path':
      return labels[member.location.name];
    case 'query':
      if (member.shape.type === 'list')
        return readList(member.shape.element, query.getAll(member.location.name));
      return readText(member.shape, query.get(member.location.name) ?? undefined);
    case 'header':
      return readText(member.shape, headers.get(member.location.name) ?? undefined);
    default:
      return undefined;
  }
}

function readList(element: Shape, texts: readonly string[]): unknown {
  return texts.length === 0 ? undefined : texts.map((text) => readText(element, text));
}

/** Text that is not a number or boolean stays text; `checkShape` then reports its type. */
function readText(shape: Shape, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (shape.type === 'number' || shape.type === 'integer') {
    const number = Number(text);
    return text.trim() === '' || Number.isNaN(number) ? text : number;
  }
  if (shape.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** Removes `null` members, which the API treats as missing. Documents are free-form and keep theirs. */
function withoutNulls(shape: Shape, value: unknown): unknown {
  if (Array.isArray(value) && shape.type === 'list') {
    return value.map((element) => withoutNulls(shape.element, element));
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  if (shape.type !== 'structure' && shape.type !== 'union') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== null)
      .map(([name, entry]) => {
        const member = shape.members.get(name);
        return [name, member ? withoutNulls(member.shape, entry) : entry];
      }),
  );
}

/**
 * Validates an input against the model; the messages are worded as those of AWS services.
 * @throws ServiceError ValidationException that names every invalid field
 */
export function validateInput(shapes: ShapeCatalog, shapeName: string, input: unknown): void {
  const violations = checkShape(shapes, shapeName, input);
  if (violations.length === 0) return;
  const count = `${violations.length} validation error${violations.length === 1 ? '' : 's'} detected`;
  const listed = violations.slice(0, MAX_LISTED).map(describeViolation).join('; ');
  const ellipsis = violations.length > MAX_LISTED ? '; …' : '';
  throw invalid(
    `${count}: ${listed}${ellipsis}`,
    ...violations.map((violation) => ({
      name: formatMemberPath(violation.path),
      message: `${violation.message}; expected ${violation.expected}`,
    })),
  );
}

function describeViolation(violation: Violation): string {
  const { path, kind, message, expected } = violation;
  const at = formatMemberPath(path);
  switch (kind) {
    case 'required':
      return `Value at '${at}' failed to satisfy constraint: Member must not be null`;
    case 'pattern':
      return `Value at '${at}' failed to satisfy constraint: Member must satisfy regular expression pattern: ${expected.replace('a match of ', '')}`;
    case 'enum':
      return `Value at '${at}' failed to satisfy constraint: Member must satisfy enum value set: [${expected.replace('one of ', '')}]`;
    default:
      return `Value at '${at}' ${message}: expected ${expected}`;
  }
}
