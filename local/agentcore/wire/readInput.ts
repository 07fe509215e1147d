import { checkShape } from '../../../core/api/checkShape.ts';
import type { Shape, ShapeCatalog, ShapeMember, StructureShape } from '../../../core/api/shapes.ts';
import { formatMemberPath, type Violation, type ViolationKind } from '../../../core/api/violation.ts';
import { counted } from '../../../core/text/counted.ts';
import { invalid, ServiceError } from '../serviceError.ts';

/** The message lists at most this many violations; the field list has all of them. */
const MAX_LISTED = 5;

/**
 * The most lists and objects within each other in a body. Jackson, the JSON parser of most Java services, allows as many;
 * the service's own bound is not published. The emulator walks bodies recursively, which about 5,000 levels would break.
 */
const MAX_DEPTH = 1000;

export interface WireRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The text of the body; empty without one. */
  readonly body: string;
}

/**
 * Collects an operation's input from path, query, headers and body into one JSON object, as `checkShape` expects it.
 * @throws ServiceError SerializationException for a body that is not a JSON object, or has too many levels
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
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ServiceError('SerializationException', 'The request body must be a JSON object.');
  }
  return { ...value };
}

/** @throws ServiceError SerializationException for text that is not JSON, or has too many levels */
export function parseJson(text: string): unknown {
  if (isDeeperThan(MAX_DEPTH, text)) {
    throw new ServiceError('SerializationException', `The request body has more than ${MAX_DEPTH} levels.`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError('SerializationException', 'The request body is not valid JSON.', { cause });
  }
}

/** Whether JSON text opens more lists and objects within each other. It reads the text, since a parsed value is walked recursively. */
function isDeeperThan(limit: number, json: string): boolean {
  let depth = 0;
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1;
    else if (token === ']' || token === '}') depth -= 1;
    if (depth > limit) return true;
  }
  return false;
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

/** `Number` also reads hexadecimal digits and surrounding spaces, which the API does not. */
const DECIMAL = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** Text that is not a number or boolean stays text; `checkShape` then reports its type. */
function readText(shape: Shape, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (shape.type === 'number' || shape.type === 'integer') {
    return DECIMAL.test(text) ? Number(text) : text;
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
 * The violations at which a service's deserializer stops, before any validation. Source: Smithy's protocol tests of
 * malformed REST-JSON requests, which expect a SerializationException for values of a wrong type, integers that are
 * fractions or beyond 32 bits, and unions without exactly one member.
 */
const DESERIALIZER_KINDS: ReadonlySet<ViolationKind> = new Set(['type', 'integer', 'union']);

/**
 * Validates an input against the model; the messages are worded as those of AWS services.
 * @throws ServiceError SerializationException for the first value that the API cannot read, otherwise
 *   ValidationException that names every invalid field
 */
export function validateInput(shapes: ShapeCatalog, shapeName: string, input: unknown): void {
  const violations = checkShape(shapes, shapeName, input);
  if (violations.length === 0) return;
  const unreadable = violations.find(({ kind }) => DESERIALIZER_KINDS.has(kind));
  if (unreadable) throw new ServiceError('SerializationException', describeViolation(unreadable));
  const count = `${counted(violations.length, 'validation error')} detected`;
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
