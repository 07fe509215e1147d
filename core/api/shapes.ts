/**
 * What the API's own model says about the values that go over the wire, as far as the SDK publishes it: which members
 * a structure has, which are required, which structures are unions. Core reads it through this port, so that it needs
 * no AWS client; the SDK's exported schema objects stand behind it (`adapters/sdkShapes.ts`).
 */
export interface ShapeCatalog {
  /** @param name the shape's name in the API, such as `CreateGatewayRequest` */
  shape(name: string): Shape | undefined;
  /** @param name the operation's name, such as `CreateGateway` */
  operation(name: string): OperationShape | undefined;
}

export interface OperationShape {
  readonly name: string;
  readonly method: string;
  /** The URI template, such as `/gateways/{gatewayIdentifier}/`. */
  readonly path: string;
  /** The HTTP status of a success. */
  readonly status: number;
  readonly input: StructureShape;
  readonly output: StructureShape;
}

export type Shape = StructureShape | ListShape | MapShape | SimpleShape;

/** A structure, or a union: a structure of which exactly one member is given. */
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
  /** Where the member travels; absent means in the body. */
  readonly location?: { readonly in: 'path' | 'query' | 'header'; readonly name: string };
  /** Whether the member holds a secret, or something else that must not be shown. */
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
  /** How a timestamp travels; other types have none. */
  readonly format?: 'date-time' | 'epoch-seconds' | 'http-date';
}
