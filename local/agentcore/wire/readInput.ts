import type { Shape, ShapeMember, StructureShape } from '../../../core/api/shapes.ts';
import { ServiceError } from '../serviceError.ts';

export interface WireRequest {
  readonly labels: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly headers: Headers;
  /** The body's text; empty where there is none. */
  readonly body: string;
}

/**
 * Gathers an operation's input from path, query, headers and body into one JSON object, as `checkShape` expects it.
 *
 * @throws ServiceError SerializationException for a body that is no JSON object
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

/** Text that is no number or boolean stays text, so that checkShape reports its type. */
function readText(shape: Shape, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  if (shape.type === 'number' || shape.type === 'integer') {
    const number = Number(text);
    return text.trim() === '' || Number.isNaN(number) ? text : number;
  }
  if (shape.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}

/** In the API, `null` is the same as not given; documents are the client's own and stay as they are. */
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
