/**
 * The shapes of the API's requests and responses: the members of structures, which of them are required, and which
 * structures are unions. Core reads them through this port, so that it needs no AWS client; `adapters/sdkShapes.ts`
 * implements it with the schema objects that the SDK exports.
 */
export interface ShapeCatalog {
  /** @param name the name of the shape in the API, such as `CreateGatewayRequest` */
  shape(name: string): Shape | undefined;
  /** @param name the name of the operation, such as `CreateGateway` */
  operation(name: string): OperationShape | undefined;
}

export interface OperationShape {
  readonly name: string;
  readonly method: string;
  /** The URI template, such as `/gateways/{gatewayIdentifier}/`. */
  readonly path: string;
  /** The HTTP status of a successful response. */
  readonly status: number;
  readonly input: StructureShape;
  readonly output: StructureShape;
}

export type Shape = StructureShape | ListShape | MapShape | SimpleShape;

/** A structure, or a union, of which exactly one member is present. */
export interface StructureShape {
  readonly type: 'structure' | 'union';
  readonly name: string;
  readonly members: ReadonlyMap<string, ShapeMember>;
}

export interface ShapeMember {
  readonly name: string;
  readonly required: boolean;
  /** Resolved on access, since shapes may contain themselves. */
  readonly shape: Shape;
  /** The location of the member in the HTTP message; absent means the body. */
  readonly location?: { readonly in: 'path' | 'query' | 'header'; readonly name: string };
  /** Whether the API's model marks the member as sensitive, such as a secret or a payload. */
  readonly sensitive: boolean;
}

export interface ListShape {
  readonly type: 'list';
  readonly name: string;
  readonly element: Shape;
}

export interface MapShape {
  readonly type: 'map';
  readonly name: string;
  readonly value: Shape;
}

export interface SimpleShape {
  readonly type: 'string' | 'boolean' | 'integer' | 'number' | 'timestamp' | 'blob' | 'document';
  readonly name: string;
  /** The format of a timestamp; other types have none. */
  readonly format?: 'date-time' | 'epoch-seconds' | 'http-date';
}
