import type { SdkShapes } from '../../../adapters/sdkShapes.ts';
import type { OperationShape, ShapeCatalog } from '../../../core/api/shapes.ts';
import { ServiceError } from '../serviceError.ts';

/** The operation of a request and the decoded labels of its path. */
export interface Route {
  readonly operation: OperationShape;
  /** The service model of the operation's plane. */
  readonly shapes: ShapeCatalog;
  readonly labels: Readonly<Record<string, string>>;
}

interface Template {
  readonly operation: OperationShape;
  readonly shapes: ShapeCatalog;
  /** Each is a literal or the name of a label. */
  readonly segments: readonly { readonly literal?: string; readonly label?: string }[];
}

/** Finds operations by method and path in the routes of several service models. */
export class Router {
  readonly #templates: ReadonlyMap<string, readonly Template[]>;

  /** @param planes the control plane first; the first plane wins if two share a route */
  constructor(planes: readonly SdkShapes[]) {
    const templates = planes.flatMap((shapes) =>
      shapes.operationNames.flatMap((name) => {
        const operation = shapes.operation(name);
        return operation ? [{ operation, shapes, segments: segmentsOf(operation.path) }] : [];
      }),
    );
    this.#templates = Map.groupBy(templates, ({ operation, segments }) =>
      bucketKey(operation.method, segments.length),
    );
  }

  /**
   * @param rawPath the path as sent, percent-encoded: an ARN in a label contains encoded slashes
   * @throws ServiceError SerializationException for a label that is not valid percent encoding
   */
  find(method: string, rawPath: string): Route | undefined {
    const parts = splitPath(rawPath);
    const matches = (this.#templates.get(bucketKey(method, parts.length)) ?? []).filter(({ segments }) =>
      segments.every(({ literal }, index) => literal === undefined || literal === parts[index]),
    );
    // `/runtimes/versions` matches `/runtimes/{id}` too; the template with more literals takes precedence.
    const [best] = matches.sort((a, b) => countLiterals(b) - countLiterals(a));
    return best && { operation: best.operation, shapes: best.shapes, labels: labelsOf(best, parts) };
  }
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

function labelsOf({ segments }: Template, parts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    segments.flatMap(({ label }, index) =>
      label === undefined ? [] : [[label, decodePercent(parts[index] ?? '', `label ${label}`)]],
    ),
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
