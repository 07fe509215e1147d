import type { OperationShape } from '../../../core/api/shapes.ts';
import type { Plane } from '../planes.ts';
import { ServiceError } from '../serviceError.ts';

/** The operation of a request and the decoded labels of its path. */
export interface Route {
  readonly operation: OperationShape;
  /** The operation in settings, logs and tables, such as `CreateGateway` or `AgentRegistry.CreateRegistry`. */
  readonly name: string;
  readonly plane: Plane;
  readonly labels: Readonly<Record<string, string>>;
}

interface Template {
  readonly operation: OperationShape;
  readonly plane: Plane;
  /** Each is a literal or the name of a label. */
  readonly segments: readonly { readonly literal?: string; readonly label?: string }[];
  /** Whether the last label takes the rest of the path, slashes included: `{resourceArn+}`. */
  readonly isGreedy: boolean;
}

/** Finds operations by service, method and path in the routes of several service models. */
export class Router {
  readonly #templates: ReadonlyMap<string, readonly Template[]>;
  readonly #greedy: readonly Template[];

  /** @param planes the first plane wins if two of a service share a route */
  constructor(planes: readonly Plane[]) {
    const templates = planes.flatMap((plane) =>
      plane.shapes.operationNames.flatMap((name) => {
        const operation = plane.shapes.operation(name);
        return operation ? [templateOf(operation, plane)] : [];
      }),
    );
    this.#templates = Map.groupBy(templates, ({ operation, segments }) =>
      bucketKey(operation.method, segments.length),
    );
    this.#greedy = templates.filter(({ isGreedy }) => isGreedy);
  }

  /**
   * @param rawPath the path as sent, percent-encoded: an ARN in a label contains encoded slashes
   * @param signingName the service of the request; without it, any service
   * @throws ServiceError SerializationException for a label that is not valid percent encoding
   */
  find(method: string, rawPath: string, signingName?: string): Route | undefined {
    const parts = splitPath(rawPath);
    const longer = this.#greedy.filter(
      ({ operation, segments }) => operation.method === method && segments.length < parts.length,
    );
    const candidates = [...(this.#templates.get(bucketKey(method, parts.length)) ?? []), ...longer];
    const matches = candidates.filter(
      ({ segments, plane }) =>
        (signingName === undefined || plane.signingName === signingName) &&
        segments.every(({ literal }, index) => literal === undefined || literal === parts[index]),
    );
    // `/runtimes/versions` matches `/runtimes/{id}` too; the template with more literals takes precedence.
    const [best] = matches.sort((a, b) => countLiterals(b) - countLiterals(a));
    if (!best) return undefined;
    const { operation, plane } = best;
    return { operation, plane, name: `${plane.prefix}${operation.name}`, labels: labelsOf(best, parts) };
  }
}

function templateOf(operation: OperationShape, plane: Plane): Template {
  return {
    operation,
    plane,
    segments: segmentsOf(operation.path),
    isGreedy: operation.path.endsWith('+}'),
  };
}

function bucketKey(method: string, length: number): string {
  return `${method} ${length}`;
}

/** Ignores a trailing slash (`/gateways/`): clients differ in it, and it has no meaning. */
function splitPath(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function segmentsOf(path: string): Template['segments'] {
  return splitPath(path.split('?')[0] ?? '').map((part) => {
    const label = /^\{(.+?)\+?\}$/.exec(part)?.[1];
    return label === undefined ? { literal: part } : { label };
  });
}

function countLiterals(template: Template): number {
  return template.segments.filter(({ literal }) => literal !== undefined).length;
}

function labelsOf({ segments, isGreedy }: Template, parts: readonly string[]): Record<string, string> {
  const last = segments.length - 1;
  return Object.fromEntries(
    segments.flatMap(({ label }, index) => {
      if (label === undefined) return [];
      const text = isGreedy && index === last ? parts.slice(index).join('/') : (parts[index] ?? '');
      return [[label, decodePercent(text, `label ${label}`)]];
    }),
  );
}

/**
 * @param place names the text in the error, such as `query`
 * @throws ServiceError SerializationException for text that is not valid percent encoding of UTF-8
 */
export function decodePercent(text: string, place: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new ServiceError('SerializationException', `The ${place} has a malformed percent encoding.`, {
      cause,
    });
  }
}
