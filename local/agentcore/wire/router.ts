import type { SdkShapes } from '../../../adapters/sdkShapes.ts';
import type { OperationShape, ShapeCatalog } from '../../../core/api/shapes.ts';

/** A request's operation, and the labels of its path, decoded. */
export interface Route {
  readonly operation: OperationShape;
  /** The plane that the operation belongs to. */
  readonly shapes: ShapeCatalog;
  readonly labels: Readonly<Record<string, string>>;
}

interface Template {
  readonly operation: OperationShape;
  readonly shapes: ShapeCatalog;
  /** A literal, or a label's name. */
  readonly segments: readonly { readonly literal?: string; readonly label?: string }[];
}

/** Finds operations by method and path, over the routes of several service models. */
export class Router {
  readonly #templates: ReadonlyMap<string, readonly Template[]>;

  /** @param planes the control plane first: where two planes share a route, the first wins */
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

  /** @param rawPath the path as it was sent, percent-encoded: an ARN in a label holds encoded slashes */
  find(method: string, rawPath: string): Route | undefined {
    const parts = splitPath(rawPath);
    const matches = (this.#templates.get(bucketKey(method, parts.length)) ?? []).filter(({ segments }) =>
      segments.every(({ literal }, index) => literal === undefined || literal === parts[index]),
    );
    // `/runtimes/versions` fits `/runtimes/{id}` too: the template with more literals is meant.
    const [best] = matches.sort((a, b) => countLiterals(b) - countLiterals(a));
    return best && { operation: best.operation, shapes: best.shapes, labels: labelsOf(best, parts) };
  }
}

function bucketKey(method: string, length: number): string {
  return `${method} ${length}`;
}

/** Clients differ in the slash at the end (`/gateways/`), which carries no meaning. */
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
      label === undefined ? [] : [[label, decodeURIComponent(parts[index] ?? '')]],
    ),
  );
}
